"""SQLite: which types the values of a column have, whatever it was declared as, and the rows as Arrow batches."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from pyarrow import types

from prefit.errors import InputError, InputNotFound, UnreadableInput, did_you_mean
from prefit.profiling.limits import known_row_bytes, rows_within
from prefit.sources.embedded.address import ADVICE, Request
from prefit.sources.embedded.relation import Column, Relation, Stretch
from prefit.sql import quoted

__all__ = ["find_relation", "read"]

_OF_ONE_KIND = {b"integer": pa.int64(), b"text": pa.string(), b"blob": pa.binary()}
_STRETCH_BYTES, _MAX_STRETCHES = 64 << 20, 64
_CELLS_AT_ONCE = 1 << 19  # as objects of Python, before they are a batch
_COLUMNS_AT_ONCE = 200  # SQLite has at most 2,000 results in a query
_IS_DAY = "($v GLOB '[0-9]*' AND $v IS date($v, '+0 days'))"
_IS_MOMENT = (
    f"{_IS_DAY} OR (strftime('%Y-%m-%d %H:%M:%S', $v, '+0 days') IS replace(substr($v, 1, 19), 'T', ' ') "
    "AND $v GLOB '[0-9]*' AND length($v) <= 26 AND substr($v, 20) NOT GLOB '*[^.0-9]*')"
)
"""What SQLite itself writes, with up to six digits of a second; anything with a zone stays a text.

Adding no days turns a 30th of February into a day of March; years before Christ, which start with a sign, stay texts.
"""


def find_relation(request: Request) -> Relation:
    """Find out what is there; all values are looked at, as SQLite keeps any type in any column.

    Raises
    ------
    InputNotFound
        If there is no such table.
    InputError
        If the query is not one that only reads.
    UnreadableInput
        If the file is damaged, locked or no database.
    """
    declared: dict[str, str] = {}
    with _connected(request.path) as connection:
        if request.query is not None:
            source = f"({request.query}\n)"  # its last line may be a comment
            names, row_id = _query_columns(connection, request, source), None
        else:
            source = quoted(_checked(connection, request))
            names, declared = _table_columns(connection, source)
            row_id = _row_id(connection, source, names)
        with _told(request):
            return _surveyed(connection, request.path, source, names, declared, row_id)


def read(path: Path, select: str, schema: pa.Schema, label: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows that a query selects.

    Raises
    ------
    UnreadableInput
        If they cannot be read to their end.
    """
    n_rows = max(1, min(rows_within(known_row_bytes(schema)), _CELLS_AT_ONCE // max(len(schema), 1)))
    with _connected(path) as connection:
        try:
            cursor = connection.execute(select)
            while rows := cursor.fetchmany(n_rows):
                columns = zip(schema, zip(*rows, strict=True), strict=True)
                yield pa.RecordBatch.from_arrays(
                    [_array(values, field.type) for field, values in columns], schema=schema
                )
        except sqlite3.Error as error:
            raise _unreadable(label, error) from None


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that cannot write, and whose texts are the bytes that lie there."""
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise _unreadable(path.name, error) from None
    connection.text_factory = bytes
    with closing(connection):
        try:
            connection.execute("PRAGMA query_only = 1")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            raise _unreadable(path.name, error) from None
        yield connection


def _checked(connection: sqlite3.Connection, request: Request) -> str:
    """Return the name of the table that is asked for, which SQLite takes in any case."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY 1").fetchall()
    names = [bytes(name).decode() for (name,) in rows]
    wanted = str(request.table)
    found = wanted if wanted in names else next((name for name in names if name.lower() == wanted.lower()), None)
    if found is None:
        there = f"tables: {did_you_mean(wanted, names)}" if names else "there is no table at all. Name another file."
        raise InputNotFound(f"table {wanted!r} must be in {request.path.name}; got no such table. {there}")
    return found


def _query_columns(connection: sqlite3.Connection, request: Request, source: str) -> list[str]:
    try:
        return [column[0] for column in connection.execute(f"SELECT * FROM {source} LIMIT 0").description]  # noqa: S608
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise InputError(
            f"{request.shown} must be one statement, and one that only reads; got: {error}. {ADVICE}"
        ) from None


def _table_columns(connection: sqlite3.Connection, source: str) -> tuple[list[str], dict[str, str]]:
    rows = connection.execute(f"PRAGMA table_xinfo({source})").fetchall()
    declared = {bytes(row[1]).decode(): bytes(row[2]).decode().upper() for row in rows if row[6] != 1}  # 1: hidden
    return list(declared), declared


def _row_id(connection: sqlite3.Connection, source: str, names: Sequence[str]) -> str | None:
    """Return the column that says where a row lies, None for views and tables that have none."""
    taken = {name.lower() for name in names}
    row_id = next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)
    if row_id is None:
        return None
    try:
        found = connection.execute(f"SELECT typeof({row_id}) FROM {source} LIMIT 1").fetchone()  # noqa: S608
    except sqlite3.Error:  # no such column
        return None
    return row_id if found == (b"integer",) else None


