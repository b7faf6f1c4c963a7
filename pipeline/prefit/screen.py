"""What reaches the terminal: no control characters, and nothing that it could not take."""

from __future__ import annotations

import os
import sys

__all__ = ["leave_unwritten", "printable"]


def printable(text: str) -> str:
    r"""Write control characters out: names from the data reach a message, and must not steer the terminal.

    Examples
    --------
    >>> print(printable("col\x1b[2J"))
    col\x1b[2J
    """
    return "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text)


def leave_unwritten() -> None:
    """Drop what standard output has no room for: the interpreter would try again at its end, and its exit code win."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
