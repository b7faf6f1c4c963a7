"""All rows of a source where SQL can read them, or some of their columns in memory; never more than that at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

from prefit.sql import quoted

__all__ = ["MOST_COLUMNS", "ROW", "VIEW", "Database", "Rows", "collected", "in_sql", "make_views", "witnesses"]

ROW = "prefit row position"
"""Column of the view that holds the 0-based position of the row."""

VIEW = "data"
"""Name of the view of the rows, or of the first of several."""

MOST_COLUMNS = 256
"""Columns of a view that is quick to ask: every query works through all of them, at 0.2 ms each."""

_BATCH_ROWS = 131_072

_VIRTUAL = frozenset({"file_row_number", "file_index", "filename", "rowid", ROW.lower()})
"""Names that DuckDB gives to columns of its own, in any case."""


class Database(Protocol):
    """A database of PostgreSQL that holds the rows of a table, and can judge them itself."""

    @property
    def select(self) -> str:
        """The query that gives all rows, with the names of the schema."""
        ...

    @property
    def lies(self) -> bool:
        """Whether the rows lie in one table, so that their positions are known."""
        ...

    def connect(self) -> Any:
        """Return a new connection of psycopg, which cannot write."""
        ...

    def enter(self, connection: Any) -> None:
        """Begin a transaction that sees the rows of `Rows.batches` in that order; the connection must be in none."""
        ...

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield some columns of all rows, in that order too."""
        ...


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a table, to be read as often as needed.

    Attributes
    ----------
    schema : pyarrow.Schema
    batches : callable
        Returns an iterator over record batches of that schema, in row order.
    files : tuple of (path, number of rows)
        Parquet files that hold the same rows and columns, in row order; none where there are no such files.
    database : Database or None
        Where the rows lie, if that is a database.
    """

    schema: pa.Schema
    batches: Callable[[], Iterator[pa.RecordBatch]]
    files: tuple[tuple[str, int], ...] = ()
    database: Database | None = None

    @property
    def has_positions(self) -> bool:
        """Whether SQL can tell the positions of rows."""
        return self.database is None or self.database.lies

    @classmethod
    def of_table(cls, table: pa.Table) -> Rows:
        """Return the rows of a table in memory."""
        return cls(table.schema, lambda: iter(table.to_batches()))


def in_sql(schema: pa.Schema) -> tuple[str, ...]:
    """Return the columns that SQL can judge: plain values under names that differ by more than their capitals.

    Examples
    --------
    >>> in_sql(pa.schema({"Age": pa.int8(), "age": pa.int8(), "born": pa.date32(), "tags": pa.list_(pa.string())}))
    ('born',)
    """
    n_alike = Counter(name.lower() for name in [*schema.names, ROW])
    return tuple(field.name for field in schema if _is_plain(field.type) and n_alike[field.name.lower()] == 1)


def make_views(rows: Rows, groups: Sequence[Sequence[str]], folder: Path) -> Mapping[str, str]:
    """Return names and SQL of views of all rows for DuckDB, one for each group of columns.

    The rows are copied into the folder as Parquet, batch by batch, unless they lie in Parquet files already. A NaN is
    null in the views, since it is no value in pandas either.
    """
    own_names = any(name.lower() in _VIRTUAL for name in rows.schema.names)
    if rows.files and not own_names and all(len(columns) <= MOST_COLUMNS for columns in groups):
        queries = [_in_place(rows.files, [rows.schema.field(name) for name in columns]) for columns in groups]
    else:
        path = folder / "rows.parquet"
        _copy(rows, tuple(dict.fromkeys(chain.from_iterable(groups))), path)
        queries = [_of_copy(path, columns) for columns in groups]
    return {f"{VIEW}{number}" if number else VIEW: query for number, query in enumerate(queries)}


def collected(rows: Rows, columns: Sequence[str], most_bytes: int) -> pa.Table | None:
    """Return these columns of all rows, None if they take more than `most_bytes`."""
    schema = _schema_of(rows, columns)
    batches, n_bytes = [], 0
    for batch in _batches(rows, schema):
        n_bytes += batch.nbytes
        if n_bytes > most_bytes:
            return None
        batches.append(batch)
    return pa.Table.from_batches(batches, schema=schema)


def witnesses(rows: Rows, columns: Sequence[str]) -> pa.Table:
    """Return two rows that have in each of these columns a value, if it has one, and a null, if it has one.

    They are enough to know as what pandas takes a column whose values are all of its type. There are none where there
    are no rows.
    """
    schema = _schema_of(rows, columns)
    found: dict[str, dict[bool, pa.Array]] = {name: {} for name in columns}
    for batch in _batches(rows, schema):
        for name, entries in found.items():
            column = batch.column(name)
            for is_null in {False, True} - entries.keys():
                places = np.flatnonzero(column.is_null(nan_is_null=False).to_numpy(zero_copy_only=False) == is_null)
                if len(places):
                    entries[is_null] = column.slice(int(places[0]), 1)
        if all(len(entries) == 2 for entries in found.values()):
            break
    arrays = [pa.concat_arrays([*entries.values(), *entries.values()][:2]) for entries in found.values() if entries]
    return pa.Table.from_arrays(arrays, schema=schema) if arrays else schema.empty_table()


def _schema_of(rows: Rows, columns: Sequence[str]) -> pa.Schema:
    return pa.schema([rows.schema.field(name) for name in columns])


def _batches(rows: Rows, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield some columns of all rows, reading no others where the rows lie in files or a database."""
    if rows.database is not None:
        batches = rows.database.batches(schema.names)
    elif rows.files:
        batches = chain.from_iterable(_of_file(path, schema.names) for path, _ in rows.files)
    else:
        batches = rows.batches()
    for batch in batches:
        arrays = [_decoded(batch.column(field.name)).cast(field.type) for field in schema]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _of_file(path: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        yield from file.iter_batches(_BATCH_ROWS, columns=list(columns), use_threads=False)


def _is_plain(kind: pa.DataType) -> bool:
    return (
        types.is_boolean(kind)
        or types.is_integer(kind)
        or (types.is_floating(kind) and not types.is_float16(kind))
        or types.is_decimal128(kind)
        or types.is_string(kind)
        or types.is_date(kind)
        or types.is_timestamp(kind)
    )


def _shown(field: pa.Field) -> str:
    name, kind = quoted(field.name), field.type
    if types.is_floating(kind):
        return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END AS {name}"
    if types.is_timestamp(kind) and kind.tz is not None:  # the instant in UTC: rows with a zone need a module of Python
        return (
            f"make_timestamp_ns(epoch_ns({name}))" if kind.unit == "ns" else f"make_timestamp(epoch_us({name}))"
        ) + f" AS {name}"
    return name


def _in_place(files: Sequence[tuple[str, int]], fields: Sequence[pa.Field]) -> str:
    """Return as SQL the columns as they lie in the files, and what gives the position of a row in them."""
    starts = [0]
    for _, n_rows in files[:-1]:
        starts.append(starts[-1] + n_rows)
    position = f"file_row_number + list_extract({starts}::BIGINT[], file_index::BIGINT + 1) AS {quoted(ROW)}"
    shown = ", ".join([*map(_shown, fields), position])
    return f"SELECT {shown} FROM read_parquet([{', '.join(_literal(path) for path, _ in files)}])"  # noqa: S608


def _copy(rows: Rows, columns: Sequence[str], path: Path) -> None:
    """Copy these columns of all rows into a Parquet file, with the positions of the rows."""
    fields = [rows.schema.field(name) for name in columns]
    schema = pa.schema([*map(_without_zone, fields), pa.field(ROW, pa.int64())])
    n_rows = 0
    with pq.ParquetWriter(path, schema, compression="lz4", use_dictionary=False) as writer:
        for batch in rows.batches():
            chosen = [_without_nan(_decoded(batch.column(name))) for name in columns]
            arrays = [array.cast(field.type) for array, field in zip(chosen, schema, strict=False)]
            positions = pa.array(np.arange(n_rows, n_rows + batch.num_rows))
            writer.write_batch(pa.RecordBatch.from_arrays([*arrays, positions], schema=schema))
            n_rows += batch.num_rows


def _of_copy(path: Path, columns: Sequence[str]) -> str:
    """Return as SQL these columns of the copy, and the positions of the rows."""
    return f"SELECT {', '.join(map(quoted, [*columns, ROW]))} FROM read_parquet({_literal(str(path))})"  # noqa: S608


def _without_zone(field: pa.Field) -> pa.Field:
    return field.with_type(pa.timestamp(field.type.unit)) if types.is_timestamp(field.type) else field


def _without_nan(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_nan(column), None, column) if types.is_floating(column.type) else column


def _decoded(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