def _surveyed(
    connection: sqlite3.Connection,
    path: Path,
    source: str,
    names: Sequence[str],
    declared: Mapping[str, str],
    row_id: str | None,
) -> Relation:
    stretches = []
    for condition in _conditions(connection, path, source, row_id):
        [(n_rows,)] = connection.execute(f"SELECT count(*) FROM {source}{condition.partition(' ORDER')[0]}")  # noqa: S608
        stretches += [Stretch(condition, n_rows)]
    size_bytes = path.stat().st_size // len(stretches)
    stretches = [Stretch(stretch.condition, stretch.n_rows, size_bytes) for stretch in stretches]
    columns: list[Column] = []
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        some = names[start : start + _COLUMNS_AT_ONCE]
        tests = [_test(quoted(name), declared.get(name, "")) for name in some]
        [found] = connection.execute(f"SELECT {', '.join(tests)} FROM {source}")  # noqa: S608
        columns += [
            _column(name, declared.get(name, ""), *found[3 * place : 3 * place + 3]) for place, name in enumerate(some)
        ]
    kept = tuple(stretch for stretch in stretches if stretch.n_rows) or tuple(stretches[:1])
    return Relation(source, tuple(columns), kept)


def _conditions(connection: sqlite3.Connection, path: Path, source: str, row_id: str | None) -> list[str]:
    """Cut a table into ranges of its row numbers; without an order an index might give the rows in its own."""
    if row_id is None:
        return [""]
    low, high = connection.execute(f"SELECT min({row_id}), max({row_id}) FROM {source}").fetchone()  # noqa: S608
    n_stretches = min(_MAX_STRETCHES, path.stat().st_size // _STRETCH_BYTES, high - low + 1)
    if n_stretches < 2:
        return [f" ORDER BY {row_id}"]
    step = -(-(high - low + 1) // n_stretches)
    starts = [low + step * place for place in range(n_stretches)]
    return [
        f" WHERE {row_id} BETWEEN {start} AND {min(high, start + step - 1)} ORDER BY {row_id}"
        for start in starts
        if start <= high
    ]


def _test(value: str, declared: str) -> str:
    """Return the least and the greatest name of a type, and whether the values are what the declaration says."""
    kinds = f"nullif(typeof({value}), 'null')"
    test = "NULL"
    if "BOOL" in declared:
        test = f"{value} IN (0, 1)"
    elif declared == "DATE":
        test = _IS_DAY.replace("$v", value)
    elif re.match("DATETIME|TIMESTAMP", declared):
        test = _IS_MOMENT.replace("$v", value)
    holds = f"min(CASE WHEN {value} IS NOT NULL THEN ({test}) END)"
    return f"min({kinds}), max({kinds}), {holds}"


def _column(name: str, declared: str, least: bytes | None, greatest: bytes | None, holds: int | None) -> Column:
    """Return how to read a column whose values have types between two, in the order of the alphabet."""
    value = quoted(name)
    if least is None:
        return Column(name, value, _declared_type(declared))
    if greatest == b"real" and least != b"blob":
        return Column(name, f"CAST({value} AS REAL)", pa.float64())
    if least == greatest:
        return Column(name, value, (_as_declared(declared) if holds else None) or _OF_ONE_KIND[least])
    text = f"CAST({value} AS TEXT)"
    if least == b"blob":
        text = f"CASE typeof({value}) WHEN 'blob' THEN '0x' || hex({value}) ELSE {text} END"
    return Column(name, text, pa.string())


def _as_declared(declared: str) -> pa.DataType | None:
    if "BOOL" in declared:
        return pa.bool_()
    return pa.date32() if declared == "DATE" else pa.timestamp("us")


def _declared_type(declared: str) -> pa.DataType:
    """Return the type of a column without a value, by the rules that SQLite has for names of types."""
    if "INT" in declared:
        return pa.int64()
    if any(part in declared for part in ("CHAR", "CLOB", "TEXT")):
        return pa.string()
    return pa.float64() if any(part in declared for part in ("REAL", "FLOA", "DOUB")) else pa.null()


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if types.is_boolean(kind):
        return pa.array(values, pa.int8()).cast(kind)
    if types.is_string(kind) or types.is_temporal(kind):
        texts = pa.array(values, pa.binary()).view(pa.string())  # bad UTF-8 is counted when it is folded
        return texts if types.is_string(kind) else texts.cast(kind)
    return pa.array(values, kind)


@contextmanager
def _told(request: Request) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _unreadable(request.shown, error) from None


def _unreadable(label: str, error: sqlite3.Error) -> UnreadableInput:
    return UnreadableInput(
        f"{label} must be readable to its end as SQLite; got: {error}. Check that it is a whole SQLite database and "
        "that nobody locks it."
    )
