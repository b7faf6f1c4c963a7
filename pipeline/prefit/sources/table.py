"""The source that every way of opening data ends in: a schema and the partitions that fill it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from prefit.profiling.limits import MAX_BATCH_ROWS, known_row_bytes, rows_within
from prefit.profiling.values import MalformedRow
from prefit.sources.base import Partition
from prefit.sources.schemas import decoded

__all__ = ["MAX_BATCH_ROWS", "TableSource", "batch_rows", "sliced"]


@dataclass(frozen=True, slots=True)
class TableSource:
    """Data with a known schema, cut into partitions.

    Columns have plain types only: large and view variants of texts, bytes and lists are their ordinary ones, and
    extension types are their storage. Batches may hold texts that repeat as dictionaries of the type in the schema.

    Attributes
    ----------
    name : str
        Stem of the file, name of the folder, or ``"data frame"``, ``"table"``, ... for data in memory.
    schema : pyarrow.Schema
        Schema of every batch of every partition.
    n_rows : int or None
        Rows that can be read, malformed lines not counted.
    parts : tuple of Partition
        In row order.
    """

    name: str
    schema: pa.Schema
    n_rows: int | None
    parts: tuple[Partition, ...]

    def partitions(self) -> Sequence[Partition]:
        """Return the partitions in row order; reading all of them yields every row once."""
        return self.parts

    def settle(self) -> None:
        """Do nothing: what is known holds for all rows."""

    def to_table(self) -> pa.Table:
        """Read everything into memory.

        Returns
        -------
        pyarrow.Table
            All rows in order. Lines that cannot be read are left out, with a ``UserWarning`` that counts them.

        Raises
        ------
        UnreadableInput
            If the bytes of a partition cannot be decoded.

        Examples
        --------
        >>> from prefit.sources import open_source
        >>> open_source({"age": [31, 47]}).to_table().num_rows
        2
        """
        malformed: list[MalformedRow] = []
        batches = [decoded(batch, self.schema) for part in self.parts for batch in part.batches(malformed.append)]
        if malformed:
            first = malformed[0]
            warnings.warn(
                f"{self.name}: {len(malformed)} malformed lines are left out; "
                f"the first is line {first.line} of {first.file}: {first.reason}.",
                stacklevel=2,
            )
        return pa.Table.from_batches(batches, schema=self.schema)


def batch_rows(schema: pa.Schema, row_bytes: float = 0.0) -> int:
    """Return how many rows to read at once: as many as a batch may have bytes, `row_bytes` each as far as is known."""
    return rows_within(max(row_bytes, known_row_bytes(schema)))


def sliced(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Cut a batch into batches of at most `MAX_BATCH_ROWS` rows, without copying."""
    for start in range(0, batch.num_rows, MAX_BATCH_ROWS):
        yield batch.slice(start, MAX_BATCH_ROWS)
