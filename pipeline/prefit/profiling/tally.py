"""Distinct values and how often each occurs."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, filtered, no_values, taken
from prefit.profiling.batches import ColumnBatch
from prefit.profiling.instants import python_values
from prefit.profiling.values import ValueCount

__all__ = ["Tally"]


class Tally(NamedTuple):
    """Distinct values that are neither null nor NaN, most frequent first, and their counts.

    Equal counts stand in the order of the hash, so that the order does not depend on that of the rows.
    """

    values: pa.Array
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, values: pa.Array, counts: NDArray[Any], keys: Keys) -> Self:
        """Order distinct values."""
        order = np.lexsort([keys, -counts])
        return cls(taken(values, order), counts[order])

    @classmethod
    def of_column(cls, column: pa.ChunkedArray) -> Self:
        """Count the values of a column of the row sample."""
        batch = ColumnBatch(column.combine_chunks() if column.num_chunks else no_values(column.type))
        found = batch.distinct
        order = np.lexsort([found.keys, -found.counts])
        return cls(taken(batch.entries, found.entries[order]), found.counts[order])

    @property
    def total(self) -> int:
        """Number of rows that were counted."""
        return int(self.counts.sum())

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """Return the values where `mask` is True."""
        return type(self)(filtered(self.values, mask), self.counts[mask])

    def most_frequent(self, n: int, *, scale: float = 1.0) -> tuple[ValueCount, ...]:
        """Return the first `n` values as Python objects, their counts multiplied by `scale`."""
        pairs = zip(python_values(self.values[:n]), self.counts[:n], strict=True)
        return tuple(ValueCount(value, round(count * scale)) for value, count in pairs)
