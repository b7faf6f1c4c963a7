"""Where the rows of a tidy CSV file begin and end, found by looking at its bytes without reading its fields.

Places in a block are sets of bits, 64 to a word, so that an operation on words tells something of 64 bytes at once:
Langdale and Lemire, Parsing Gigabytes of JSON per Second, https://doi.org/10.1007/s00778-019-00578-5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from prefit.sources.base import Contradiction
from prefit.sources.dialect import Dialect
from prefit.sources.remote import Location

__all__ = ["Block", "blocks_of"]

_BLOCK_BYTES = 1 << 18
_MOST_BLOCK_BYTES = 1 << 20
"""Longest record: a reader of blocks of this size takes each one in."""

_LF, _CR, _ZERO = b"\n\r0"
_WORD_BITS = 64
_ONE, _LAST, _ALL = np.uint64(1), np.uint64(63), ~np.uint64(0)
_DISTANCES = tuple(np.uint64(1 << power) for power in range(6))
_Bytes: TypeAlias = NDArray[np.uint8]
_Places: TypeAlias = NDArray[np.int64]
_Marks: TypeAlias = NDArray[np.uint64]
"""One bit for each byte of a block; the lowest bit of a word stands for the first of its bytes."""

_NOWHERE: _Marks = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole records.

    Its bytes, where they begin in the file, how many rows they are, and whether a quoted field holds a line end.
    """

    content: bytes
    start: int
    n_rows: int
    spans_lines: bool


def blocks_of(path: Location, start: int, dialect: Dialect, label: str, *, is_crlf: bool) -> Iterator[Block]:
    """Cut a file at line ends that are ends of records.

    Readers agree on what a record is where every quote either opens a field, or closes one, or is doubled inside one,
    and all lines end alike. That is checked for every byte; ``0x1f`` and ``nan(1)``, which only some readers take for
    numbers, are no part of a tidy file either.

    Parameters
    ----------
    path : Location
    start : int
        Position of the first record.
    dialect : Dialect
    label : str
        What messages call the file.
    is_crlf : bool
        Whether lines end with a carriage return and a line feed.

    Raises
    ------
    Contradiction
        If the file is not tidy.
    """
    rest = b""
    with path.open("rb") as file:
        file.seek(start)
        while read := file.read(_BLOCK_BYTES):
            content = rest + read
            size, n_rows, spans_lines = _whole_records(content, dialect, label, is_crlf=is_crlf)
            if len(content) - size > _MOST_BLOCK_BYTES:
                raise _untidy(label, "a record of more than a mebibyte")
            if size:
                yield Block(content[:size], start, n_rows, spans_lines)
            start, rest = start + size, content[size:]
    if rest:
        line_end = b"\n" if not is_crlf else b"\n" if rest.endswith(b"\r") else b"\r\n"
        size, n_rows, spans_lines = _whole_records(rest + line_end, dialect, label, is_crlf=is_crlf)
        if size < len(rest):
            raise _untidy(label, "a quote without its end")
        yield Block(rest, start, n_rows, spans_lines)


def _whole_records(content: bytes, dialect: Dialect, label: str, *, is_crlf: bool) -> tuple[int, int, bool]:
    """Return how many bytes are whole records, how many rows these are, and whether one spans lines."""
    array = np.frombuffer(content, np.uint8)
    line_ends = record_ends = _places(array, _LF)
    quotes = inside = _NOWHERE
    if dialect.quote and dialect.quote.encode() in content:
        quotes = _places(array, ord(dialect.quote))
        inside = _between(quotes)
        record_ends = line_ends & ~inside
    size = _end(record_ends)
    if size == 0:
        return 0, 0, False
    array, record_ends, line_ends = array[:size], _cut(record_ends, size), _cut(line_ends, size)
    _check_line_ends(content, array, line_ends, label, is_crlf=is_crlf)
    if len(quotes):
        delimiters = _places(array, ord(dialect.delimiter))
        ends = _before(line_ends) if is_crlf else line_ends
        _check_quotes(_cut(quotes, size), _cut(inside, size), delimiters | line_ends, delimiters | ends, label)
    _check_numbers(array, content, ord(dialect.delimiter), label)
    starts = _after(record_ends, first=True)
    blank = record_ends & (_after(starts) if is_crlf else starts)
    n_records = _count(record_ends)
    return size, n_records - _count(blank), _count(line_ends) > n_records


