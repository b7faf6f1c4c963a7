"""How many rows are duplicates, and how many equal rows contradict each other in the target?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.accumulators.bottom_k import Z90, KeyTable
from prefit.profiling.arrays import Keys, Mask
from prefit.profiling.batches import TableBatch
from prefit.profiling.plan import EVERY_KEY, Plan
from prefit.profiling.values import RowCount

__all__ = ["RowHashes"]

_MAX_POSITIONS = 100
_NO_POSITION = np.iinfo(np.int64).max
_NONE_SEEN_95 = 3.0  # of a Poisson count of which none was seen: its 95 % upper bound


@dataclass(frozen=True, slots=True, eq=False)
class RowHashes:
    """Keys of whole rows, and of their features, with counts and positions.

    What `features` counts are the rows that have a target value; a key of other rows only has the count 0. Without a
    target and without columns that are no features, both would be one, and `features` is left empty.

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
        if batch.target is None and not batch.plan.not_features:
            return cls(rows, KeyTable(capacity))
        labelled, labels = _labels(batch)
        columns = {
            "count": labelled.astype(np.int64),
            "first": np.where(labelled, batch.positions, _NO_POSITION),
            "last": np.where(labelled, batch.positions, -1),
            "least_label": np.where(labelled, labels, np.uint64(EVERY_KEY)),
            "greatest_label": np.where(labelled, labels, np.uint64(0)),
        }
        return cls(rows, KeyTable.of_rows(batch.feature_keys, columns, capacity, ceilings[1]))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.rows + other.rows, self.features + other.features)

    @property
    def feature_table(self) -> KeyTable:
        """The keys of the features, also where they are those of whole rows."""
        return self.features if len(self.features.keys) else self.rows

    def duplicates(self) -> RowCount:
        """Count the rows that are equal to an earlier row."""
        repeated = np.flatnonzero(self.rows.column("count") > 1)
        counts = self.rows.column("count")[repeated] - 1
        return _row_count(self.rows, counts, self.rows.column("last")[repeated])

    def conflicts(self) -> RowCount:
        """Count the rows whose features equal those of a row with another target value."""
        table = self.features
        split = np.flatnonzero(table.column("least_label") < table.column("greatest_label"))
        positions = np.concatenate([table.column("first")[split], table.column("last")[split]])
        return _row_count(table, table.column("count")[split], positions)


def _labels(batch: TableBatch) -> tuple[Mask, Keys]:
    """Say which rows have a target value, and give the keys of the values."""
    if batch.target is None:
        return np.zeros(len(batch), np.bool_), np.zeros(len(batch), np.uint64)
    return ~batch.target.missing, batch.target.keys


def _row_count(table: KeyTable, counts: NDArray[Any], positions: NDArray[Any]) -> RowCount:
    """Scale the rows of the sampled groups to all groups."""
    seen = float(counts.sum())
    some = tuple(int(position) for position in np.sort(positions)[:_MAX_POSITIONS])
    if table.exact:
        return RowCount(seen, seen, seen, exact=True, positions=some)
    estimate = seen / table.share
    spread = math.sqrt((1.0 - table.share) * float(np.square(counts, dtype=np.float64).sum())) / table.share
    high = estimate + Z90 * spread if seen else _NONE_SEEN_95 / table.share
    return RowCount(estimate, max(seen, estimate - Z90 * spread), high, exact=False, positions=some)
