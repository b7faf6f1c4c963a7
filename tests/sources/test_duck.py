"""What is special about a connection to DuckDB."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from prefit.sources.duck import connection


def test_interrupted_query_is_an_interrupt() -> None:
    """Ctrl-C in the middle of a query is no error of the data or of the program."""
    press = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
    with pytest.raises(KeyboardInterrupt), connection() as con:
        press.start()
        con.execute(endless)
