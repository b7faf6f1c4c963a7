"""The tables of a history, and how an older database becomes one of today.

A migration is a tuple of statements that both databases understand; the version of a database is how many of them it
has seen. They only ever go forward and are never edited once released. Alembic would bring a second configuration, a
folder of scripts and its own command line for what is ten lines here.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from prefit.errors import UsageError
from prefit.records.place import WAIT_SECONDS, Place

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["MIGRATIONS", "prepare", "version_of"]

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE prefit_runs (
            id {key},
            dataset TEXT NOT NULL,
            created TEXT NOT NULL,
            prefit_version TEXT NOT NULL,
            verdict TEXT NOT NULL,
            reason TEXT NOT NULL,
            n_fail INTEGER NOT NULL,
            n_warn INTEGER NOT NULL,
            n_pass INTEGER NOT NULL,
            n_skip INTEGER NOT NULL,
            n_error INTEGER NOT NULL,
            n_rows BIGINT NOT NULL,
            n_columns INTEGER NOT NULL,
            complete INTEGER NOT NULL,
            fingerprint TEXT NOT NULL,
            target TEXT,
            setting TEXT NOT NULL,
            metric TEXT,
            score DOUBLE PRECISION, score_low DOUBLE PRECISION, score_high DOUBLE PRECISION,
            noise DOUBLE PRECISION, noise_low DOUBLE PRECISION, noise_high DOUBLE PRECISION,
            missing TEXT NOT NULL
        )
        """,
        "CREATE INDEX prefit_runs_of_a_data_set ON prefit_runs (dataset, id)",
        """
        CREATE TABLE prefit_classes (
            run BIGINT NOT NULL REFERENCES prefit_runs (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            share DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (run, name)
        )
        """,
        """
        CREATE TABLE prefit_findings (
            run BIGINT NOT NULL REFERENCES prefit_runs (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            check_id TEXT NOT NULL,
            status TEXT NOT NULL,
            columns TEXT NOT NULL,
            PRIMARY KEY (run, place)
        )
        """,
    ),
)

_KEYS = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"}
_LOCK = int.from_bytes(b"prefit")
"""Number of the advisory lock of PostgreSQL under which a database is migrated."""


def prepare(engine: Engine, place: Place, *, reads_only: bool = False) -> None:
    """Bring a database to the present version; several processes may try at once.

    One without a history gets its tables, unless it `reads_only`: the database of another program stays as it is.

    Raises
    ------
    UsageError
        If a newer version of prefit has made it, it cannot be read or written, or has no history to read.
    """
    with place.told("be a database that can be opened"):
        if place.file is not None and not reads_only:
            _use_write_ahead_log(engine)
        with engine.connect().execution_options(reads_only=True) as connection:
            version = version_of(connection)
    _refuse_newer(version, place)
    if version == len(MIGRATIONS):
        return
    if reads_only and version == 0:
        raise UsageError(
            f"history {place.shown} must hold runs of prefit; got a database without its tables. Check the URL, or "
            f"keep a first run: prefit check DATA --history {place.shown}"
        )
    with place.told("be a database in which tables can be made"), engine.begin() as connection:
        if place.file is None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        version = version_of(connection)  # another process may have been faster
        _refuse_newer(version, place)
        _migrate(connection, version)


def version_of(connection: Connection) -> int:
    """Return how many migrations a database has seen: 0 for one that is empty."""
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("prefit_schema"):
        return 0
    return int(connection.execute(text("SELECT max(version) FROM prefit_schema")).scalar() or 0)


def _migrate(connection: Connection, version: int) -> None:
    from sqlalchemy import text

    if version == 0:
        connection.exec_driver_sql("CREATE TABLE prefit_schema (version INTEGER PRIMARY KEY)")
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        for statement in statements:
            connection.exec_driver_sql(statement.replace("{key}", _KEYS[connection.dialect.name]))
        connection.execute(text("INSERT INTO prefit_schema (version) VALUES (:number)"), {"number": number})


def _refuse_newer(version: int, place: Place) -> None:
    if version > len(MIGRATIONS):
        raise UsageError(
            f"history {place.shown} must be of schema version {len(MIGRATIONS)} or older; got {version}, made by a "
            "newer prefit. Upgrade prefit, or name another database with --history."
        )


def _use_write_ahead_log(engine: Engine) -> None:
    """Let readers and a writer not wait for each other. It stays with the file, where the file system allows it.

    SQLite does not wait for locks while it changes the journal, so that it is tried again.
    """
    connection = engine.raw_connection()
    try:
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return
    finally:
        connection.close()
