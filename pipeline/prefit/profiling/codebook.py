"""Codes of the numbers of a column that has few distinct ones: found again from batch to batch, without a hash."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, Mask, as_arrow, run_starts
from prefit.profiling.hashing import NAN_KEY, NULL_KEY, hash_array

__all__ = ["MOST_NUMBERS", "Codebook", "Coded"]

MOST_NUMBERS = 1 << 14
"""So many distinct numbers a codebook has at most: with their counts they stay in the cache of a core."""

T = TypeVar("T")

_MOST_SLOT_BITS = 18
_SLOTS_PER_NUMBER = 16
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_TRIED = 512
_FEW_DISTINCT = 0.99  # of those tried: a few more than are told apart of 512 out of 16,384 equally frequent ones
_FIRST_ROWS = 4_096
_FEWER_DISTINCT = 0.95  # of these; some more than of 2,048 out of 16,384, and all are rows of one batch


@dataclass(frozen=True, eq=False)
class Codebook:
    """Distinct numbers and their keys; the place of a number never changes, new ones are put behind the others.

    Attributes
    ----------
    type : pyarrow.DataType
        Of the column.
    numbers : ndarray
        As Arrow stores them: 0.0 and -0.0 are two, NaN may be some.
    """

    type: pa.DataType
    numbers: NDArray[Any]

    @classmethod
    def of(cls, numbers: NDArray[Any], gaps: Mask | None, type_: pa.DataType) -> Codebook | None:
        """Make a codebook of some numbers of a batch, to be coded by it; None where there are too many."""
        given = numbers if gaps is None else numbers[~gaps]
        if len(given) == 0:
            return None
        if given.dtype.kind in "iu":
            least, greatest = int(given.min()), int(given.max())
            if greatest - least < MOST_NUMBERS:
                return _Range.over(least, greatest, given.dtype, type_)
        tried = given[:: -(-len(given) // _TRIED)]
        if len(run_starts(np.sort(_bits(tried)))) > _FEW_DISTINCT * len(tried):
            return None
        some = given[:: -(-len(given) // _FIRST_ROWS)]
        distinct, counts = np.unique(_bits(some), return_counts=True)
        if len(some) > _FIRST_ROWS // 2 and len(distinct) > _FEWER_DISTINCT * len(some):
            return None
        return _Scattered(type_, distinct[np.argsort(-counts, kind="stable")].view(given.dtype))

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def keys(self) -> Keys:
        """Key of each number."""
        return hash_array(self.array)

    @cached_property
    def keys_and_null(self) -> Keys:
        """Key of each number, and that of null."""
        return np.append(self.keys, NULL_KEY)

    def remembered(self, what: str, of: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of the numbers for something before, or make it."""
        known: dict[str, tuple[Hashable, T]] = self.__dict__.setdefault("_remembered", {})
        if what not in known or known[what][0] != of:
            known[what] = of, make()
        return known[what][1]

    @property
    def array(self) -> pa.Array:
        """The numbers as values of the column."""
        if pa.types.is_boolean(self.type):
            packed = np.packbits(self.numbers.astype(np.bool_), bitorder="little")
            return pa.Array.from_buffers(self.type, len(self), [None, pa.py_buffer(packed)])
        return as_arrow(self.numbers, self.type)

    def extends(self, keys: Keys) -> bool:
        """Whether the first keys are these, so that what was counted by them can be summed on."""
        return len(keys) <= len(self) and (keys is self.keys or np.array_equal(keys, self.keys[: len(keys)]))

    def coded(self, numbers: NDArray[Any], gaps: Mask | None) -> Coded | None:
        """Find the place of every number in a codebook with all of them; None where there are too many."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Coded:
    """The rows of a column as places in a codebook.

    Attributes
    ----------
    book : Codebook
    codes : ndarray of int64
        A null is behind all numbers.
    """

    book: Codebook
    codes: NDArray[np.int64]

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """Rows of each number, and of null."""
        return np.bincount(self.codes, minlength=len(self.book) + 1)

    @cached_property
    def used(self) -> NDArray[np.int64]:
        """Places of the numbers that rows have, without NaN."""
        return np.flatnonzero((self.weights[:-1] > 0) & (self.book.keys != NAN_KEY))

    def spread(self, of_numbers: NDArray[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Give the rows what the numbers, and null, have."""
        return of_numbers.take(self.codes, out=out, mode="clip")


