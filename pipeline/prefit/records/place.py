"""Where a history is kept: the URL of a database, how to connect to it, and what may be said of it.

Logins are never said: a URL is shown without user, password and query, and they are blanked in what a driver says.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefit.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["SCHEMES", "Place", "parse_place"]

SCHEMES = ("sqlite", "postgresql")
WAIT_SECONDS = 30
"""How long to wait for other writers of a SQLite file."""

_CONNECT_SECONDS = 10
_EXAMPLES = "Write sqlite:///history.db or postgresql://user@host/database."


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a history; `shown` is what messages and reports call it."""

    url: URL = field(repr=False)
    shown: str

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database or "") if self.url.drivername == "sqlite" else None

    def engine(self, *, reads_only: bool = False) -> Engine:
        """Return an engine whose transactions are safe beside other writers.

        Raises
        ------
        UsageError
            If the driver is not installed.
        """
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        if self.file is not None:
            frozen = _frozen(self.file) if reads_only else {}
            engine = create_engine(self.url, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS}, **frozen)
            _take_over_transactions(engine)
            return engine
        arguments = {"connect_timeout": _CONNECT_SECONDS, "application_name": "prefit"}
        try:
            return create_engine(self.url, poolclass=NullPool, connect_args=arguments)
        except ImportError:
            raise UsageError(
                "history in PostgreSQL needs the driver psycopg; got none. Run: pip install 'prefit[postgresql]'."
            ) from None

    @contextlib.contextmanager
    def told(self, rule: str) -> Iterator[None]:
        """Turn what a database refuses into a message without logins: the history `rule`."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            lines = str(getattr(error, "orig", None) or error).splitlines()
            why = "; ".join(line.strip() for line in lines if line.strip())
            raise UsageError(
                f"history {self.shown} must {rule}; got: {self._blanked(why)[:300].rstrip('. ')}. Mend the "
                "database, its permissions or the URL, or leave --history out."
            ) from None

    def _blanked(self, text: str) -> str:
        secrets = {self.url.password, self.url.username}
        for value in self.url.query.values():
            secrets.update((value,) if isinstance(value, str) else value)
        for secret in sorted(filter(None, secrets), key=len, reverse=True):
            whole = r"\b" if str(secret).isalnum() else ""  # else a login of one letter would blank half of each word
            text = re.sub(f"{whole}{re.escape(str(secret))}{whole}", "...", text)
        return text


def parse_place(url: str) -> Place:
    """Read the URL of a history.

    Raises
    ------
    UsageError
        If it is no URL, or one of another kind of database; the message does not repeat it.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(f"history must be the URL of a database; got something else. {_EXAMPLES}") from None
    scheme = parsed.drivername.partition("+")[0]
    if scheme not in SCHEMES:
        raise UsageError(f"history must be in SQLite or PostgreSQL; got a {scheme}:// URL. {_EXAMPLES}")
    if scheme == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise UsageError("history must be kept in a file; got a SQLite database in memory. Write sqlite:///FILE.")
        if parsed.query:
            raise UsageError(
                "history in SQLite must be named by a path alone; got a query behind it. Write sqlite:///FILE."
            )
        return Place(parsed.set(drivername="sqlite"), f"sqlite:///{parsed.database}")
    host = f"{parsed.host or ''}:{parsed.port}" if parsed.port else parsed.host or ""
    return Place(parsed.set(drivername="postgresql+psycopg"), f"postgresql://{host}/{parsed.database or ''}")


def _frozen(file: Path) -> dict[str, Any]:
    """Return how to read a file where nobody may write: else SQLite would make the files of its log beside it."""
    if os.access(file.absolute().parent, os.W_OK) or Path(f"{file}-wal").exists():
        return {}
    return {"creator": lambda: sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)}


def _take_over_transactions(engine: Engine) -> None:
    """Let SQLite lock when a transaction begins: one that locks at its first write may find that another was faster."""
    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins no transaction of its own
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
