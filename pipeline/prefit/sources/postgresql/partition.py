"""Rows of PostgreSQL as Arrow batches, through ADBC: they stream, so that memory is a batch or two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from prefit.errors import UnreadableInput
from prefit.profiling.limits import batch_bytes
from prefit.sources.base import OnMalformed
from prefit.sources.postgresql.refusals import told
from prefit.sources.postgresql.snapshot import Snapshot
from prefit.sources.schemas import conform
from prefit.sources.table import sliced
from prefit.sql import quoted

__all__ = ["PostgresPartition"]

_BATCH_BYTES = 16 << 20
_EARLIEST_DAY = -2_440_588  # the day before Julian day 0: nothing that is finite lies before it
_EARLIEST = {
    "date32[day]": _EARLIEST_DAY,
    "timestamp[us]": _EARLIEST_DAY * 86_400_000_000,
    "timestamp[us, tz=UTC]": _EARLIEST_DAY * 86_400_000_000,
}


@dataclass(frozen=True, slots=True)
class PostgresPartition:
    """A stretch of a table, or all of a query, as it is in a snapshot.

    Attributes
    ----------
    select : str
        The query that reads all rows of the table.
    condition : str
        Which of them are in here.
    lies : bool
        Whether the rows lie somewhere, so that the first of them can be asked for alone.
    stamp : str or None
        What tells whether another run would read the same rows.
    """

    name: str
    first_row: int
    size_bytes: int
    snapshot: Snapshot
    select: str
    condition: str
    schema: pa.Schema
    lies: bool
    stamp: str | None
    may_wait: bool = True

    @property
    def identity(self) -> str | None:
        """What tells whether the same rows would be read again."""
        if self.stamp is None:
            return None
        schema = ", ".join(f"{field.name!r}: {field.type}" for field in self.schema)
        return f"{self.snapshot.address.shown} {self.stamp} {self.select} {self.condition} {schema}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 (no lines here)
        """Yield the rows in order, at most 131,072 per batch."""
        yield from self._read("")

    def head(self, n_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the first rows, so many or more; a query with a limit might be run in another way, with other rows."""
        yield from self._read(f" LIMIT {n_rows}" if self.lies else "")

    def _read(self, limit: str) -> Iterator[pa.RecordBatch]:
        advice = "Start again when the server is well, or mend the query."
        query = f"{self.select} {self.condition}{limit}"
        with (
            told(self.snapshot.address, f"{self.name} must be readable to its end", advice, of_rows=True),
            self.snapshot.reading(query, min(_BATCH_BYTES, batch_bytes()), lies=self.lies) as reader,
        ):
            for batch in reader:
                yield from sliced(self._conforming(batch))

    def _conforming(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        try:
            batch = conform(batch, self.schema)
        except pa.ArrowInvalid:
            self._refuse_nan(batch)
            raise
        for field, column in zip(self.schema, batch.columns, strict=True):
            earliest = _EARLIEST.get(str(field.type))
            if earliest is not None:
                self._check_moments(field.name, column, earliest)
        return batch

    def _refuse_nan(self, batch: pa.RecordBatch) -> None:
        for field, column in zip(self.schema, batch.columns, strict=True):
            texts = column.storage if isinstance(column, pa.ExtensionArray) else column
            if types.is_decimal(field.type) and pc.any(pc.equal(texts, "nan")).as_py():
                raise UnreadableInput(
                    f"column {field.name!r} of {self.name} must hold numbers; got NaN in a numeric of fixed precision. "
                    f"Read it by a query: ?query=SELECT {quoted(field.name)}::float8, ..."
                )

    def _check_moments(self, name: str, column: pa.Array, earliest: int) -> None:
        numbers = column.view(pa.int32() if types.is_date(column.type) else pa.int64())
        least = pc.min(numbers).as_py()
        if least is not None and least < earliest:
            raise UnreadableInput(
                f"column {name!r} of {self.name} must hold moments; got infinity or -infinity. Read it by a query that "
                f"puts a moment or NULL in its place: ?query=SELECT NULLIF({quoted(name)}, 'infinity'), ..."
            )
