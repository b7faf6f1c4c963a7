"""All rows of a source where SQL can read them, or some of their columns in memory; never more than that at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

__all__ = ["ROW", "VIEW", "Rows", "collected", "in_sql", "make_view"]

ROW = "prefit row position"
"""Column of the view that holds the 0-based position of the row."""

VIEW = "data"

_VIRTUAL = frozenset({"file_row_number", "file_index", "filename", "rowid", ROW.lower()})
"""Names that DuckDB gives to columns of its own, in any case."""


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
    """

    schema: pa.Schema
    batches: Callable[[], Iterator[pa.RecordBatch]]
    files: tuple[tuple[str, int], ...] = ()

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


def make_view(rows: Rows, columns: Sequence[str], folder: Path) -> Path:
    """Make a DuckDB database with a view of these columns of all rows, and return its path.

    The rows are copied into the folder as Parquet, batch by batch, unless they lie in Parquet files already. A NaN is
    null in the view, since it is no value in pandas either.
    """
    import duckdb

    in_place = rows.files and not any(name.lower() in _VIRTUAL for name in rows.schema.names)
    paths, position = _in_place(rows.files) if in_place else _copied(rows, columns, folder / "rows.parquet")
    shown = ", ".join([*(_shown(rows.schema.field(name)) for name in columns), f"{position} AS {quoted(ROW)}"])
    database = folder / "view.duckdb"
    with duckdb.connect(database) as con:
        con.execute(f"CREATE VIEW {VIEW} AS SELECT {shown} FROM read_parquet([{paths}])")  # noqa: S608
    return database


def collected(rows: Rows, columns: Sequence[str], most_bytes: int) -> pa.Table | None:
    """Return these columns of all rows, None if they take more than `most_bytes`."""
    schema = pa.schema([rows.schema.field(name) for name in columns])
    batches, n_bytes = [], 0
    for batch in rows.batches():
        chosen = pa.RecordBatch.from_arrays([_decoded(batch.column(name)) for name in columns], schema=schema)
        n_bytes += chosen.nbytes
        if n_bytes > most_bytes:
            return None
        batches.append(chosen)
    return pa.Table.from_batches(batches, schema=schema)


def quoted(name: str) -> str:
    """Return the name as SQL.

    Examples
    --------
    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


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


def _in_place(files: Sequence[tuple[str, int]]) -> tuple[str, str]:
    """Return the files, and what gives the position of a row in them, as SQL."""
    starts = [0]
    for _, n_rows in files[:-1]:
        starts.append(starts[-1] + n_rows)
    paths = ", ".join(_literal(path) for path, _ in files)
    return paths, f"file_row_number + list_extract({starts}::BIGINT[], file_index::BIGINT + 1)"


def _copied(rows: Rows, columns: Sequence[str], path: Path) -> tuple[str, str]:
    """Copy the rows into a Parquet file, with their positions."""
    schema = pa.schema([*(rows.schema.field(name) for name in columns), pa.field(ROW, pa.int64())])
    n_rows = 0
    with pq.ParquetWriter(path, schema, compression="lz4", use_dictionary=False) as writer:
        for batch in rows.batches():
            positions = pa.array(np.arange(n_rows, n_rows + batch.num_rows))
            chosen = [_decoded(batch.column(name)) for name in columns]
            writer.write_batch(pa.RecordBatch.from_arrays([*chosen, positions], schema=schema))
            n_rows += batch.num_rows
    return _literal(str(path)), quoted(ROW)


def _decoded(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
