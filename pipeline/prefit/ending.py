"""What ends a run from outside: who asks it to end by a signal lets it clean up first."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["as_interrupts"]

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def as_interrupts(*, enabled: bool) -> Iterator[list[int]]:
    """Let signals that ask the process to end interrupt it as Ctrl-C does: files that it keeps for a while go.

    A second one ends it at once. Those that are ignored, as under ``nohup``, stay so. Without `enabled`, in a
    process of somebody else's, all stays as it is.

    Yields
    ------
    list of int
        The exit code that shells know a process by which such a signal has ended; empty as long as none has come.
    """
    codes: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        codes.append(128 + number)
        raise KeyboardInterrupt

    taken = [number for number in _SIGNALS if enabled and signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, interrupt)
    try:
        yield codes
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
