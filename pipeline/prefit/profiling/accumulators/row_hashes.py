"""How many rows are duplicates, and how many equal rows contradict each other in the target?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.accumulators.bottom_k import Z90, KeyTable, loose_ceiling
from prefit.profiling.arrays import Keys, Mask
from prefit.profiling.batches import TableBatch
from prefit.profiling.plan import EVERY_KEY, Plan
from prefit.profiling.values import RowCount

__all__ = ["RowHashes"]

_MAX_POSITIONS = 100
_MOST_WAITING = 64
_HELD = 2  # so many times the rows that are wanted wait before those that cannot stay are found
_STILL_HELD = 1.5  # those that can, where there are more of them equal ones are put together
_NO_POSITION = np.iinfo(np.int64).max
_NONE_SEEN_95 = 3.0  # of a Poisson count of which none was seen: its 95 % upper bound


class WaitingRows(NamedTuple):
    """Rows that are not merged yet: keys, positions, and the keys of their target values, where `labelled`."""

    keys: Keys
    positions: NDArray[np.int64]
    labels: Keys
    labelled: Mask

    @classmethod
    def of(cls, batch: TableBatch, keys: Keys, ceiling: int, *, with_labels: bool) -> Self:
        """Return the rows of a batch up to a ceiling."""
        low = slice(None) if ceiling >= EVERY_KEY else np.flatnonzero(keys <= np.uint64(max(ceiling, 0)))
        some, positions = keys[low], batch.positions[low]
        if not with_labels:
            return cls(some, positions, np.zeros(0, np.uint64), np.zeros(0, np.bool_))
        if batch.target is None:
            return cls(some, positions, np.zeros(len(some), np.uint64), np.zeros(len(some), np.bool_))
        missing = batch.target.some_missing
        present = np.ones(len(some), np.bool_) if missing is None else ~missing[low]
        return cls(some, positions, batch.target.keys[low], present)

    @classmethod
    def joined(cls, waiting: tuple[Self, ...]) -> Self:
        """Put rows of several batches together."""
        return waiting[0] if len(waiting) == 1 else cls(*map(np.concatenate, zip(*waiting, strict=True)))

    def at(self, places: NDArray[np.int64]) -> Self:
        """Return the rows at some places."""
        labelled = places if len(self.labels) else slice(0)
        return type(self)(self.keys[places], self.positions[places], self.labels[labelled], self.labelled[labelled])


@dataclass(frozen=True, slots=True, eq=False)
class RowHashes:
    """Keys of whole rows, and of their features, with counts and positions.

    What `features` counts are the rows that have a target value; a key of other rows only has the count 0. Without a
    target and without columns that are no features, both would be one, and `features` is left empty.

    Exact up to `row_capacity` distinct rows (but for collisions of 64-bit keys: about n**2 / 2**65). Beyond, the rows
    with the lowest keys stand for all: counts are scaled and carry an interval.

    Rows wait in `waiting_rows` and `waiting_features`, unsorted; where there are many, the ceiling is lowered and those
    above it are dropped. They are sorted only where that is not enough, as many are equal, and in the end:
    :meth:`canonical` leaves none waiting.
    """

    rows: KeyTable
    waiting_rows: tuple[WaitingRows, ...]
    features: KeyTable
    waiting_features: tuple[WaitingRows, ...]

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return the identity."""
        return cls(KeyTable(plan.row_capacity), (), KeyTable(plan.row_capacity), ())

    @classmethod
    def from_batch(cls, batch: TableBatch) -> Self:
        """Hash one batch."""
        return cls.empty(batch.plan).extended(batch).canonical()

    def extended(self, batch: TableBatch) -> Self:
        """Return the sum with one more batch, without the work for what the sum would leave out."""
        rows = (*self.waiting_rows, WaitingRows.of(batch, batch.row_keys, self.rows.ceiling, with_labels=False))
        features = self.waiting_features
        if batch.target is not None or batch.plan.not_features:
            some = WaitingRows.of(batch, batch.feature_keys, self.features.ceiling, with_labels=True)
            features = (*features, some)
        return type(self)(
            *_thinned(self.rows, rows, _row_columns), *_thinned(self.features, features, _feature_columns)
        )

    def canonical(self) -> Self:
        """Return the same tables with no key waiting."""
        rows = _merged(self.rows, self.waiting_rows, _row_columns)
        return type(self)(rows, (), _merged(self.features, self.waiting_features, _feature_columns), ())

    def __add__(self, other: Self) -> Self:
        mine, theirs = self.canonical(), other.canonical()
        return type(self)(mine.rows + theirs.rows, (), mine.features + theirs.features, ())

    def sound(self, none: Self) -> bool:  # noqa: ARG002 (the tables are looked at by themselves)
        """Whether stored tables can be summed: none is waiting."""
        return not self.waiting_rows and not self.waiting_features

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


_ColumnsOf = Callable[[WaitingRows], Mapping[str, NDArray[Any]]]


def _thinned(
    table: KeyTable, waiting: tuple[WaitingRows, ...], columns_of: _ColumnsOf
) -> tuple[KeyTable, tuple[WaitingRows, ...]]:
    """Return the same sample, with fewer rows where there are many."""
    n_held = len(table.keys) + sum(len(some.keys) for some in waiting)
    if n_held <= _HELD * table.capacity:
        return table, waiting if len(waiting) <= _MOST_WAITING else (WaitingRows.joined(waiting),)
    table, rows = _lowered(table, WaitingRows.joined(waiting))
    if len(table.keys) + len(rows.keys) <= _STILL_HELD * table.capacity:
        return table, (rows,)
    return table + KeyTable.of_rows(rows.keys, columns_of(rows), table.capacity, table.ceiling), ()


def _merged(table: KeyTable, waiting: tuple[WaitingRows, ...], columns_of: _ColumnsOf) -> KeyTable:
    """Return the table with the rows that wait."""
    if not waiting:
        return table
    table, rows = _lowered(table, WaitingRows.joined(waiting))
    return table + KeyTable.of_rows(rows.keys, columns_of(rows), table.capacity, table.ceiling)


def _lowered(table: KeyTable, rows: WaitingRows) -> tuple[KeyTable, WaitingRows]:
    """Lower the ceiling towards where it will be, and drop what is above."""
    ceiling = loose_ceiling((table.keys, rows.keys), table.capacity, table.ceiling)
    if ceiling == table.ceiling:
        return table, rows
    return table.up_to(ceiling), rows.at(np.flatnonzero(rows.keys <= np.uint64(ceiling)))


def _row_columns(rows: WaitingRows) -> Mapping[str, NDArray[Any]]:
    return {"count": np.ones(len(rows.keys), np.int64), "first": rows.positions, "last": rows.positions}


def _feature_columns(rows: WaitingRows) -> Mapping[str, NDArray[Any]]:
    """Only the rows with a target value count."""
    labelled = rows.labelled
    return {
        "count": labelled.astype(np.int64),
        "first": np.where(labelled, rows.positions, _NO_POSITION),
        "last": np.where(labelled, rows.positions, -1),
        "least_label": np.where(labelled, rows.labels, np.uint64(EVERY_KEY)),
        "greatest_label": np.where(labelled, rows.labels, np.uint64(0)),
    }


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
