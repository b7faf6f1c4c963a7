"""Rows that lie in PostgreSQL, judged there: a dialect of SQLAlchemy in which a query passes for a table.

Nothing can be made in a transaction that only reads, no view either. So each statement gets the query as a common table
expression, which the server takes apart like a view: it reads the columns that a statement asks for, and no others.
"""

# ruff: noqa: ARG002 - arguments are those that SQLAlchemy gives

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from types import ModuleType
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from pyarrow import types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import (
    PGCompiler_psycopg,
    PGDialect_psycopg,
    PGIdentifierPreparer_psycopg,
)
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint

from prefit.sql import quoted
from prefit.suites.dialect import FirstRows
from prefit.suites.judging import quiet_context
from prefit.suites.rows import ROW, VIEW, Database, Rows

__all__ = ["PostgresDialect", "View", "postgresql_batches"]

_MOST_ASKED = 1_000
"""Rows that a query of the suite's own may give; the driver would keep all of them in memory."""

_ABOUT_VIEW = re.compile(rf"\b{VIEW}\b")
_WITH = re.compile(r"\s*WITH\s+(?!RECURSIVE\b)", re.IGNORECASE)


class View:
    """The rows of a query as statements see them: NaN is null, texts are in the order of their bytes, zones are UTC."""

    def __init__(self, database: Database, schema: pa.Schema, columns: Sequence[str]) -> None:
        self.database = database
        self.fields = [schema.field(name) for name in columns]

    def __deepcopy__(self, memo: object) -> View:
        return self

    def around(self, statement: str) -> str:
        """Return a statement that reads the view as one that reads the rows themselves."""
        if _ABOUT_VIEW.search(statement) is None:
            return statement
        shown = [_shown(field) for field in self.fields]
        if ROW in statement:
            shown.append(f"row_number() OVER () - 1 AS {quoted(ROW)}")
        body = f"SELECT {', '.join(shown) or '1'} FROM ({self.database.select}) AS source"  # noqa: S608
        view = f"WITH {quoted(VIEW)} AS NOT MATERIALIZED ({body})".replace("%", "%%")
        has_others = _WITH.match(statement)
        return f"{view}, {statement[has_others.end() :]}" if has_others else f"{view} {statement}"


class _Names(PGIdentifierPreparer_psycopg):
    def _requires_quotes(self, value: str) -> bool:
        return True


class _Statements(FirstRows, PGCompiler_psycopg):
    pass


class PostgresDialect(PGDialect_psycopg):
    """A database of PostgreSQL that is only read, and holds one view."""

    driver = "prefit"
    supports_statement_cache = True
    preparer = _Names
    statement_compiler = _Statements
    view: View

    def connect(self, *_: Any, view: View, **__: Any) -> Any:
        """Open a connection that cannot write."""
        self.view = view
        return view.database.connect()

    def do_begin(self, dbapi_connection: Any) -> None:
        """See the rows as they were when they were profiled, and in the same order."""
        self.view.database.enter(dbapi_connection)

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Execute a statement about the view; of a query of the suite's own only the first rows are looked at."""
        if isinstance(getattr(context, "invoked_statement", None), sa.TextClause):
            statement = f"SELECT * FROM ({statement.rstrip().rstrip(';')}\n) AS asked LIMIT {_MOST_ASKED}"  # noqa: S608
        cursor.execute(self.view.around(statement), parameters)

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Return whether it is the view."""
        return table_name == VIEW

    def get_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """Return the view."""
        return [VIEW]

    def get_columns(
        self, connection: Any, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[ReflectedColumn]:
        """Return names and types of the columns."""
        positions = pa.field(ROW, pa.int64())
        return [
            {"name": field.name, "type": _type(field.type), "nullable": True, "default": None}
            for field in [*self.view.fields, positions]
        ]

    def get_pk_constraint(
        self, connection: Any, table_name: str, schema: str | None = None, **kw: Any
    ) -> ReflectedPrimaryKeyConstraint:
        """Return no key: a view has none."""
        return {"constrained_columns": [], "name": None}


@contextmanager
def postgresql_batches(gx: ModuleType, rows: Rows, groups: Sequence[Sequence[str]]) -> Iterator[Iterator[Any]]:
    """Give a batch of all rows for each group of columns, which the database judges itself."""
    assert rows.database is not None
    registry.register("postgresql.prefit", __name__, "PostgresDialect")
    view = View(rows.database, rows.schema, tuple(dict.fromkeys(chain.from_iterable(groups))))
    source = quiet_context(gx).data_sources.add_sql(
        "prefit",
        connection_string="postgresql+prefit://",
        create_temp_table=False,
        kwargs={"connect_args": {"view": view}},
    )
    engines = source.get_engine(), source.get_execution_engine().engine
    try:
        asset = source.add_table_asset("table", table_name=VIEW)
        batch = asset.add_batch_definition_whole_table("all rows").get_batch()
        yield (batch for _ in groups)
    finally:
        for engine in engines:
            engine.dispose()


def _shown(field: pa.Field) -> str:
    name, kind = quoted(field.name), field.type
    if types.is_floating(kind):
        return f"nullif({name}, 'NaN') AS {name}"
    if types.is_string(kind):
        return f'{name} COLLATE "C" AS {name}'
    if types.is_timestamp(kind) and kind.tz is not None:
        return f"{name} AT TIME ZONE 'UTC' AS {name}"
    return name


def _type(kind: pa.DataType) -> sa.types.TypeEngine[Any]:
    if types.is_decimal(kind):
        return sa.NUMERIC(kind.precision, kind.scale)
    if types.is_timestamp(kind):
        return sa.TIMESTAMP()
    return _TYPES.get(kind, sa.types.NullType)()


_TYPES: dict[pa.DataType, type[sa.types.TypeEngine[Any]]] = {
    pa.bool_(): sa.BOOLEAN,
    pa.int16(): sa.SMALLINT,
    pa.int32(): sa.INTEGER,
    pa.int64(): sa.BIGINT,
    pa.float32(): sa.REAL,
    pa.float64(): sa.DOUBLE_PRECISION,
    pa.string(): sa.VARCHAR,
    pa.date32(): sa.DATE,
}
