"""The rows with the lowest keys: a sample of distinct keys that does not depend on how the table was cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, run_starts
from prefit.profiling.plan import EVERY_KEY

__all__ = ["Z90", "KeyTable", "ceiling_of", "loose_ceiling", "ordered_up_to"]

Z90 = 1.645
"""Half-width of the 90 % interval of an estimate from a sample of keys, in standard errors."""

_SLOTS_PER_KEY = 4
_MOST_SLOTS = 1 << 22

_COMBINE: Mapping[str, np.ufunc] = {
    "count": np.add,
    "by_class": np.add,
    "first": np.minimum,
    "last": np.maximum,
    "least_label": np.minimum,
    "greatest_label": np.maximum,
}


def ceiling_of(keys: Keys, capacity: int, ceiling: int = EVERY_KEY) -> int:
    """Return the highest key at or below which at most `capacity` of the distinct keys lie.

    The ceiling of a union follows from the parts alone: a key that a part has left out was above the part's ceiling.
    """
    if len(keys) <= capacity:
        return ceiling
    return min(ceiling, int(np.partition(keys, capacity)[capacity]) - 1)


def loose_ceiling(parts: Sequence[Keys], capacity: int, ceiling: int) -> int:
    """Return a key at or above the ceiling of a union: some more keys than the capacity are not above it.

    Without sorting or comparing them: keys are told apart by their high bits alone, of which most differ.
    """
    n_keys = sum(map(len, parts))
    if n_keys <= capacity:
        return ceiling
    n_bits = min(_SLOTS_PER_KEY * n_keys, _MOST_SLOTS).bit_length()
    shift = np.uint64(max(0, ceiling.bit_length() - n_bits))
    seen = np.zeros((1 << n_bits) + 1, np.bool_)  # the last for keys above the ceiling
    for keys in parts:
        seen[np.minimum(keys >> shift, np.uint64(1 << n_bits)).view(np.int64)] = True
    taken = np.flatnonzero(seen[:-1])
    return ceiling if len(taken) <= capacity else min(ceiling, (int(taken[capacity] + 1) << int(shift)) - 1)


def ordered_up_to(keys: Keys, ceiling: int) -> NDArray[np.int64]:
    """Return the places of the keys up to a ceiling, in ascending order of the keys."""
    if ceiling >= EVERY_KEY:
        return np.argsort(keys)
    low = np.flatnonzero(keys <= np.uint64(max(ceiling, 0)))
    return low[np.argsort(keys[low])]


def _interleaved(n_old: int, gaps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where the entries of a sum come from: old ones in their order, new ones, counted on, before `gaps`."""
    places = gaps + np.arange(len(gaps))
    order = np.empty(n_old + len(gaps), np.int64)
    old = np.ones(len(order), np.bool_)
    old[places] = False
    order[old] = np.arange(n_old)
    order[places] = np.arange(n_old, len(order))
    return order


