"""How many distinct values has a column, and which are the most frequent?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prefit.profiling.accumulators.bottom_k import Z90, KeyTable
from prefit.profiling.arrays import Keys
from prefit.profiling.batches import ColumnBatch
from prefit.profiling.plan import EVERY_KEY, Plan
from prefit.profiling.tally import Tally
from prefit.profiling.values import DistinctCount

__all__ = ["KeySample"]


@dataclass(frozen=True, slots=True, eq=False)
class KeySample:
    """The k distinct values with the lowest keys, each with its exact row count; NaN and null are no values.

    Up to k distinct values everything is exact. Beyond, the number of distinct values is estimated with a relative
    standard error of 1/sqrt(k - 2), 1.6 % for k = 4,096.

    Attributes
    ----------
    table : KeyTable
    values : pyarrow.Array or None
        The values of the keys; None once a key was left out or the values outgrew `value_bytes`.
    value_bytes : int

    References
    ----------
    Beyer et al. (2007), On synopses for distinct-value estimation under multiset operations,
    doi:10.1145/1247480.1247504.
    """

    table: KeyTable
    values: pa.Array | None
    value_bytes: int

    @classmethod
    def empty(cls, plan: Plan, type_: pa.DataType) -> Self:
        """Return the identity for columns of a plain type."""
        return cls(KeyTable(plan.key_capacity), pa.array([], type_), plan.value_bytes)

    @classmethod
    def from_batch(cls, column: ColumnBatch, plan: Plan, ceiling: int = EVERY_KEY) -> Self:
        """Count one batch; keys above `ceiling` may be left out, for a sum that will leave them out anyway."""
        found = column.distinct_up_to(ceiling)
        table = KeyTable.of_rows(found.keys, {"count": found.counts}, plan.key_capacity, ceiling)
        values = column.entries.take(pa.array(found.entries)) if table.exact else None
        return cls(table, _bounded(values, plan.value_bytes), plan.value_bytes)

    def __add__(self, other: Self) -> Self:
        table = self.table + other.table
        values = None
        if table.exact and self.values is not None and other.values is not None:
            values = self._values_of(table.keys, other)
        return type(self)(table, _bounded(values, self.value_bytes), self.value_bytes)

    def canonical(self) -> Self:
        """Return the same sample; 0.0 and -0.0 have one key, and which of them came first is no matter."""
        if self.values is None or not pa.types.is_floating(self.values.type):
            return self
        type_ = self.values.type
        wide = self.values.cast(pa.float64()) if pa.types.is_float16(type_) else self.values
        plus = pc.add(wide, pa.scalar(0.0, wide.type)).cast(type_)
        return type(self)(self.table, plus, self.value_bytes)

    def sound(self, none: Self) -> bool:
        """Whether a stored sample can be summed with `none`."""
        aligned = self.values is None or (self.table.exact and len(self.values) == len(self.table.keys))
        return aligned and self.value_bytes == none.value_bytes and set(self.table.columns) <= {"count"}

    def _values_of(self, keys: Keys, other: Self) -> pa.Array:
        mine, theirs = self.table.keys, other.table.keys
        if len(keys) == len(mine):
            return self.values
        if len(keys) == len(theirs):
            return other.values
        place = np.searchsorted(mine, keys)
        found = place < len(mine)
        found[found] = mine[place[found]] == keys[found]
        place[~found] = len(mine) + np.searchsorted(theirs, keys[~found])
        return pa.concat_arrays([self.values, other.values]).take(pa.array(place))

    @property
    def n_kept(self) -> int:
        """Number of keys in the sample."""
        return len(self.table.keys)

    def distinct(self, n_present: int) -> DistinctCount:
        """Estimate the number of distinct values among `n_present` values."""
        kept = self.n_kept
        if self.table.exact:
            return DistinctCount(float(kept), float(kept), float(kept), exact=True)
        estimate = kept / self.table.share
        margin = Z90 / math.sqrt(max(kept - 2, 1))
        low, high = max(estimate * (1 - margin), float(kept)), min(estimate * (1 + margin), float(n_present))
        return DistinctCount(min(max(estimate, low), high), min(low, high), high, exact=False)

    def tally(self) -> Tally | None:
        """Return every value with its row count; None when they are not known."""
        return None if self.values is None else Tally.of(self.values, self.table.column("count"), self.table.keys)


def _bounded(values: Any, limit: int) -> Any:
    return values if values is not None and values.nbytes <= limit else None
