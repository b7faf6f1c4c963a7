"""Codebooks of integers, of decimals and of any numbers: columns of few are coded by them without a hash."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, Mask, run_starts
from prefit.profiling.codebook import MOST_NUMBERS, Codebook, Coded, from_raw
from prefit.profiling.hashing import hash_array

__all__ = ["codebook_of"]

_MOST_SLOT_BITS = 18
_SLOTS_PER_NUMBER = 16
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_TRIED, _LEARNT = 512, 4_096
_FEW_DISTINCT = 0.99  # of those tried: a few more than are told apart of 512 out of 16,384 equally frequent ones
_MORE_DISTINCT = 1.03  # times as many as are to be expected of the most numbers, if all are equally frequent
_MOST_DIGITS = 4
_ROOM = 4  # a range is made longer by this part of it at either end
_EXACT = 2**52


def codebook_of(
    numbers: NDArray[Any], gaps: Mask | None, type_: pa.DataType, most: int = MOST_NUMBERS
) -> Codebook | None:
    """Make a codebook for the numbers of a batch; None where there are too many.

    Parameters
    ----------
    numbers : ndarray
        As Arrow stores them, one for each row.
    gaps : ndarray of bool or None
        True where a row is null.
    type_ : pyarrow.DataType
    most : int
        How many distinct ones there may be.
    """
    given = numbers if gaps is None else numbers[~gaps]
    if len(given) == 0:
        return None
    if given.dtype.kind in "iu":
        least, greatest = int(given.min()), int(given.max())
        if greatest - least < most:
            return Range.over(least, greatest, given.dtype, type_, most)
    elif given.dtype == np.float64:
        decimals = Decimals.of(given, type_, most)
        if decimals is not None:
            return decimals
    return Scattered.of(given, type_, most)


class Range(Codebook):
    """All integers of a range."""

    ascending = True

    @classmethod
    def over(cls, least: int, greatest: int, dtype: np.dtype[Any], type_: pa.DataType, most: int) -> Self:
        """Return the integers from the least to the greatest."""
        steps = np.arange(greatest - least + 1, dtype=np.uint64) + np.uint64(least % 2**64)
        return cls(type_, steps.astype(dtype), most)

    def coded(self, numbers: NDArray[Any], gaps: Mask | None) -> Coded | None:
        """Subtract the least; a number beyond makes the range wider, and one that is too far off ends it."""
        codes = np.subtract(_words(numbers), _words(self.numbers[:1]))
        if gaps is not None:
            np.putmask(codes, gaps, np.uint64(0))
        if len(codes) and int(codes.max()) >= len(self):
            given = numbers if gaps is None else numbers[~gaps]
            wider = self._with(given) or Scattered.of(given, self.type, self.most)
            return None if wider is None else wider.coded(numbers, gaps)
        if gaps is not None:
            np.putmask(codes, gaps, np.uint64(len(self)))
        return Coded(self, codes.view(np.int64))

    def _with(self, numbers: NDArray[Any]) -> Codebook | None:
        dtype, info = self.numbers.dtype, np.iinfo(self.numbers.dtype)
        ends = _widened(int(self.numbers[0]), int(self.numbers[-1]), int(numbers.min()), int(numbers.max()), self.most)
        if ends is None:
            return None
        return self.over(max(int(info.min), ends[0]), min(int(info.max), ends[1]), dtype, self.type, self.most)


@dataclass(frozen=True, eq=False)
class Decimals(Codebook):
    """NaN, and all decimals of a range that have no more than some digits behind the point: the float64 of each.

    Attributes
    ----------
    first : int
        The least of them, in units of the last digit.
    digits : int
    """

    first: int = 0
    digits: int = 0
    ascending = True

    @classmethod
    def of(cls, given: NDArray[np.float64], type_: pa.DataType, most: int) -> Self | None:
        """Make a codebook of numbers, if some that are looked at are such decimals; None where they are not.

        It goes from the least number to the greatest, and some way beyond, so that all are found at once.
        """
        some = np.append(_some(given, _TRIED), [given.min(), given.max()])
        some = some[np.isfinite(some)]
        for digits in range(_MOST_DIGITS + 1) if len(some) else ():
            units = _units(some, digits)
            if (units / 10.0**digits == some).all():
                least, greatest = int(units.min()), int(units.max())
                ends = _widened(least, greatest, least, greatest, most - 1)
                return None if ends is None else cls.over(*ends, digits, type_, most)
        return None

    @classmethod
    def over(cls, least: int, greatest: int, digits: int, type_: pa.DataType, most: int) -> Self | None:
        """Return the decimals from the least to the greatest, in units of the last digit."""
        if greatest - least >= most - 1 or max(-least, greatest) >= _EXACT:
            return None
        steps = np.arange(least, greatest + 1) / 10.0**digits
        return cls(type_, np.concatenate([[np.nan], steps]), most, least, digits)

    def coded(self, numbers: NDArray[Any], gaps: Mask | None) -> Coded | None:
        """Count units of the last digit; a decimal beyond makes the range wider, any other number ends it."""
        units = _units(numbers, self.digits)
        fitting = units / 10.0**self.digits == numbers
        units -= self.first - 1
        fitting &= units >= 1
        fitting &= units < len(self)
        if not fitting.all():
            rows = np.flatnonzero(~fitting if gaps is None else ~(fitting | gaps))
            others = numbers[rows]
            if not np.isnan(others).all():
                wider = self._with(others[~np.isnan(others)]) or Scattered.of(
                    numbers if gaps is None else numbers[~gaps], self.type, self.most
                )
                return None if wider is None else wider.coded(numbers, gaps)
            np.putmask(units, ~fitting, 0.0)
        codes = units.astype(np.int64)
        if gaps is not None:
            np.putmask(codes, gaps, len(self))
        return Coded(self, codes)

    def _with(self, numbers: NDArray[np.float64]) -> Codebook | None:
        units = _units(numbers, self.digits)
        if not (np.isfinite(units) & (units / 10.0**self.digits == numbers)).all():
            return None
        last = self.first + len(self) - 2
        ends = _widened(self.first, last, int(units.min()), int(units.max()), self.most - 1)
        return None if ends is None else self.over(*ends, self.digits, self.type, self.most)


def _units(numbers: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    with np.errstate(over="ignore", invalid="ignore"):
        units = numbers * 10.0**digits
    return np.rint(units, out=units)


def _widened(least: int, greatest: int, low: int, high: int, most: int) -> tuple[int, int] | None:
    """Return a range with more numbers, and some room so that it does not grow with every batch; None if too many."""
    least, greatest = min(low, least), max(high, greatest)
    n_left = most - 1 - (greatest - least)
    if n_left < 0:
        return None
    room = min((greatest - least) // _ROOM + 1, n_left // 2)
    return least - room, greatest + room


class Scattered(Codebook):
    """Any numbers, found by a table from some bits of a product; who is not found there is searched for.

    The table is that of all codebooks that have grown from one: what it says is compared with the numbers.
    """

    @classmethod
    def of(cls, given: NDArray[Any], type_: pa.DataType, most: int) -> Self | None:
        """Make a codebook of numbers, of which some are looked at; None where they are too many."""
        tried = _bits(_some(given, _TRIED))
        if len(run_starts(np.sort(tried))) > _FEW_DISTINCT * len(tried):
            return None
        some = _bits(_some(given, _LEARNT))
        distinct, counts = np.unique(some, return_counts=True)
        expected = most * -math.expm1(-len(some) / most)  # fewer of numbers that are not equally frequent
        if len(distinct) > most or (len(some) > _LEARNT // 2 and len(distinct) > _MORE_DISTINCT * expected):
            return None
        return cls(type_, distinct[np.argsort(-counts, kind="stable")].view(given.dtype), most)

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
        """Look up each number in its slot, and search for the few not there; new ones are put behind the others."""
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
        if len(self) + len(new) > self.most:
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
        wider = Scattered(self.type, np.concatenate([self.numbers, numbers]), self.most)
        wider.__dict__["keys"] = np.concatenate([self.keys, hash_array(from_raw(numbers, self.type))])
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


def _some(numbers: NDArray[Any], n: int) -> NDArray[Any]:
    """Return about so many of the numbers, at equal steps."""
    return numbers[:: -(-len(numbers) // n)]
