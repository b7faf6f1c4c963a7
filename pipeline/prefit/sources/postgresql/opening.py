"""Open a table or a query of PostgreSQL as a source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import accumulate
from typing import Any

import pyarrow as pa

from prefit.errors import UsageError
from prefit.sources.base import Source
from prefit.sources.postgresql.address import parse_uri
from prefit.sources.postgresql.partition import PostgresPartition
from prefit.sources.postgresql.relation import find_relation
from prefit.sources.postgresql.snapshot import Snapshot
from prefit.sources.table import TableSource
from prefit.sql import quoted

__all__ = ["InPostgresql", "in_postgresql", "open_postgresql"]


@dataclass(frozen=True, slots=True)
class InPostgresql:
    """Where the rows of a source lie, for those who can ask the server itself."""

    _first: PostgresPartition

    @property
    def select(self) -> str:
        """The query that gives all rows, with the names and types of the source."""
        return self._first.select

    @property
    def lies(self) -> bool:
        """Whether the rows lie in one table, in the order in which they are read."""
        return self._first.lies

    def connect(self) -> Any:
        """Return a new connection of psycopg, which cannot write."""
        return self._first.snapshot.connect()

    def enter(self, connection: Any) -> None:
        """Begin a transaction that sees the rows as they are read; the connection must not be in one."""
        self._first.snapshot.enter(connection, lies=self.lies)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield some columns of all rows, in the order in which they are read."""
        select = f"SELECT {', '.join(map(quoted, columns))} FROM ({self.select}) AS source"  # noqa: S608
        schema = pa.schema([self._first.schema.field(name) for name in columns])
        yield from replace(self._first, select=select, condition="", schema=schema).batches(lambda _: None)


def open_postgresql(uri: str) -> TableSource:
    """Open a table or a query of PostgreSQL.

    All of it is read as it is now, in transactions that cannot write, however many processes read it. Large tables are
    cut into stretches of pages.

    Raises
    ------
    UsageError
        If the URI or the query makes no sense, or the drivers are not installed.
    InputNotFound
        If there is no such table.
    InputError
        If there is nothing that can be read as one table.
    """
    if find_spec("adbc_driver_postgresql") is None or find_spec("psycopg") is None:
        raise UsageError(
            "data in PostgreSQL need the drivers adbc-driver-postgresql and psycopg; got none. Run: pip install "
            "'prefit[postgresql]'."
        )
    request = parse_uri(uri)
    snapshot = Snapshot.taken(request.address)
    relation = find_relation(snapshot.holder, request)
    schema = pa.schema([pa.field(column.name, column.type) for column in relation.columns])
    first_rows = accumulate((stretch.n_rows or 0 for stretch in relation.stretches), initial=0)
    parts = tuple(
        PostgresPartition(
            name=relation.shown if len(relation.stretches) == 1 else f"{relation.shown} from row {first_row}",
            first_row=first_row,
            size_bytes=stretch.size_bytes,
            snapshot=snapshot,
            select=relation.select,
            condition=stretch.condition,
            schema=schema,
            lies=relation.lies,
            stamp=relation.stamp,
        )
        for stretch, first_row in zip(relation.stretches, first_rows, strict=False)
    )
    counts = [stretch.n_rows for stretch in relation.stretches]
    n_rows = None if None in counts else sum(count or 0 for count in counts)
    return TableSource(relation.name, schema, n_rows, parts)


def in_postgresql(source: Source) -> InPostgresql | None:
    """Return where the rows of a source lie if that is PostgreSQL, else None."""
    first = next(iter(source.partitions()), None)
    return InPostgresql(first) if isinstance(first, PostgresPartition) else None