@dataclass(frozen=True, slots=True, eq=False)
class KeyTable:
    """Distinct keys up to a ceiling, with what the rows of each key add up to.

    Every row whose key is at most `ceiling` is counted, no other is. Below the capacity nothing is left out; above it
    the keys are a uniform sample of the distinct keys, with all their rows.

    Attributes
    ----------
    capacity : int
    ceiling : int
    keys : ndarray of uint64
        Ascending.
    columns : mapping of str to ndarray
        Aligned with `keys`; the name says how rows combine: ``count`` and ``by_class`` add, ``first`` and
        ``least_label`` take the least, ``last`` and ``greatest_label`` the greatest.
    """

    capacity: int
    ceiling: int = EVERY_KEY
    keys: Keys = field(default_factory=lambda: np.zeros(0, np.uint64))
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, keys: Keys, columns: Mapping[str, NDArray[Any]], capacity: int, ceiling: int = EVERY_KEY) -> Self:
        """Group rows by key, and keep the lowest keys."""
        ceiling = loose_ceiling((keys,), capacity, ceiling)
        order = ordered_up_to(keys, ceiling)
        return cls.of_ordered(keys[order], {name: column[order] for name, column in columns.items()}, capacity, ceiling)

    @classmethod
    def of_ordered(cls, keys: Keys, columns: Mapping[str, NDArray[Any]], capacity: int, ceiling: int) -> Self:
        """Group rows in the order of their keys, none of which is above the ceiling."""
        if len(keys) == 0:
            return cls(capacity, ceiling)
        heads = run_starts(keys)
        if len(heads) > capacity:
            n_rows = int(heads[capacity])
            ceiling, heads = int(keys[n_rows]) - 1, heads[:capacity]
            keys, columns = keys[:n_rows], {name: column[:n_rows] for name, column in columns.items()}
        if len(heads) == len(keys):  # all differ
            return cls(capacity, ceiling, keys.copy(), {name: column.copy() for name, column in columns.items()})
        grouped = {name: _COMBINE[name].reduceat(column, heads, axis=0) for name, column in columns.items()}
        return cls(capacity, ceiling, keys[heads], grouped)

    def __add__(self, other: Self) -> Self:
        ceiling = min(self.ceiling, other.ceiling)
        mine, theirs = self.up_to(ceiling), other.up_to(ceiling)
        many, few = (mine, theirs) if len(mine.keys) >= len(theirs.keys) else (theirs, mine)
        if len(few.keys) == 0:
            return many
        at = np.searchsorted(many.keys, few.keys)
        known = many.keys[np.minimum(at, len(many.keys) - 1)] == few.keys
        columns = dict(many.columns)
        if known.any():
            for name, column in many.columns.items():
                columns[name] = column.copy()
                columns[name][at[known]] = _COMBINE[name](column[at[known]], few.columns[name][known])
        new = np.flatnonzero(~known)
        if len(new) == 0:
            return type(self)(self.capacity, ceiling, many.keys, columns)
        order = _interleaved(len(many.keys), at[new])
        if len(order) > self.capacity:
            first = order[self.capacity]
            beyond = many.keys[first] if first < len(many.keys) else few.keys[new[first - len(many.keys)]]
            ceiling, order = int(beyond) - 1, order[: self.capacity]
        keys = np.concatenate([many.keys, few.keys[new]]).take(order)
        columns = {
            name: np.concatenate([column, few.columns[name][new]]).take(order, axis=0)
            for name, column in columns.items()
        }
        return type(self)(self.capacity, ceiling, keys, columns)

    def up_to(self, ceiling: int) -> Self:
        """Return the table without the keys above a ceiling."""
        if ceiling >= self.ceiling:
            return self
        n = int(np.searchsorted(self.keys, np.uint64(max(ceiling, 0)), side="right"))
        if n == len(self.keys):
            return type(self)(self.capacity, ceiling, self.keys, self.columns)
        columns = {name: column[:n].copy() for name, column in self.columns.items()}
        return type(self)(self.capacity, ceiling, self.keys[:n].copy(), columns)

    def without(self, key: np.uint64) -> Self:
        """Return the table without one key."""
        at = int(np.searchsorted(self.keys, key))
        if at == len(self.keys) or self.keys[at] != key:
            return self
        columns = {name: np.delete(column, at, axis=0) for name, column in self.columns.items()}
        return type(self)(self.capacity, self.ceiling, np.delete(self.keys, at), columns)

    def canonical(self) -> Self:
        """Return the same table, without columns where it has no key."""
        return self if len(self.keys) else type(self)(self.capacity, self.ceiling)

    def sound(self, none: Self) -> bool:
        """Whether a stored table can be summed with `none`."""
        ascending = bool((self.keys[1:] > self.keys[:-1]).all()) and self.keys.ndim == 1
        below = len(self.keys) == 0 or int(self.keys[-1]) <= self.ceiling
        aligned = all(name in _COMBINE and len(column) == len(self.keys) for name, column in self.columns.items())
        flat = all(column.ndim == 1 + (name == "by_class") for name, column in self.columns.items())
        sized = self.capacity == none.capacity and len(self.keys) <= self.capacity
        return sized and ascending and below and aligned and flat and -1 <= self.ceiling <= EVERY_KEY

    @property
    def exact(self) -> bool:
        """Whether no key was left out."""
        return self.ceiling == EVERY_KEY

    @property
    def share(self) -> float:
        """Probability with which a distinct key is in the table."""
        return (self.ceiling + 1) / 2.0**64

    def column(self, name: str) -> NDArray[Any]:
        """Return one column, also of an empty table."""
        return self.columns.get(name, np.zeros(0, np.int64))
