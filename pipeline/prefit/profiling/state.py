"""What a fold holds of a table: a product of accumulators, itself an accumulator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import pyarrow as pa

from prefit.profiling.accumulators import (
    ClassSample,
    CoMissing,
    Counts,
    EmptyRows,
    Extremes,
    Fingerprint,
    Gram,
    Histograms,
    KeySample,
    Lengths,
    Malformed,
    Moments,
    RowHashes,
    RowSample,
    Support,
)
from prefit.profiling.batches import NO_CLASSES, Classes, ColumnBatch, TableBatch
from prefit.profiling.plan import Plan

__all__ = ["ColumnState", "State"]


@dataclass(frozen=True, slots=True, eq=False)
class ColumnState:
    """All statistics of one column."""

    counts: Counts
    extremes: Extremes
    moments: Moments
    keys: KeySample
    lengths: Lengths

    @classmethod
    def empty(cls, plan: Plan, type_: pa.DataType) -> Self:
        """Return the identity for columns of a plain type."""
        keys = KeySample.empty(plan, type_)
        return cls(Counts(), Extremes(), Moments(), keys, Lengths())

    def extended(self, column: ColumnBatch, classes: Classes) -> Self:
        """Return the sum with one more batch, whose rows are of some classes."""
        return type(self)(
            self.counts + Counts.from_batch(column),
            self.extremes + Extremes.from_batch(column),
            self.moments.extended(column),
            self.keys.extended(column, classes),
            self.lengths + Lengths.from_batch(column),
        )

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.counts + other.counts,
            self.extremes + other.extremes,
            self.moments + other.moments,
            self.keys + other.keys,
            self.lengths + other.lengths,
        )


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """All statistics of a table, or of a part of it: picklable and of bounded size.

    `columns` are in table order.
    """

    columns: tuple[ColumnState, ...]
    row_hashes: RowHashes
    sample: RowSample
    class_sample: ClassSample
    empty_rows: EmptyRows
    support: Support
    gram: Gram
    co_missing: CoMissing
    histograms: Histograms
    fingerprint: Fingerprint
    malformed: Malformed

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return the identity: the state of no rows."""
        return cls(
            tuple(ColumnState.empty(plan, type_) for type_ in plan.sample_schema.types),
            RowHashes.empty(plan),
            RowSample.empty(plan),
            ClassSample.empty(plan),
            EmptyRows(),
            Support.empty(plan),
            Gram.empty(plan),
            CoMissing.empty(plan),
            Histograms.empty(plan),
            Fingerprint(),
            Malformed(),
        )

    def extended(self, batch: TableBatch) -> Self:
        """Return the sum with one more batch, without the work for what the sum would leave out."""
        columns = zip(self.columns, batch.columns.items(), strict=True)
        features = set(batch.plan.features)
        classes = NO_CLASSES if self.support.overflown else batch.classes_beside(self.support.classes)
        return type(self)(
            tuple(
                state.extended(column, classes if name in features else NO_CLASSES) for state, (name, column) in columns
            ),
            self.row_hashes.extended(batch),
            self.sample + RowSample.from_batch(batch, self.sample.ceiling),
            self.class_sample + ClassSample.from_batch(batch, self.class_sample),
            self.empty_rows + EmptyRows.from_batch(batch),
            self.support + Support.from_batch(batch, self.support),
            self.gram + Gram.from_batch(batch, self.gram),
            self.co_missing + CoMissing.from_batch(batch),
            self.histograms + Histograms.from_batch(batch, self.histograms),
            self.fingerprint + Fingerprint.from_batch(batch),
            self.malformed,
        )

    def with_malformed(self, malformed: Malformed) -> Self:
        """Return the sum with some unreadable lines."""
        return replace(self, malformed=self.malformed + malformed)

    def to_bytes(self, plan: Plan) -> bytes:
        """Return the state as bytes that are equal for equal rows; see :mod:`prefit.profiling.stored`."""
        from prefit.profiling.stored import to_bytes

        return to_bytes(self, plan)

    @staticmethod
    def from_bytes(data: bytes, plan: Plan) -> State:
        """Read a state of the same version and plan back, from bytes of any origin.

        Raises
        ------
        InputError
            If they are of another version or plan, or no sound state.
        """
        from prefit.profiling.stored import from_bytes

        return from_bytes(data, plan)

    def sound(self, none: Self) -> bool:
        """Whether a stored state is one of the columns of `none`, with as many rows in each."""
        n_rows = {column.counts.n_rows for column in self.columns}
        named = bool((self.co_missing.columns < len(self.columns)).all())
        return len(self.columns) == len(none.columns) and n_rows == {self.fingerprint.n_rows} and named

    def __add__(self, other: Self) -> Self:
        return type(self)(
            tuple(mine + theirs for mine, theirs in zip(self.columns, other.columns, strict=True)),
            self.row_hashes + other.row_hashes,
            self.sample + other.sample,
            self.class_sample + other.class_sample,
            self.empty_rows + other.empty_rows,
            self.support + other.support,
            self.gram + other.gram,
            self.co_missing + other.co_missing,
            self.histograms + other.histograms,
            self.fingerprint + other.fingerprint,
            self.malformed + other.malformed,
        )
