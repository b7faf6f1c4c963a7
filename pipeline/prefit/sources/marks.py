"""Places in a block of bytes as sets of bits, 64 to a word, so that an operation on words tells of 64 bytes at once.

Langdale and Lemire, Parsing Gigabytes of JSON per Second, https://doi.org/10.1007/s00778-019-00578-5.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOWHERE", "Bytes", "Marks", "after", "before", "between", "count", "cut", "end", "places"]

_WORD_BITS = 64
_ONE, _LAST, _ALL = np.uint64(1), np.uint64(63), ~np.uint64(0)
_DISTANCES = tuple(np.uint64(1 << power) for power in range(6))

Bytes: TypeAlias = NDArray[np.uint8]
Marks: TypeAlias = NDArray[np.uint64]
"""One bit for each byte of a block; the lowest bit of a word stands for the first of its bytes."""

NOWHERE: Marks = np.empty(0, np.uint64)


def places(array: Bytes, byte: int) -> Marks:
    """Mark where a byte stands."""
    packed = np.packbits(array == byte, bitorder="little")
    words = np.zeros(-(-len(array) // _WORD_BITS), "<u8")
    words.view(np.uint8)[: len(packed)] = packed
    return words


def between(quotes: Marks) -> Marks:
    """Mark every opening quote and what follows up to its closing quote: where the quotes so far are odd in number."""
    inside = quotes.copy()
    for distance in _DISTANCES:
        inside ^= inside << distance
    odd = np.bitwise_xor.accumulate(inside >> _LAST)
    inside[1:] ^= -odd[:-1]  # all bits of a word, if the quotes before it are odd in number
    return inside


def after(marks: Marks, *, first: bool = False) -> Marks:
    """Mark what follows each mark, and the first byte if told."""
    moved = marks << _ONE
    moved[1:] |= marks[:-1] >> _LAST
    moved[0] |= np.uint64(first)
    return moved


def before(marks: Marks) -> Marks:
    """Mark what precedes each mark."""
    moved = marks >> _ONE
    moved[:-1] |= marks[1:] << _LAST
    return moved


def end(marks: Marks) -> int:
    """Return the position after the last mark, 0 if there is none."""
    words = np.flatnonzero(marks)
    if not len(words):
        return 0
    return int(words[-1]) * _WORD_BITS + int(marks[words[-1]]).bit_length()


def cut(marks: Marks, size: int) -> Marks:
    """Copy the marks of the first bytes."""
    kept = marks[: -(-size // _WORD_BITS)].copy()
    kept[-1] &= _ALL >> np.uint64(-size % _WORD_BITS)
    return kept


def count(marks: Marks) -> int:
    """Return how many marks there are."""
    return int(np.bitwise_count(marks).sum())
