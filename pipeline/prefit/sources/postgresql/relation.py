"""What is read from a database: a table or a query, its columns, and where it may be cut."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prefit.errors import InputError, InputNotFound, UsageError, did_you_mean
from prefit.sources.postgresql.address import Request
from prefit.sources.postgresql.columns import Column, column_of
from prefit.sources.postgresql.refusals import told
from prefit.sources.schemas import check_columns
from prefit.sql import quoted

__all__ = ["Relation", "Stretch", "find_relation"]

_LEAST_CUT_BYTES = 256 << 20
_STRETCH_BYTES, _MAX_STRETCHES = 64 << 20, 64
_OLDEST_RANGES = 140_000  # earlier servers read the whole table for a range of places

_PART = r'(?:"(?:[^"]|"")+"|[^".]+)'
_NAME = re.compile(rf"(?:(?P<schema>{_PART})\.)?(?P<table>{_PART})")

_FIND = """
SELECT n.nspname, c.relname, c.relkind::text, pg_table_size(c.oid), pg_relation_size(c.oid),
       current_setting('block_size')::int8, current_setting('server_version_num')::int8,
       c.relkind IN ('r', 'm') AND NOT c.relhassubclass AND NOT c.relrowsecurity AND coalesce(a.amname = 'heap', false),
       concat_ws(' ', c.oid, pg_postmaster_start_time(), txid_current_snapshot())
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am a ON a.oid = c.relam
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND c.relname = %(table)s
  AND CASE WHEN %(schema)s::text IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = %(schema)s END
"""
_NAMES = """
SELECT CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 1 LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that lie together: all of a relation, or those of a table between two of its pages."""

    condition: str
    n_rows: int | None
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a query.

    Attributes
    ----------
    name : str
        That of the table, or one made from the text of the query.
    shown : str
        What messages call it.
    source : str
        What stands after FROM.
    columns : tuple of Column
    stretches : tuple of Stretch
        In the order in which the rows lie.
    lies : bool
        Whether the rows lie in one table, in whose order they are read.
    stamp : str or None
        Another one when a row may have changed; None where nothing tells that.
    """

    name: str
    shown: str
    source: str
    columns: tuple[Column, ...]
    stretches: tuple[Stretch, ...]
    lies: bool = False
    stamp: str | None = None

    @property
    def select(self) -> str:
        """The query that reads all rows."""
        return f"SELECT {', '.join(column.selected for column in self.columns)} FROM {self.source}"  # noqa: S608


def find_relation(connection: Any, request: Request) -> Relation:
    """Find out what is there, through a connection that sees it.

    Raises
    ------
    InputNotFound
        If there is no such table.
    UsageError
        If the name is none, or the query is not one that only reads.
    InputError
        If there are no columns, or two of one name.
    UnreadableInput
        If permission is lacking.
    """
    return _query(connection, request, request.query) if request.query else _table(connection, request)


def _query(connection: Any, request: Request, text: str) -> Relation:
    text = text.strip().rstrip(";").rstrip()
    name = f"query-{hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    shown = f"the query of {request.address.shown}"
    source = f"({text}\n) AS query"  # its last line may be a comment
    rule = f"{shown} must be one statement, and one that only reads"
    with told(
        request.address, rule, "Write SELECT ... FROM ..., or name a table: ?table=schema.table.", kind=InputError
    ):
        columns = _columns(connection, source)
    check_columns([column.name for column in columns], shown)
    return Relation(name, shown, source, columns, (Stretch("", None, 0),))


def _table(connection: Any, request: Request) -> Relation:
    schema, table = _parsed(request.table or "")
    address = request.address
    with told(
        address, f"{address.shown} must let prefit look up a table", "Ask for the right, or wait for those who lock it."
    ):
        found = connection.execute(_FIND, {"schema": schema, "table": table}).fetchone()
        names = [] if found else [name for (name,) in connection.execute(_NAMES).fetchall()]
    if found is None:
        wanted = table if schema is None else f"{schema}.{table}"
        there = (
            f"tables: {did_you_mean(wanted, names)}" if names else "there is no table at all. Name another database."
        )
        raise InputNotFound(f"table {wanted!r} must be in {address.shown}; got no such table. {there}")
    schema, table, kind, size_bytes, heap_bytes, page_bytes, version, is_plain, stamp = found
    source = f"{quoted(schema)}.{quoted(table)}"
    shown = f"table {schema}.{table} of {address.shown}"
    with told(address, f"{shown} must be readable", "Ask its owner for the right to SELECT."):
        columns = _columns(connection, source)
        conditions = [""]
        if is_plain and version >= _OLDEST_RANGES and size_bytes >= _LEAST_CUT_BYTES:
            conditions = _conditions(heap_bytes // page_bytes, size_bytes)
        counts = [None] if kind in "vf" else _counts(connection, source, conditions)
    check_columns([column.name for column in columns], shown)
    each_bytes = size_bytes // len(conditions)
    stretches = tuple(Stretch(condition, n, each_bytes) for condition, n in zip(conditions, counts, strict=True))
    stretches = tuple(stretch for stretch in stretches if stretch.n_rows != 0) or stretches[:1]
    return Relation(table, shown, source, columns, stretches, is_plain, stamp if is_plain else None)


def _parsed(name: str) -> tuple[str | None, str]:
    match = _NAME.fullmatch(name.strip())
    if match is None:
        raise UsageError(
            f"table must read table or schema.table; got {name!r}. Put names with dots or quotes into double quotes."
        )
    schema, table = (
        part[1:-1].replace('""', '"') if part and part.startswith('"') else part
        for part in (match["schema"], match["table"])
    )
    return schema, str(table)


def _columns(connection: Any, source: str) -> tuple[Column, ...]:
    described = connection.execute(f"SELECT * FROM {source} LIMIT 0").description  # noqa: S608
    return tuple(column_of(found.name, found.type_code, found.precision, found.scale) for found in described)


def _conditions(n_pages: int, size_bytes: int) -> list[str]:
    """Cut a table into runs of pages; the cuts stay where they are while it grows, until it has twice the size."""
    wanted = max(1, n_pages // min(_MAX_STRETCHES, max(1, size_bytes // _STRETCH_BYTES)))
    step = 1 << (wanted - 1).bit_length()
    starts = list(range(0, max(n_pages, 1), step))
    return [
        f"WHERE ctid >= '({start},0)'::tid" + (f" AND ctid < '({start + step},0)'::tid" if start != starts[-1] else "")
        for start in starts
    ]


def _counts(connection: Any, source: str, conditions: Sequence[str]) -> list[int]:
    """Count the rows, which costs a few per cent of reading them: each stretch has to know where it begins."""
    each = [f"SELECT {place} AS place, count(*) FROM {source} {cut}" for place, cut in enumerate(conditions)]  # noqa: S608
    return [count for _, count in connection.execute(f"{' UNION ALL '.join(each)} ORDER BY place").fetchall()]
