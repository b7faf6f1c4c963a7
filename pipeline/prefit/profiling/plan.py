"""What is fixed before the first row is folded, so that every worker measures the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from prefit.errors import InputError, UsageError, did_you_mean
from prefit.profiling.arrays import plain_type
from prefit.profiling.bins import NO_BINS, Bins, bins_of
from prefit.profiling.limits import BATCH_BYTES
from prefit.profiling.scales import UNKNOWN, Scale, ordered_numbers, scale_of

if TYPE_CHECKING:
    from prefit.profiling.fold import Partition
    from prefit.profiling.folding import OnRows
    from prefit.profiling.state import State

__all__ = ["EVERY_KEY", "Plan", "make_plan"]

_COLUMN_CELLS = 131_072
_TABLE_CELLS = 1 << 24
EVERY_KEY = 2**64 - 1
"""The highest 64-bit key: a sample with this ceiling leaves nothing out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The parameters of a fold: picklable, equal on every worker; a :class:`~prefit.profiling.folding.Folding`.

    Attributes
    ----------
    schema : pyarrow.Schema
        Names and types that every batch must have.
    target : str or None
    not_features : frozenset of str
        Columns that no model may see; neither empty rows nor conflicting labels heed them.
    seed : int
        Decides which rows are sampled.
    n_rows : int or None
        Rows of the whole input, where they are known for certain: spares copying rows that cannot stay in the sample.
    sample_rows, class_rows : int
        Size of the row sample, and of the sample of each class.
    max_classes : int
        A target with more values has no classes.
    key_capacity, row_capacity : int
        Distinct values of a column, and distinct rows of the table, that are counted exactly.
    value_bytes : int
        Values of a column are kept beside their keys up to this size.
    scales : tuple of Scale
        On which the numbers of each column are summed, in table order; empty where nothing is known of them.
    bins : tuple of Bins
        In which they are counted, likewise.
    batch_bytes : int
        What a batch may have: it decides what memory a fold takes, and nothing of what it measures.
    """

    schema: pa.Schema
    target: str | None = None
    not_features: frozenset[str] = frozenset()
    seed: int = 0
    n_rows: int | None = None
    sample_rows: int = 65_536
    class_rows: int = 256
    max_classes: int = 1_000
    key_capacity: int = 4_096
    row_capacity: int = 262_144
    value_bytes: int = 1 << 20
    scales: tuple[Scale, ...] = ()
    bins: tuple[Bins, ...] = ()
    batch_bytes: int = BATCH_BYTES

    @property
    def sample_schema(self) -> pa.Schema:
        """Schema of the sampled rows: without dictionaries and other encodings."""
        return _plain_schema(self.schema)

    @property
    def column_scales(self) -> tuple[Scale, ...]:
        """Scale of every column, in table order."""
        return self.scales or (UNKNOWN,) * len(self.schema)

    @property
    def column_bins(self) -> tuple[Bins, ...]:
        """Bins of every column, in table order."""
        return self.bins or (NO_BINS,) * len(self.schema)

    @property
    def features(self) -> tuple[str, ...]:
        """Columns that a model may see, in table order."""
        return tuple(name for name in self.schema.names if name != self.target and name not in self.not_features)

    @property
    def table_classes(self) -> int:
        """Most classes in which values are counted: tables of up to 131,072 cells a column and 2**24 (128 MiB) in all.

        32 classes up to 128 columns, 2 up to 2,048, none beyond 4,096.
        """
        cells = self.key_capacity * len(self.schema)
        return min(self.max_classes, _COLUMN_CELLS // self.key_capacity, _TABLE_CELLS // cells)

    @property
    def effort(self) -> float:
        """Other passes over the rows are measured by this one."""
        return 1.0

    def empty(self) -> State:
        """Return the state of no rows."""
        from prefit.profiling.state import State

        return State.empty(self)

    def folded(self, partition: Partition, onto: State, on_rows: OnRows | None = None) -> State:
        """Return the state with the rows of a partition."""
        from prefit.profiling.fold import fold

        return fold(partition, self, on_rows, onto=onto)

    def packed(self, total: State) -> State:
        """Return the state in its canonical form: sorted by each worker, beside the others."""
        from prefit.profiling.stored import canonical

        packed: State = canonical(total)
        return packed

    @property
    def sample_ceiling(self) -> int:
        """Highest priority that a sampled row may have: about six standard deviations more rows than are wanted."""
        if not self.n_rows:
            return EVERY_KEY
        wanted = self.sample_rows + 6.0 * np.sqrt(self.sample_rows) + 16.0
        return min(EVERY_KEY, int(wanted / self.n_rows * 2.0**64))


@lru_cache(maxsize=8)
def _plain_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(field.name, plain_type(field.type)) for field in schema])


def make_plan(
    schema: pa.Schema,
    *,
    target: str | None = None,
    drop: Iterable[str] = (),
    seed: int = 0,
    n_rows: int | None = None,
    first_rows: Sequence[pa.RecordBatch] = (),
) -> Plan:
    """Plan the fold of a table.

    Parameters
    ----------
    schema : pyarrow.Schema
    target : str, optional
    drop : iterable of str
        Columns that are profiled but are no features.
    seed : int, default 0
    n_rows : int, optional
        Only where it is known for certain.
    first_rows : sequence of pyarrow.RecordBatch, optional
        The first 8,192 rows by position, or more, or all: they tell on which scale numbers are summed, and in
        which bins they are counted.

    Raises
    ------
    InputError
        If two columns have one name, or there is no column.
    UsageError
        If `target` is not a column.
    """
    twice = [name for name, count in Counter(schema.names).items() if count > 1]
    if twice:
        raise InputError(f"column names must differ; got {twice[0]!r} more than once. Rename one of the columns.")
    if not schema.names:
        raise InputError("data must have at least one column; got none. Check the file.")
    if target is not None and target not in schema.names:
        raise UsageError(f"target {target!r} is not a column; columns: {did_you_mean(target, schema.names)}")
    ordered = ordered_numbers(schema, first_rows)
    scales = tuple(map(scale_of, ordered))
    return Plan(
        schema=schema,
        target=target,
        not_features=frozenset(drop),
        seed=seed,
        n_rows=n_rows,
        scales=scales,
        bins=tuple(map(bins_of, ordered, scales)),
    )
