"""Open a table or a query of a database file as a source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from prefit.errors import InputError, UnreadableInput
from prefit.sources.base import OnMalformed
from prefit.sources.embedded import duck_file, sqlite
from prefit.sources.embedded.address import Request, parse_uri
from prefit.sources.schemas import check_columns, conform
from prefit.sources.table import TableSource, sliced
from prefit.sql import quoted

__all__ = ["EmbeddedPartition", "open_embedded"]

Read: TypeAlias = Callable[[Path, str, pa.Schema, str], Iterator[pa.RecordBatch]]

_SYSTEMS = {"sqlite": (sqlite.find_relation, sqlite.read), "duckdb": (duck_file.find_relation, duck_file.read)}
_LOGS = ("-wal", ".wal")


@dataclass(frozen=True, slots=True)
class EmbeddedPartition:
    """A stretch of a table, or all of a query.

    Attributes
    ----------
    select : str
        The query that reads the rows.
    stamp : str
        Another one when anything in the file may have changed.
    """

    name: str
    first_row: int
    size_bytes: int
    path: Path
    select: str
    schema: pa.Schema
    read: Read
    stamp: str

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again."""
        schema = ", ".join(f"{field.name!r}: {field.type}" for field in self.schema)
        return f"{self.path} {self.stamp} {self.select} {schema}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 (no lines here)
        """Yield the rows in order, at most 131,072 per batch."""
        yield from self._read("")

    def head(self, n_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the first rows, so many of them."""
        yield from self._read(f" LIMIT {n_rows}")

    def _read(self, limit: str) -> Iterator[pa.RecordBatch]:
        with _steady(self.path, self.stamp, self.name):
            for batch in self.read(self.path, self.select + limit, self.schema, self.name):
                yield from sliced(conform(batch, self.schema))


def open_embedded(uri: str) -> TableSource:
    """Open a table or a query of an SQLite or DuckDB file; nothing can write to it, and it must not change meanwhile.

    Raises
    ------
    UsageError
        If the URI makes no sense.
    InputNotFound
        If there is no such file or table.
    InputError
        If there is nothing that can be read as one table.
    """
    request = parse_uri(uri)
    find_relation, read = _SYSTEMS[request.system]
    stamp = _stamp(request.path)
    _check_system(request)
    with _steady(request.path, stamp, request.path.name):
        relation = find_relation(request)
    schema = relation.schema
    check_columns(schema.names, request.shown)
    selected = ", ".join(f"{column.sql} AS {quoted(column.name)}" for column in relation.columns)
    counts = [stretch.n_rows for stretch in relation.stretches]
    parts = tuple(
        EmbeddedPartition(
            name=request.shown if len(counts) == 1 else f"{request.shown} from row {first_row}",
            first_row=first_row,
            size_bytes=stretch.size_bytes,
            path=request.path,
            select=f"SELECT {selected} FROM {relation.source}{stretch.condition}",  # noqa: S608
            schema=schema,
            read=read,
            stamp=stamp,
        )
        for stretch, first_row in zip(relation.stretches, accumulate(counts, initial=0), strict=False)
    )
    return TableSource(request.name, schema, sum(counts), parts)


def _check_system(request: Request) -> None:
    """Refuse the file of the other system, which this one would speak of as of an extension that it lacks."""
    try:
        with request.path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return  # which is told by who opens it
    found = "sqlite" if head.startswith(b"SQLite format 3") else "duckdb" if head[8:12] == b"DUCK" else request.system
    if found != request.system:
        raise InputError(
            f"{request.path.name} must be what its URI says; got {request.system}:// for a database of {found}. Write "
            f"{found}:// instead."
        )


def _stamp(path: Path) -> str:
    """Return a text that is another one when something is written; it may lie in a log beside the file for a while."""
    files = (path, *(path.with_name(path.name + log) for log in _LOGS))
    found = (file.stat() for file in files if file.exists())
    return " ".join(f"{status.st_size}-{status.st_mtime_ns}" for status in found if status.st_size)


@contextmanager
def _steady(path: Path, stamp: str, label: str) -> Iterator[None]:
    yield
    if not path.exists() or _stamp(path) != stamp:
        raise UnreadableInput(
            f"{label} must not change while it is read; got another size or time of change than at the start. Start "
            "again when nobody writes to it."
        )
