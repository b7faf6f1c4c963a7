"""DuckDB files: which type each column becomes, and the rows as Arrow batches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from prefit.errors import InputError, InputNotFound, UnreadableInput, did_you_mean
from prefit.profiling.limits import batch_bytes, known_row_bytes, rows_within
from prefit.sources.embedded.address import ADVICE, Request
from prefit.sources.embedded.relation import Column, Relation, Stretch
from prefit.sources.schemas import plain_type
from prefit.sql import quoted

__all__ = ["find_relation", "read"]

_STRETCH_ROWS = 32 * 122_880  # row groups of DuckDB
_MEMORY_MB = 1024
_AS_TEXT = re.compile(r"UUID|INTERVAL|BIT\b|JSON|TIME WITH|MAP\(|UNION\(|BIGNUM|VARINT|VARIANT|GEOMETRY|TIME_NS")
"""Types that neither Arrow nor the profile has, wherever in a type they stand."""
_MOMENT = re.compile(r"TIMESTAMP WITH TIME ZONE")
_PART = r'(?:"(?:[^"]|"")+"|[^".]+)'
_NAME = re.compile(rf"(?:(?P<schema>{_PART})\.)?(?P<table>{_PART})")


def find_relation(request: Request) -> Relation:
    """Find out what is there.

    Raises
    ------
    InputNotFound
        If there is no such table.
    InputError
        If the query is not one that only reads, or the name is none.
    UnreadableInput
        If the file is damaged, in use by a process that writes, or no database.
    """
    import duckdb

    with _connected(request.path) as connection:
        if request.query is not None:
            source, is_table = f"({request.query}\n)", False  # its last line may be a comment
        else:
            source, is_table = _found(connection, request)
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608
            columns = tuple(_column(connection, name, kind, source) for name, kind, *_ in described)
            hidden = all(column.name.lower() != "rowid" for column in columns)  # else it is a value like any other
            conditions = _conditions(connection, source) if is_table and hidden else [""]
            stretches = tuple(_stretch(connection, source, condition) for condition in conditions)
            n_rows = _stretch(connection, source, "").n_rows if len(stretches) > 1 else stretches[0].n_rows
        except duckdb.Error as error:
            raise InputError(
                f"{request.shown} must be one statement, and one that only reads; got: {_reason(error)}. {ADVICE}"
            ) from None
    if (n_cut := sum(part.n_rows for part in stretches)) != n_rows:
        raise UnreadableInput(
            f"{request.shown} must have as many rows in its parts as in all, {n_rows}; got {n_cut}. "
            "Write the table to a Parquet file, and name that."
        )
    return Relation(source, columns, tuple(part for part in stretches if part.n_rows) or stretches[:1])


def read(path: Path, select: str, schema: pa.Schema, label: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows that a query selects.

    Raises
    ------
    UnreadableInput
        If they cannot be read to their end.
    """
    import duckdb

    with _connected(path) as connection:
        try:
            reader = connection.sql(select).to_arrow_reader(rows_within(known_row_bytes(schema)))
            yield from reader
        except (duckdb.Error, pa.ArrowException) as error:
            raise _unreadable(label, error) from None
        except RuntimeError as error:  # so DuckDB says that Ctrl-C ended a query
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from None
            raise


@contextmanager
def _connected(path: Path) -> Iterator[Any]:
    """Give a connection that cannot write, with one thread, so that rows come as they lie."""
    import duckdb

    limit_mb = min(_MEMORY_MB, 256 + (8 * batch_bytes() >> 20))
    try:
        connection = duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": "false"})
    except duckdb.Error as error:
        raise _unreadable(path.name, error) from None
    with connection as con, con.cursor() as cursor:
        cursor.execute("SET threads = 1")
        cursor.execute(f"SET memory_limit = '{limit_mb}MB'")
        cursor.execute("SET TimeZone = 'UTC'")
        cursor.execute("SET enable_progress_bar = false")
        yield cursor


def _found(connection: Any, request: Request) -> tuple[str, bool]:
    """Return the name of a table or view as SQL, and whether it is a table."""
    wanted = str(request.table)
    match = _NAME.fullmatch(wanted)
    parts = [part and _plain(part) for part in (match["schema"], match["table"])] if match else [None, wanted]
    there = connection.execute(
        "SELECT table_schema, table_name, table_type FROM information_schema.tables "
        "WHERE table_catalog = current_database() ORDER BY 1, 2"
    ).fetchall()
    for schema, table, kind in there:
        if table.lower() == str(parts[1]).lower() and schema.lower() == (parts[0] or "main").lower():
            return f"{quoted(schema)}.{quoted(table)}", kind == "BASE TABLE"
    names = [table if schema == "main" else f"{schema}.{table}" for schema, table, _ in there]
    listed = f"tables: {did_you_mean(wanted, names)}" if names else "there is no table at all. Name another file."
    raise InputNotFound(f"table {wanted!r} must be in {request.path.name}; got no such table. {listed}")


def _plain(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def _column(connection: Any, name: str, kind: str, source: str) -> Column:
    value = quoted(name)
    if kind in ("HUGEINT", "UHUGEINT"):
        return Column(name, f"{value}::DOUBLE", pa.float64())
    if _AS_TEXT.search(_MOMENT.sub("", kind)):
        return Column(name, f"{value}::VARCHAR", pa.string())
    found = connection.sql(f"SELECT {value} FROM {source} LIMIT 0").to_arrow_table()  # noqa: S608
    return Column(name, value, plain_type(found.schema.field(0).type))


def _conditions(connection: Any, source: str) -> list[str]:
    """Cut a table into runs of row groups; the cuts stay where they are when it grows."""
    [(last,)] = connection.execute(f"SELECT max(rowid) FROM {source}").fetchall()  # noqa: S608
    starts = range(0, (last or 0) + 1, _STRETCH_ROWS)
    if len(starts) == 1:
        return [""]
    return [f" WHERE rowid >= {start} AND rowid < {start + _STRETCH_ROWS}" for start in starts]


def _stretch(connection: Any, source: str, condition: str) -> Stretch:
    [(n_rows,)] = connection.execute(f"SELECT count(*) FROM {source}{condition}").fetchall()  # noqa: S608
    return Stretch(condition, n_rows)


def _unreadable(label: str, error: Exception) -> UnreadableInput:
    return UnreadableInput(
        f"{label} must be readable to its end as DuckDB; got: {_reason(error)}. Check that it is a whole DuckDB file, "
        "of a version that this DuckDB reads, and that no other process writes to it."
    )


def _reason(error: Exception) -> str:
    return str(error).split("\n")[0][:300].rstrip(" .")
