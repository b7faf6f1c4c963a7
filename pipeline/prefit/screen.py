"""What reaches the terminal: no control characters, no commands, and nothing that it could not take."""

from __future__ import annotations

import os
import secrets
import sys

__all__ = ["inert", "leave_unwritten", "printable"]


def inert(text: str) -> str:
    """Keep the runner of GitHub Actions from obeying lines of a text: a name from the data may look like a command.

    Elsewhere the text stays as it is. The lines around it stop and resume the runner's commands, by a token that
    nobody can guess.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}::{token}::\n"


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
