"""Texts as numpy sees them: lengths, bytes, and the first words of eight bytes of every text, gathered at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, text_bytes

__all__ = ["KEPT_BYTES", "MOST_WORDS", "Texts"]

_FEW_WORDS, MOST_WORDS = 4, 12
"""So many words of a text are gathered side by side, the more the longer the texts are."""

_GATHERED_AT_ONCE = 1 << 14

KEPT_BYTES = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
"""Masks of a little-endian word by how many of its bytes belong to the text."""

_KEPT_BY_LENGTH = [KEPT_BYTES[np.clip(np.arange(8 * MOST_WORDS + 1) - 8 * place, 0, 8)] for place in range(MOST_WORDS)]


class Texts:
    """Texts or binaries, one after the other: text i is ``data[offsets[i]:offsets[i + 1]]``.

    Attributes
    ----------
    offsets : ndarray of int64
    data : ndarray of uint8
    lengths : ndarray of int64
        In bytes; what stands at a null means nothing.
    """

    def __init__(self, array: pa.Array) -> None:
        self.offsets, self.data = text_bytes(array)
        self.lengths: NDArray[np.int64] = np.diff(self.offsets)
        self.shortest = int(self.lengths.min(initial=np.iinfo(np.int64).max))
        self.longest = int(self.lengths.max(initial=0))

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def words(self) -> tuple[Keys, ...]:
        """The first words of all texts, no more than the longest has; zeros follow a shorter text.

        Up to four, and up to twelve as far as the texts have one less on average.
        """
        usual = -(-len(self.data) // (8 * max(len(self), 1))) + 1
        n_words = min(max(_FEW_WORDS, min(usual, MOST_WORDS)), -(-self.longest // 8))
        if n_words == 0:
            return ()
        words = tuple(np.empty(len(self), np.uint64) for _ in range(n_words))
        for start in range(0, len(self), _GATHERED_AT_ONCE):
            rows = slice(start, start + _GATHERED_AT_ONCE)
            table = self._windows(rows, 8 * n_words).view("<u8").reshape(-1, n_words)
            for place, column in enumerate(words):
                some = column[rows]
                some[:] = table[:, place]
                if self.shortest < 8 * place + 8:
                    some &= _KEPT_BY_LENGTH[place].take(self.lengths[rows], mode="clip")
        return words

    def ends(self, used: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Return rows among which are the least and the greatest text, and few others: told by the first words.

        Parameters
        ----------
        used : ndarray of int64, optional
            The rows to look at, all by default; there must be one.
        """
        rows = used
        for place, words in enumerate(self.words):
            ordered = (words if rows is None else words[rows]).byteswap()
            least, greatest = ordered.min(), ordered.max()
            if least != greatest:
                rest = self.words[place + 1 :]
                first, last = np.flatnonzero(ordered == least), np.flatnonzero(ordered == greatest)
                if rows is not None:
                    first, last = rows[first], rows[last]
                return np.concatenate([_narrowed(first, rest, np.min), _narrowed(last, rest, np.max)])
        return np.arange(len(self)) if rows is None else rows

    def _windows(self, rows: slice, width: int) -> NDArray[np.void]:
        """Copy so many bytes from where each text starts; for the last texts, from a copy that is padded with zeros."""
        starts, n_bytes = self.offsets[:-1][rows], len(self.data)
        n_inside = int(np.searchsorted(starts, n_bytes - width, side="right")) if n_bytes >= width else 0
        found = np.empty(len(starts), f"V{width}")
        if n_inside:
            found[:n_inside] = _every_byte(self.data, f"V{width}")[starts[:n_inside]]
        if n_inside < len(starts):
            first = int(starts[n_inside])
            rest = np.concatenate([self.data[first:], np.zeros(width, np.uint8)])
            found[n_inside:] = _every_byte(rest, f"V{width}")[starts[n_inside:] - first]
        return found

    def words_anywhere(self) -> Keys:
        """View a word at every byte of the data, as if zeros followed."""
        padded = np.concatenate([self.data, np.zeros(8, np.uint8)])
        return _every_byte(padded, "<u8")


def _narrowed(rows: NDArray[np.int64], rest: tuple[Keys, ...], most: Callable[[Keys], np.uint64]) -> NDArray[np.int64]:
    """Return those of some rows whose further words are first or last in the order of their bytes."""
    for words in rest:
        if len(rows) == 1:
            break
        ordered = words[rows].byteswap()
        rows = rows[ordered == most(ordered)]
    return rows


def _every_byte(data: NDArray[np.uint8], dtype: str) -> NDArray[Any]:
    """View a value at every byte, overlapping."""
    kind = np.dtype(dtype)
    return np.ndarray((len(data) - kind.itemsize + 1,), kind, buffer=data, strides=(1,))
