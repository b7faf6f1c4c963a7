"""The errors that prefit raises on purpose, one small tree.

::

    PrefitError
    ├── UsageError (ValueError)           a wrong option, argument or configuration
    └── InputError (ValueError)           data that cannot be read or judged as asked
        ├── InputNotFound (FileNotFoundError)
        └── UnreadableInput (OSError)
            └── Contradiction         what was taken from a part of the data does not hold for all

All of them end the command line with exit code 2. Every message reads
``<name> <rule>; got <value>. <next step>``.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable

__all__ = [
    "Contradiction",
    "InputError",
    "InputNotFound",
    "PrefitError",
    "UnreadableInput",
    "UsageError",
    "did_you_mean",
    "out_of_reach",
    "without_room",
]

_OF_PATHS = (
    errno.EACCES, errno.EIO, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EPERM, errno.EROFS,
    errno.ESTALE,
)  # fmt: skip


class PrefitError(Exception):
    """Anything that prefit refuses, with a message for the person who asked."""


class UsageError(PrefitError, ValueError):
    """An option, an argument or a configuration entry that makes no sense."""


class InputError(PrefitError, ValueError):
    """Data that cannot be read or cannot be judged as asked."""


class InputNotFound(InputError, FileNotFoundError):
    """No data at the given place."""


class UnreadableInput(InputError, OSError):
    """Data that is there and cannot be read."""


class Contradiction(UnreadableInput):
    """What was taken from a part of the data does not hold for all of it: settle what is certain, and start again."""


def did_you_mean(name: str, candidates: Iterable[str], *, limit: int = 12) -> str:
    """Say which names exist, and which of them is closest to a misspelt one.

    Parameters
    ----------
    name : str
        The name that was not found.
    candidates : iterable of str
        The names that exist, in the order to show them.
    limit : int, default 12
        How many of them to show.

    Returns
    -------
    str
        For example ``"age, label. Did you mean 'label'?"``.

    Examples
    --------
    >>> did_you_mean("lable", ["age", "label"])
    "age, label. Did you mean 'label'?"
    """
    known = list(candidates)
    shown = ", ".join(known[:limit]) + (f", ... ({len(known)} in all)" if len(known) > limit else "")
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return f"{shown}. Did you mean {by_lower[close[0]]!r}?" if close else f"{shown}."


def without_room(error: OSError) -> UsageError | None:
    """Return what to tell where something that is written finds no room, None where that is not what is wrong."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return None
    return UsageError(f"what is written must find room; got {error.strerror!r}. Free some, or write to another disk.")


def out_of_reach(error: OSError) -> UsageError | None:
    """Return what to tell where a path cannot be used as it is, None where that is not what is wrong."""
    if error.filename is None or error.errno not in _OF_PATHS:
        return None
    return UsageError(
        f"path {str(error.filename)!r} must be one that can be used; got {error.strerror!r}. Check it and the "
        "permissions of its folders."
    )
