"""The rows with the lowest keys: a sample of distinct keys that does not depend on how the table was cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, run_starts
from prefit.profiling.plan import EVERY_KEY

__all__ = ["Z90", "KeyTable", "ceiling_of"]

Z90 = 1.645
"""Half-width of the 90 % interval of an estimate from a sample of keys, in standard errors."""

_COMBINE: Mapping[str, np.ufunc] = {
    "count": np.add,
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
        Aligned with `keys`; the name says how rows combine: ``count`` adds, ``first`` and ``least_label`` take the
        least, ``last`` and ``greatest_label`` the greatest.
    """

    capacity: int
    ceiling: int = EVERY_KEY
    keys: Keys = field(default_factory=lambda: np.zeros(0, np.uint64))
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, keys: Keys, columns: Mapping[str, NDArray[Any]], capacity: int, ceiling: int = EVERY_KEY) -> Self:
        """Group rows by key, and keep the lowest keys."""
        if ceiling < EVERY_KEY:
            low = np.flatnonzero(keys <= np.uint64(max(ceiling, 0)))
            keys, columns = keys[low], {name: column[low] for name, column in columns.items()}
        if len(keys) == 0:
            return cls(capacity, ceiling)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        heads = run_starts(keys)
        if len(heads) > capacity:
            ceiling = int(keys[heads[capacity]]) - 1
            order, heads = order[: heads[capacity]], heads[:capacity]
        grouped = {name: _COMBINE[name].reduceat(column[order], heads) for name, column in columns.items()}
        return cls(capacity, ceiling, keys[heads], grouped)

    def __add__(self, other: Self) -> Self:
        ceiling = min(self.ceiling, other.ceiling)
        if len(self.keys) == 0 or len(other.keys) == 0:
            full = self if len(self.keys) else other
            return self.of_rows(full.keys, full.columns, self.capacity, ceiling)
        columns = {name: np.concatenate([column, other.columns[name]]) for name, column in self.columns.items()}
        return self.of_rows(np.concatenate([self.keys, other.keys]), columns, self.capacity, ceiling)

    def canonical(self) -> Self:
        """Return the same table, without columns where it has no key."""
        return self if len(self.keys) else type(self)(self.capacity, self.ceiling)

    def sound(self, none: Self) -> bool:
        """Whether a stored table can be summed with `none`."""
        ascending = bool((self.keys[1:] > self.keys[:-1]).all()) and self.keys.ndim == 1
        below = len(self.keys) == 0 or int(self.keys[-1]) <= self.ceiling
        aligned = all(name in _COMBINE and column.shape == self.keys.shape for name, column in self.columns.items())
        sized = self.capacity == none.capacity and len(self.keys) <= self.capacity
        return sized and ascending and below and aligned and -1 <= self.ceiling <= EVERY_KEY

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
