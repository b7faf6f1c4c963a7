"""What the command lines of the integrations have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable

from prefit.errors import PrefitError
from prefit.screen import inert, leave_unwritten, printable

__all__ = ["exit_code_of"]


def exit_code_of(action: Callable[[], None]) -> int:
    """Return the exit code of a command: 0, or 2 where what it was given is wrong, which is told in one line.

    It is 2, too, where nobody reads what it prints to its end.
    """
    try:
        action()
        sys.stdout.flush()
    except BrokenPipeError:
        leave_unwritten()
        return 2
    except PrefitError as error:
        print(inert(f"prefit: {printable(str(error))}"), file=sys.stderr)  # noqa: T201 (what the command is for)
        return 2
    return 0