class _Range(Codebook):
    """All integers of a range."""

    @classmethod
    def over(cls, least: int, greatest: int, dtype: np.dtype[Any], type_: pa.DataType) -> Self:
        """Return the integers from the least to the greatest."""
        steps = np.arange(greatest - least + 1, dtype=np.uint64) + np.uint64(least % 2**64)
        return cls(type_, steps.astype(dtype))

    def coded(self, numbers: NDArray[Any], gaps: Mask | None) -> Coded | None:
        codes = np.subtract(_words(numbers), _words(self.numbers[:1]))
        if gaps is not None:
            np.putmask(codes, gaps, np.uint64(0))
        if len(codes) and int(codes.max()) >= len(self):
            wider = self._with(numbers if gaps is None else numbers[~gaps])
            return None if wider is None else wider.coded(numbers, gaps)
        if gaps is not None:
            np.putmask(codes, gaps, np.uint64(len(self)))
        return Coded(self, codes.view(np.int64))

    def _with(self, numbers: NDArray[Any]) -> Codebook | None:
        least, greatest = int(self.numbers[0]), int(self.numbers[-1])
        low, high = int(numbers.min()), int(numbers.max())
        if max(high, greatest) - min(low, least) >= MOST_NUMBERS:
            return None
        info = np.iinfo(self.numbers.dtype)  # room for a few more, so that it does not grow with every batch
        room = min(len(self), MOST_NUMBERS - 1 - (max(high, greatest) - min(low, least)))
        if low >= least:
            return self.over(least, min(int(info.max), max(high, greatest) + room), self.numbers.dtype, self.type)
        return self.over(max(int(info.min), low - room), max(high, greatest), self.numbers.dtype, self.type)


class _Scattered(Codebook):
    """Any numbers, found by a table from some bits of a product; who is not found there is searched for.

    The table is that of all codebooks that have grown from one: what it says is compared with the numbers.
    """

    @cached_property
    def _slots(self) -> NDArray[np.uint16]:
        slots = np.zeros(1 << min(_MOST_SLOT_BITS, (_SLOTS_PER_NUMBER * len(self) - 1).bit_length()), np.uint16)
        slots[_slot_of(_words(self.numbers), slots)[::-1]] = np.arange(len(self), dtype=np.uint16)[::-1]
        return slots

    @cached_property
    def _hidden(self) -> tuple[Keys, NDArray[np.int64]]:
        """Numbers that others have taken the slot of, in ascending order of their words, and their places."""
        words = _words(self.numbers)
        places = np.flatnonzero(words[self._slots[_slot_of(words, self._slots)]] != words)
        places = places[np.argsort(words[places])]
        return words[places], places

    def coded(self, numbers: NDArray[Any], gaps: Mask | None) -> Coded | None:
        words, known = _words(numbers), _words(self.numbers)
        codes = self._slots.take(_slot_of(words, self._slots), mode="clip").astype(np.int64)
        other = known.take(codes, mode="clip") != words
        if gaps is not None:
            other &= ~gaps
            np.putmask(codes, gaps, len(self))
        rows = np.flatnonzero(other)
        if len(rows) == 0:
            return Coded(self, codes)
        distinct, which = np.unique(words[rows], return_inverse=True)
        hidden, places_of = self._hidden
        at = np.searchsorted(hidden, distinct)
        places = np.append(places_of, -1)[at]
        new = np.flatnonzero(np.append(hidden, ~distinct[-1:])[at] != distinct)
        if len(self) + len(new) > MOST_NUMBERS:
            return None
        places[new] = len(self) + np.arange(len(new))
        codes[rows] = places[which]
        if len(new) == 0:
            return Coded(self, codes)
        if gaps is not None:
            np.putmask(codes, gaps, len(self) + len(new))
        return Coded(self._with(distinct[new]), codes)

    def _with(self, words: Keys) -> Codebook:
        """Return the codebook with other numbers behind its own, whose keys are not made again."""
        numbers = words.astype(f"u{self.numbers.itemsize}").view(self.numbers.dtype)
        wider = _Scattered(self.type, np.concatenate([self.numbers, numbers]))
        wider.__dict__["keys"] = np.concatenate([self.keys, Codebook(self.type, numbers).keys])
        slots = self._slots
        if len(wider) * _SLOTS_PER_NUMBER > 2 * len(slots) and len(slots) < 1 << _MOST_SLOT_BITS:
            return wider  # with more slots
        at, places = _slot_of(words, slots), np.arange(len(self), len(wider))
        free = (slots[at] == 0) & (at != _slot_of(_words(self.numbers[:1]), slots))
        slots[at[free]] = places[free]
        hidden = slots[at] != places
        if hidden.any():
            words, places = (
                np.append(*parts) for parts in zip(self._hidden, (words[hidden], places[hidden]), strict=True)
            )
            order = np.argsort(words)
            wider.__dict__["_hidden"] = words[order], places[order]
        else:
            wider.__dict__["_hidden"] = self._hidden
        wider.__dict__["_slots"] = slots
        return wider


def _bits(numbers: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(numbers).view(f"u{numbers.itemsize}")


def _words(numbers: NDArray[Any]) -> Keys:
    """View numbers as 64-bit words: the bits of floats, and of integers modulo 2**64."""
    if numbers.dtype.kind == "f":
        return _bits(numbers).astype(np.uint64, copy=False)
    wide = numbers.astype(np.int64 if numbers.dtype.kind == "i" else np.uint64, copy=False)
    return np.ascontiguousarray(wide).view(np.uint64)


def _slot_of(words: Keys, slots: NDArray[np.uint16]) -> NDArray[np.int64]:
    found = words * _SPREAD
    found >>= np.uint64(65 - len(slots).bit_length())
    return found.view(np.int64)
