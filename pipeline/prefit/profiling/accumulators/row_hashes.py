"""How many rows are duplicates, and how many equal rows contradict each other in the target?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.accumulators.bottom_k import KeyTable
from prefit.profiling.batches import TableBatch
from prefit.profiling.plan import EVERY_KEY, Plan
from prefit.profiling.values import RowCount

__all__ = ["RowHashes"]

_MAX_POSITIONS = 100
_Z90 = 1.645
_NONE_SEEN_95 = 3.0  # of a Poisson count of which none was seen: its 95 % upper bound


@dataclass(frozen=True, slots=True, eq=False)
class RowHashes:
    """Keys of whole rows, and of the features of rows that have a target value, with counts and positions.

    Exact up to `row_capacity` distinct rows (but for collisions of 64-bit keys: about n**2 / 2**65). Beyond, the rows
    with the lowest keys stand for all: counts are scaled and carry an interval.
    """

    rows: KeyTable
    features: KeyTable

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return the identity."""
        return cls(KeyTable(plan.row_capacity), KeyTable(plan.row_capacity))

    @classmethod
    def from_batch(cls, batch: TableBatch, ceilings: tuple[int, int] = (EVERY_KEY, EVERY_KEY)) -> Self:
        """Hash one batch; keys above `ceilings` may be left out, for a sum that will leave them out anyway."""
        capacity = batch.plan.row_capacity
        places = {"count": np.ones(len(batch), np.int64), "first": batch.positions, "last": batch.positions}
        rows = KeyTable.of_rows(batch.row_keys, places, capacity, ceilings[0])
        if batch.target is None:
            return cls(rows, KeyTable(capacity))
        labels = batch.target.keys
        labelled = ~batch.target.missing
        columns = {**places, "least_label": labels, "greatest_label": labels}
        kept = {name: column[labelled] for name, column in columns.items()}
        return cls(rows, KeyTable.of_rows(batch.feature_keys[labelled], kept, capacity, ceilings[1]))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.rows + other.rows, self.features + other.features)

    def duplicates(self) -> RowCount:
        """Count the rows that are equal to an earlier row."""
        repeated = np.flatnonzero(self.rows.column("count") > 1)
        counts = self.rows.column("count")[repeated] - 1
        return _row_count(self.rows, counts, self.rows.column("last")[repeated])

    def conflicts(self) -> RowCount:
        """Count the rows whose features equal those of a row with another target value."""
        table = self.features
        split = np.flatnonzero(table.column("least_label") != table.column("greatest_label"))
        positions = np.concatenate([table.column("first")[split], table.column("last")[split]])
        return _row_count(table, table.column("count")[split], positions)


def _row_count(table: KeyTable, counts: NDArray[Any], positions: NDArray[Any]) -> RowCount:
    """Scale the rows of the sampled groups to all groups."""
    seen = float(counts.sum())
    some = tuple(int(position) for position in np.sort(positions)[:_MAX_POSITIONS])
    if table.exact:
        return RowCount(seen, seen, seen, exact=True, positions=some)
    estimate = seen / table.share
    spread = math.sqrt((1.0 - table.share) * float(np.square(counts, dtype=np.float64).sum())) / table.share
    high = estimate + _Z90 * spread if seen else _NONE_SEEN_95 / table.share
    return RowCount(estimate, max(seen, estimate - _Z90 * spread), high, exact=False, positions=some)
