"""The SQL of DuckDB, as far as Great Expectations asks for it: a dialect of SQLAlchemy.

Great Expectations reads the rows of a query after SQLAlchemy has closed the connection. Closing rolls back, and DuckDB
then discards the result: so a transaction does nothing here, which costs nothing, as nothing is written. All names are
quoted, so that no column name is a keyword or loses its capitals.
"""

# ruff: noqa: ARG002, ARG003, N802 - names and arguments are those that SQLAlchemy asks for

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGTypeCompiler
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint
from sqlalchemy.sql.compiler import IdentifierPreparer

from prefit.suites.rows import ROW

__all__ = ["URL", "DuckDialect", "FirstRows", "register"]

URL = "duckdb+prefit://"
"""What makes SQLAlchemy use this dialect, once it is registered."""

_WITHOUT = (
    "statistics_propagation",  # minima and maxima of Parquet leave out NaN, so it is overlooked
    "window_self_join",  # counts how often a value occurs at twice the cost of a window
)
"""Optimizers of DuckDB that do more harm than good here, where its version has them."""

_SETTINGS = (
    "enable_progress_bar = false",
    "enable_external_access = false",
    "lock_configuration = true",
)

_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "BOOLEAN": sa.BOOLEAN,
    "TINYINT": sa.SMALLINT,
    "SMALLINT": sa.SMALLINT,
    "INTEGER": sa.INTEGER,
    "BIGINT": sa.BIGINT,
    "UTINYINT": sa.SMALLINT,
    "USMALLINT": sa.INTEGER,
    "UINTEGER": sa.BIGINT,
    "UBIGINT": sa.NUMERIC,
    "HUGEINT": sa.NUMERIC,
    "FLOAT": sa.REAL,
    "DOUBLE": sa.DOUBLE_PRECISION,
    "VARCHAR": sa.VARCHAR,
    "DATE": sa.DATE,
}


class _Names(IdentifierPreparer):
    def _requires_quotes(self, value: str) -> bool:
        return True


class _Types(PGTypeCompiler):
    def visit_FLOAT(self, type_: Any, **kw: Any) -> str:
        return "DOUBLE"

    def visit_NUMERIC(self, type_: Any, **kw: Any) -> str:  # three decimal places in DuckDB
        return "DOUBLE" if type_.precision is None else super().visit_NUMERIC(type_, **kw)


class FirstRows(PGCompiler):
    """Gives the first rows where a limit is asked for and positions are selected."""

    def limit_clause(self, select: Any, **kw: Any) -> str:
        """Order by position, if nothing else is said: joins and windows return rows in any order."""
        first = ROW in select.selected_columns and not select._order_by_clauses
        order = f" ORDER BY {self.preparer.quote(ROW)}" if first else ""
        limited: str = super().limit_clause(select, **kw)  # type: ignore[no-untyped-call]
        return order + limited


class _Statements(FirstRows):
    """Looks values up in a set by their hashes: DuckDB compares each row with each value of a list."""

    def visit_in_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        return self._looked_up(binary, "IN", **kw)

    def visit_not_in_op_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        return self._looked_up(binary, "NOT IN", **kw)

    def visit_empty_set_op_expr(self, type_: Any, expand_op: Any, **kw: Any) -> str:
        return ""  # a list of nothing

    def _looked_up(self, binary: Any, word: str, **kw: Any) -> str:
        value, values = self.process(binary.left, **kw), self.process(binary.right, **kw)
        is_list = isinstance(binary.right, sa.BindParameter)  # else a query
        return f"({value} {word} {f'(SELECT unnest(list_value{values}))' if is_list else values})"


class DuckDialect(DefaultDialect):
    """A DuckDB database that is only read, through one connection."""

    name = "duckdb"
    driver = "prefit"
    default_paramstyle = "numeric_dollar"  # Great Expectations takes a ? in a name for a parameter
    supports_statement_cache = True
    supports_native_boolean = True
    supports_native_decimal = True
    div_is_floordiv = False
    default_schema_name = "main"
    preparer = _Names
    type_compiler_cls = _Types
    statement_compiler = _Statements

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """Return the driver."""
        import duckdb

        module: ModuleType = duckdb
        return module

    @classmethod
    def get_pool_class(cls, url: sa.URL) -> type[pool.Pool]:
        """Return the kind of pool: one connection, so that there is one memory limit."""
        return pool.StaticPool

    def connect(self, *, views: Mapping[str, str], config: dict[str, Any], files: list[str]) -> Any:
        """Open a database with these views; a suite may bring SQL of its own, which shall read these files alone."""
        connection = self.loaded_dbapi.connect(":memory:", config=config)
        for name, query in views.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
        known = {name for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()}
        connection.execute("SET disabled_optimizers = ?", [",".join(name for name in _WITHOUT if name in known)])
        connection.execute("SET allowed_paths = ?", [files])
        for setting in _SETTINGS:
            connection.execute(f"SET {setting}")
        return connection

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Execute a query; what a suite brings might write over the files that it may read."""
        found = cursor.extract_statements(statement)
        if [one.type for one in found] != [self.loaded_dbapi.StatementType.SELECT]:
            raise self.loaded_dbapi.NotSupportedError("a suite may hold one query at a time, which only selects")
        cursor.execute(found[0], parameters)

    def do_execute_no_params(self, cursor: Any, statement: str, context: Any = None) -> None:
        """Execute a query without parameters."""
        self.do_execute(cursor, statement, (), context)

    def initialize(self, connection: Any) -> None:
        """Ask nothing of the server: its version decides nothing."""

    def do_begin(self, dbapi_connection: Any) -> None:
        """Do nothing."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Do nothing."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Do nothing."""

    def has_table(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Return whether there is such a table or view."""
        return table_name in self.get_table_names(connection, schema, **kw)

    def get_schema_names(self, connection: Any, **kw: Any) -> list[str]:
        """Return the one schema."""
        return ["main"]

    def get_table_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """Return the names of tables and views."""
        return [name for (name,) in connection.exec_driver_sql("SELECT table_name FROM information_schema.tables")]

    def get_view_names(self, connection: Any, schema: str | None = None, **kw: Any) -> list[str]:
        """Return none: views count as tables."""
        return []

    def get_columns(
        self,
        connection: Any,
        table_name: str,
        schema: str | None = None,
        **kw: Any,
    ) -> list[ReflectedColumn]:
        """Return names and types of the columns."""
        asked = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
        return [
            {"name": name, "type": _TYPES.get(kind, sa.types.NullType)(), "nullable": True, "default": None}
            for name, kind in connection.exec_driver_sql(asked, (table_name,))  # ten times as quick as DESCRIBE
        ]

    def get_pk_constraint(
        self,
        connection: Any,
        table_name: str,
        schema: str | None = None,
        **kw: Any,
    ) -> ReflectedPrimaryKeyConstraint:
        """Return no key: a view has none."""
        return {"constrained_columns": [], "name": None}


def register() -> None:
    """Let SQLAlchemy find the dialect by its URL."""
    registry.register("duckdb.prefit", __name__, "DuckDialect")