def _check_line_ends(content: bytes, array: _Bytes, line_ends: _Marks, label: str, *, is_crlf: bool) -> None:
    if content.find(b"\0", 0, len(array)) >= 0:
        raise _untidy(label, "bytes of zero")
    if is_crlf:
        alike = np.array_equal(_after(_places(array, _CR)), line_ends)
    else:
        alike = content.find(b"\r", 0, len(array)) < 0
    if not alike:
        raise _untidy(label, "line ends of several kinds")


def _check_quotes(quotes: _Marks, inside: _Marks, before: _Marks, after: _Marks, label: str) -> None:
    """Make sure that quotes open and close fields in turn; a doubled one closes and opens again.

    `before` and `after` are the places of what may stand before and after a quoted field.
    """
    opening, closing = quotes & inside, quotes & ~inside
    opens = _after(before, first=True) | _after(closing)
    closes = _before(after) | _before(opening)
    if (opening & ~opens).any() or (closing & ~closes).any():
        raise _untidy(label, "quotes inside of fields")


def _check_numbers(array: _Bytes, content: bytes, delimiter: int, label: str) -> None:
    if b"(" in content and b"nan(" in content.lower():
        raise _untidy(label, "not-a-numbers with a payload")
    if b"x" not in content and b"X" not in content:
        return
    marks: _Places = np.flatnonzero((array | 32) == ord("x"))
    marks = marks[array[marks - 1] == _ZERO]
    before = array[marks - 2]
    is_inside = (before != delimiter) & ((before >= ord("0")) & (before <= ord("9")) | (before >= ord("A")))
    if not is_inside.all():
        raise _untidy(label, "numbers in hexadecimal")


def _places(array: _Bytes, byte: int) -> _Marks:
    """Mark where a byte stands."""
    packed = np.packbits(array == byte, bitorder="little")
    words = np.zeros(-(-len(array) // _WORD_BITS), "<u8")
    words.view(np.uint8)[: len(packed)] = packed
    return words


def _between(quotes: _Marks) -> _Marks:
    """Mark every opening quote and what follows up to its closing quote: where the quotes so far are odd in number."""
    inside = quotes.copy()
    for distance in _DISTANCES:
        inside ^= inside << distance
    odd = np.bitwise_xor.accumulate(inside >> _LAST)
    inside[1:] ^= -odd[:-1]  # all bits of a word, if the quotes before it are odd in number
    return inside


def _after(marks: _Marks, *, first: bool = False) -> _Marks:
    """Mark what follows each mark, and the first byte if told."""
    moved = marks << _ONE
    moved[1:] |= marks[:-1] >> _LAST
    moved[0] |= np.uint64(first)
    return moved


def _before(marks: _Marks) -> _Marks:
    """Mark what precedes each mark."""
    moved = marks >> _ONE
    moved[:-1] |= marks[1:] << _LAST
    return moved


def _end(marks: _Marks) -> int:
    """Return the position after the last mark, 0 if there is none."""
    words = np.flatnonzero(marks)
    if not len(words):
        return 0
    return int(words[-1]) * _WORD_BITS + int(marks[words[-1]]).bit_length()


def _cut(marks: _Marks, size: int) -> _Marks:
    """Return the marks of the first bytes."""
    kept = marks[: -(-size // _WORD_BITS)].copy()
    kept[-1] &= _ALL >> np.uint64(-size % _WORD_BITS)
    return kept


def _count(marks: _Marks) -> int:
    return int(np.bitwise_count(marks).sum())


def _untidy(label: str, got: str) -> Contradiction:
    return Contradiction(f"{label} must be tidy to be read in pieces; got {got}. It has to be read as a whole.")
