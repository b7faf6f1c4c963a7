"""One moment of a database, which any number of connections can read: the rows stay the same for all of a run."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from prefit.sources.postgresql.address import Address
from prefit.sources.postgresql.refusals import told

__all__ = ["Snapshot"]

_SETTINGS = {
    "lock_timeout": "30s",  # the deadline does not hold while a table is looked up
    "idle_in_transaction_session_timeout": "0",  # the moment is held while the rows are folded
    "timezone": "UTC",
    "datestyle": "ISO",
    "synchronize_seqscans": "off",  # scans of large tables would begin anywhere
    "max_parallel_workers_per_gather": "0",  # rows would come as the workers happen to send them
}
"""Of each transaction; the same rows come in the same order, so that sums of floats are the same too."""

_AS_THEY_LIE = {
    **dict.fromkeys(("enable_seqscan", "enable_tidscan"), "on"),
    **dict.fromkeys(("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"), "off"),
}
"""Where all rows of a table are read: an index that has all the columns would give them in its own order."""

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_ADVICE = (
    "Check host, port, database and user; the password belongs into PGPASSWORD or ~/.pgpass, or percent-encoded into "
    "the URI."
)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Snapshot:
    """What was committed when it was taken; there as long as the object that :meth:`taken` returns.

    A pickle of it can be used, in any process, while the original lives. Nothing that reads it can write.

    Attributes
    ----------
    address : Address
    name : str
        What the server calls it.
    holder : psycopg.Connection or None
        The connection that keeps it; None in copies of it.
    """

    address: Address
    name: str
    holder: Any = field(default=None, repr=False, compare=False)

    @classmethod
    def taken(cls, address: Address) -> Snapshot:
        """Take a snapshot now.

        Raises
        ------
        UnreadableInput
            If the server cannot be reached, or does not let prefit in.
        """
        with told(address, f"{address.shown} must let prefit connect", _ADVICE):
            holder = _connected(address)
            try:
                holder.execute(_settings(lies=False))
                name = holder.execute("SELECT pg_export_snapshot()").fetchone()[0]
            except BaseException:
                holder.close()
                raise
        snapshot = cls(address, name, holder)
        weakref.finalize(snapshot, holder.close)
        return snapshot

    def connect(self) -> Any:
        """Return a new connection of psycopg; each of its transactions has to begin with :meth:`enter`."""
        return _connected(self.address)

    def enter(self, connection: Any, *, lies: bool) -> None:
        """Begin a transaction that reads as :meth:`reading` does; the connection must not be in one."""
        connection.execute(f"SET TRANSACTION SNAPSHOT '{self.name}'")
        connection.execute(_settings(lies))

    @contextmanager
    def reading(self, query: str, batch_bytes: int, *, lies: bool) -> Iterator[pa.RecordBatchReader]:
        """Give the rows of a query as Arrow batches of about so many bytes, which stream from the server.

        Parameters
        ----------
        query : str
        batch_bytes : int
        lies : bool
            Whether it reads all rows of a table, which are to come as they lie.

        Raises
        ------
        UnreadableInput
            If the server cannot be reached any more, or the snapshot is gone.
        """
        # the low level of ADBC: its DB-API imports pandas and polars
        from adbc_driver_manager import AdbcConnection, AdbcStatement
        from adbc_driver_postgresql import StatementOptions, connect

        with (
            connect(self.address.conninfo) as database,
            AdbcConnection(database) as connection,
            AdbcStatement(connection) as statement,
        ):
            for command in (_BEGIN, f"SET TRANSACTION SNAPSHOT '{self.name}'"):
                statement.set_sql_query(command)
                statement.execute_update()
            with _result(statement, _settings(lies)) as reader:
                reader.read_all()
            statement.set_options(**{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(batch_bytes)})
            with _result(statement, query) as reader:
                yield reader

    def __reduce__(self) -> tuple[Any, ...]:
        return Snapshot, (self.address, self.name)


def _connected(address: Address) -> Any:
    import psycopg

    connection = psycopg.connect(address.conninfo)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    connection.prepare_threshold = 0  # so that nothing that is executed can be two statements, the first of them COMMIT
    return connection


def _result(statement: Any, query: str) -> pa.RecordBatchReader:
    statement.set_sql_query(query)
    stream, _ = statement.execute_query()
    return pa.RecordBatchReader.from_stream(stream)


def _settings(lies: bool) -> str:
    settings = _SETTINGS | _AS_THEY_LIE if lies else _SETTINGS
    return "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
