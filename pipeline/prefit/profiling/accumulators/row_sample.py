"""Which rows stand for the table?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling import values
from prefit.profiling.accumulators.bottom_k import ceiling_of
from prefit.profiling.arrays import Keys, Mask, as_arrow, no_values
from prefit.profiling.batches import TableBatch
from prefit.profiling.plan import Plan

__all__ = ["RowSample", "Rows", "no_rows"]

_MAX_CHUNKS = 64


@lru_cache(maxsize=8)
def no_rows(schema: pa.Schema) -> pa.Table:
    """Return a table without rows."""
    return pa.Table.from_arrays([no_values(type_) for type_ in schema.types], schema=schema)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Some rows, with their positions and priorities."""

    table: pa.Table
    positions: NDArray[np.int64]
    priorities: Keys

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return no rows of the planned table."""
        return cls(no_rows(plan.sample_schema), np.zeros(0, np.int64), np.zeros(0, np.uint64))

    @classmethod
    def of_batch(cls, batch: TableBatch, places: NDArray[np.int64]) -> Self:
        """Copy the rows at some places of a batch."""
        return cls(batch.rows(places), batch.positions[places], batch.priorities[places])

    def __len__(self) -> int:
        return len(self.positions)

    def __add__(self, other: Self) -> Self:
        if len(self) == 0 or len(other) == 0:
            return self if len(self) else other
        return type(self)(
            pa.concat_tables([self.table, other.table]),
            np.concatenate([self.positions, other.positions]),
            np.concatenate([self.priorities, other.priorities]),
        )

    def where(self, mask: Mask) -> Self:
        """Copy the rows where `mask` is True."""
        return self.taken(np.flatnonzero(mask))

    def taken(self, order: NDArray[np.int64]) -> Self:
        """Return the rows at some places, in one piece; beside both, one column is held in another form."""
        wanted = as_arrow(order)
        columns = [column.combine_chunks().take(wanted) for column in self.table.columns]
        table = pa.Table.from_arrays(columns, schema=self.table.schema)
        return type(self)(table, self.positions[order], self.priorities[order])

    def sound(self, _none: Self) -> bool:
        """Whether stored rows fit together: each has its place, and no two have one."""
        aligned = (self.table.num_rows,) == self.positions.shape == self.priorities.shape
        return aligned and bool((np.diff(self.positions) > 0).all()) and bool((self.positions >= 0).all())


@dataclass(frozen=True, slots=True, eq=False)
class RowSample:
    """The `capacity` rows with the lowest priority, which is a hash of seed and row number.

    The same rows however the table was cut; a uniform sample without replacement. The error of any rank is below 0.64
    % with probability 0.99 for 65,536 rows (Dvoretzky-Kiefer-Wolfowitz). Up to an eighth more rows are held for a
    while, as cutting at every merge would copy too much.
    """

    capacity: int
    ceiling: int
    rows: Rows

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return the identity."""
        return cls(plan.sample_rows, plan.sample_ceiling, Rows.empty(plan))

    @classmethod
    def from_batch(cls, batch: TableBatch, ceiling: int | None = None) -> Self:
        """Draw from one batch; rows above `ceiling` may be left out, for a sum that will leave them out anyway."""
        plan = batch.plan
        ceiling = min(plan.sample_ceiling, plan.sample_ceiling if ceiling is None else ceiling)
        ceiling = ceiling_of(batch.priorities, plan.sample_rows, ceiling)
        low = np.flatnonzero(batch.priorities <= np.uint64(max(ceiling, 0)))
        return cls(plan.sample_rows, ceiling, Rows.of_batch(batch, low) if len(low) else Rows.empty(plan))

    def __add__(self, other: Self) -> Self:
        rows = self.rows + other.rows
        merged = type(self)(self.capacity, min(self.ceiling, other.ceiling), rows)
        many = len(rows) > self.capacity + self.capacity // 8 or rows.table.num_columns == 0
        if many or rows.table.column(0).num_chunks > _MAX_CHUNKS:
            return merged._kept()
        return merged

    def _lowest(self) -> int:
        """Return the highest priority that stays."""
        return ceiling_of(self.rows.priorities, self.capacity, self.ceiling)

    def _kept(self) -> Self:
        """Return the same sample without the rows that are held for a while."""
        rows, ceiling = self.rows, self._lowest()
        low = rows.priorities <= np.uint64(max(ceiling, 0))
        kept = Rows(rows.table.combine_chunks(), rows.positions, rows.priorities) if low.all() else rows.where(low)
        return type(self)(self.capacity, ceiling, kept)

    def canonical(self) -> Self:
        """Return the same sample in table order, without the rows that are held for a while."""
        return type(self)(self.capacity, self._lowest(), self._in_order())

    def sound(self, none: Self) -> bool:
        """Whether a stored sample can be summed with `none`."""
        low = bool((self.rows.priorities <= np.uint64(max(self.ceiling, 0))).all())
        return low and self.capacity == none.capacity and len(self.rows) <= self.capacity and self.ceiling >= -1

    def value(self) -> values.RowSample:
        """Return the sampled rows in table order."""
        rows = self._in_order()
        return values.RowSample(rows.table, rows.positions)

    def _in_order(self) -> Rows:
        """Copy the rows that are to stay, once."""
        low = np.flatnonzero(self.rows.priorities <= np.uint64(max(self._lowest(), 0)))
        return self.rows.taken(low[np.argsort(self.rows.positions[low], kind="stable")])
