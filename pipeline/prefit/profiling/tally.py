"""Distinct values and how often each occurs."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, as_arrow, no_values, run_starts, taken
from prefit.profiling.batches import ColumnBatch
from prefit.profiling.hashing import hash_array
from prefit.profiling.instants import python_values
from prefit.profiling.values import ValueCount

__all__ = ["Tally"]


class Tally(NamedTuple):
    """Distinct values that are neither null nor NaN, how many rows have each, and their keys: in no order.

    Wherever an order is wanted the most frequent values come first, and equally frequent ones in the order of their
    keys, so that it does not depend on that of the rows.
    """

    values: pa.Array
    counts: NDArray[np.int64]
    keys: Keys

    @classmethod
    def of_column(cls, column: pa.ChunkedArray) -> Self:
        """Count the values of a column of the row sample; numbers come in ascending order, if they are not few."""
        batch = ColumnBatch(column.combine_chunks() if column.num_chunks else no_values(column.type))
        if batch.storage == "number" and batch.coded is None:
            return cls._of_numbers(batch.numbers + 0, batch.entries.type)  # -0.0 becomes 0.0
        found = batch.distinct
        return cls(taken(batch.entries, found.entries), found.counts, found.keys)

    @classmethod
    def _of_numbers(cls, numbers: NDArray[Any], type_: pa.DataType) -> Self:
        """Sort numbers, in place, which is needed anyway, and takes no longer than to find equal keys."""
        numbers.sort()
        if numbers.dtype.kind == "f":
            numbers = numbers[: np.searchsorted(numbers, np.nan)]  # NaN comes last
        heads = run_starts(numbers)
        values = as_arrow(numbers[heads], type_)
        return cls(values, np.diff(heads, append=len(numbers)), hash_array(values))

    @property
    def total(self) -> int:
        """Number of rows that were counted."""
        return int(self.counts.sum())

    def at(self, places: NDArray[np.int64]) -> Self:
        """Return the values at some places."""
        return type(self)(taken(self.values, places), self.counts[places], self.keys[places])

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """Return the values where `mask` is True."""
        return self if mask.all() else self.at(np.flatnonzero(mask))

    def first(self, n: int | None = None) -> Self:
        """Return the `n` most frequent values in order, all by default; only these are sorted."""
        chosen = np.arange(len(self.counts))
        if n is not None and n < len(chosen):
            least = self._least_of(max(n, 1))
            above, level = np.flatnonzero(self.counts > least)[:n], np.flatnonzero(self.counts == least)
            wanted = n - len(above)
            if wanted < len(level):
                level = level[np.argpartition(self.keys[level], wanted)[:wanted]]
            chosen = np.concatenate([above, level])
        return self.at(chosen[np.lexsort([self.keys[chosen], -self.counts[chosen]])])

    def _least_of(self, n: int) -> int:
        """Return the n-th highest count; of small ones without sorting them."""
        highest = int(self.counts.max())
        if highest > len(self.counts):
            return int(np.partition(self.counts, -n)[-n])
        n_with_more = np.cumsum(np.bincount(self.counts)[::-1])
        return highest - int(np.searchsorted(n_with_more, n))

    def most_frequent(self, n: int, *, scale: float = 1.0) -> tuple[ValueCount, ...]:
        """Return the first `n` values as Python objects, their counts multiplied by `scale`."""
        some = self.first(n)
        pairs = zip(python_values(some.values), some.counts.tolist(), strict=True)
        return tuple(ValueCount(value, round(count * scale)) for value, count in pairs)
