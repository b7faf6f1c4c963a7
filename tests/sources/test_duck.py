"""What is special about a connection to DuckDB."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from prefit.sources.duck import connection


def test_interrupted_query_is_an_interrupt() -> None:
    """Ctrl-C in the middle of a query is no error of the data or of the program."""
    endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt), connection() as con:
        con.execute(endless)
