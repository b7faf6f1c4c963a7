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
    ended = threading.Event()

    def press() -> None:
        while not ended.wait(0.5):  # DuckDB forgets what comes between two queries: press again
            os.kill(os.getpid(), signal.SIGINT)

    def ask() -> None:
        with connection() as con:
            pressing.start()
            con.execute(endless)

    pressing = threading.Thread(target=press)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
    try:
        with pytest.raises(KeyboardInterrupt):
            ask()
    finally:
        ended.set()
        pressing.join()
        signal.signal(signal.SIGINT, before)
