"""Fold every row of a partition into a state, once and in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Protocol

import numpy as np
import pyarrow as pa

from prefit.errors import UnreadableInput
from prefit.profiling.accumulators import Malformed
from prefit.profiling.arrays import plain, plain_type
from prefit.profiling.batches import TableBatch
from prefit.profiling.codebook import MOST_NUMBERS
from prefit.profiling.limits import batches_of, rows_within
from prefit.profiling.lookup import Memo
from prefit.profiling.plan import Plan
from prefit.profiling.state import State
from prefit.profiling.values import MalformedRow

__all__ = ["OnMalformed", "Partition", "fold", "rebatched"]

_NUMBERS = 1 << 20  # in the codebooks of all columns: some 100 MiB with all that is kept beside them
_LARGEST_KEPT = (32 << 20) - (64 << 10)  # glibc heeds no larger ones

OnMalformed = Callable[[MalformedRow], None]


class Partition(Protocol):
    """What is folded: a picklable piece of a source that can be read on its own."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def first_row(self) -> int:
        """0-based position of its first row in the whole input."""
        ...

    @property
    def size_bytes(self) -> int:
        """Size for progress bars, 0 if unknown."""
        ...

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, at most 131,072 per batch, and report unreadable lines.

        Raises
        ------
        UnreadableInput
            If the bytes cannot be decoded; the message names the partition.
        """
        ...


def fold(
    partition: Partition, plan: Plan, on_rows: Callable[[int], None] | None = None, *, onto: State | None = None
) -> State:
    """Measure one partition.

    Memory is one batch, the rows that wait to fill it, and the state.

    Parameters
    ----------
    partition : Partition
    plan : Plan
    on_rows : callable, optional
        Called after each batch with its number of rows.
    onto : State, optional
        What was folded before, to be carried on: cheaper than to merge, as its thresholds hold from the first row.

    Returns
    -------
    State
        ``fold(a) + fold(b)``, and ``fold(b, onto=fold(a))``, is the state of both partitions.

    Raises
    ------
    UnreadableInput
        If the partition cannot be read, or its columns are not those of the plan.
    """
    _keep_freed_memory()
    state = State.empty(plan) if onto is None else onto
    memos = _memos(plan)
    malformed: list[MalformedRow] = []
    first_row = partition.first_row
    for batch in rebatched(partition, plan.schema, plan.batch_bytes, malformed.append):
        state = state.extended(TableBatch(batch, first_row, plan, memos))
        n_rows = batch.num_rows
        del batch
        first_row += n_rows
        if on_rows is not None:
            on_rows(n_rows)
        if malformed:
            state = state.with_malformed(Malformed.from_rows(malformed))
            malformed.clear()
    return state.with_malformed(Malformed.from_rows(malformed))


@cache
def _keep_freed_memory() -> None:
    """Have the C library keep what a batch frees for the next one, up to 64 MiB.

    glibc gives the end of its heap back to the system beyond twice the largest block that was ever mapped and freed;
    the next batch would pay for the same pages again, which the system fills with zeros: a tenth of the time. This
    block is never written to.
    """
    np.empty(_LARGEST_KEPT, np.uint8)


@lru_cache(maxsize=1)
def _memos(plan: Plan) -> dict[str, Memo]:
    """Return what is remembered of the columns, from one partition to the next."""
    most = min(MOST_NUMBERS, _NUMBERS // max(len(plan.schema), 1))
    return {name: Memo(most_numbers=most) for name in plan.schema.names}


def rebatched(
    partition: Partition, schema: pa.Schema, batch_bytes: int, on_malformed: OnMalformed
) -> Iterator[pa.RecordBatch]:
    """Yield batches of as many rows and bytes as they may have; small ones are put together, as each has its price.

    Parameters
    ----------
    partition : Partition
    schema : pyarrow.Schema
        Columns that the batches shall have, in this order.
    batch_bytes : int
    on_malformed : callable
        Told the lines that cannot be read.

    Raises
    ------
    UnreadableInput
        If the partition cannot be read, or has not these columns.
    """
    waiting: list[pa.RecordBatch] = []
    n_waiting, most = 0, 0
    for given in _read(partition, batch_bytes, on_malformed):
        with batches_of(batch_bytes):
            fitting = rows_within(given.nbytes / max(given.num_rows, 1))
        most = min(most, fitting) if n_waiting else fitting
        for batch in _slices(given, fitting, partition.name, schema):
            if n_waiting and n_waiting + batch.num_rows > most:
                yield _joined(waiting)
                waiting, n_waiting, most = [], 0, fitting
            waiting.append(batch)
            n_waiting += batch.num_rows
            del batch
            if n_waiting >= most:  # held no longer than needed: the next rows are decoded beside what is held
                yield _joined(waiting)
                waiting, n_waiting, most = [], 0, fitting
        del given
    if n_waiting:
        yield _joined(waiting)


def _read(partition: Partition, batch_bytes: int, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a partition, read in no larger ones than are planned."""
    batches = partition.batches(on_malformed)
    while True:
        with batches_of(batch_bytes):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch
        del batch


def _slices(batch: pa.RecordBatch, n_rows: int, name: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for start in range(0, batch.num_rows, n_rows):
        yield _aligned(batch.slice(start, n_rows), name, schema)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    table = pa.table(
        [_chunked([batch.column(place) for batch in batches]) for place in range(batches[0].num_columns)],
        names=batches[0].schema.names,
    )
    columns = [column.combine_chunks() for column in table.unify_dictionaries().columns]
    return pa.RecordBatch.from_arrays(columns, table.schema.names)


def _chunked(arrays: list[pa.Array]) -> pa.ChunkedArray:
    """Put arrays of one plain type together; some may be encoded, where files that follow each other are not alike."""
    if any(array.type != arrays[0].type for array in arrays):
        arrays = [plain(array) for array in arrays]
    return pa.chunked_array(arrays)


def _aligned(batch: pa.RecordBatch, name: str, schema: pa.Schema) -> pa.RecordBatch:
    """Return the planned columns in planned order; a dictionary of the planned type may stand for it."""
    arrays = []
    for field in schema:
        place = batch.schema.get_field_index(field.name)
        if place < 0:
            raise UnreadableInput(
                f"partition {name!r} must have the columns of the first one; {field.name!r} is missing. "
                "Write all files with one schema, or leave that one out."
            )
        array = batch.column(place)
        if plain_type(array.type) != plain_type(field.type):
            try:
                array = array.cast(plain_type(field.type))
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # the message of it may hold a cell
                raise UnreadableInput(
                    f"partition {name!r} must have the types of the first one; got {array.type} for {field.name!r} "
                    f"instead of {field.type}. Write all files with one schema, or leave that one out."
                ) from None
        arrays.append(array)
    return pa.RecordBatch.from_arrays(arrays, schema.names)
