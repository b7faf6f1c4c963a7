"""Whether a file is still the one that was looked at: size and time of its last change, or its tag in a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefit.errors import UnreadableInput
from prefit.sources.remote import Location, RemotePath

__all__ = ["stamp_of", "unchanged"]


def stamp_of(path: Location) -> str:
    """Return a text that is another one when the file is written again."""
    if isinstance(path, RemotePath):
        return path.tag()
    status = path.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"


@contextmanager
def unchanged(path: Location, stamp: str, label: str) -> Iterator[None]:
    """Make sure that a file is the same before and after it is read; an empty stamp is not compared.

    What goes wrong in between is told as a change of the file, if that is what happened.

    Raises
    ------
    UnreadableInput
        If the file is gone or was written again.
    """
    _check(path, stamp, label)
    try:
        yield
    except OSError:  # UnreadableInput is one
        _check(path, stamp, label)
        raise
    _check(path, stamp, label)


def _check(path: Location, stamp: str, label: str) -> None:
    if not stamp:
        return
    try:
        now = stamp_of(path)
    except FileNotFoundError as error:
        raise UnreadableInput(
            f"{label} must stay in place while it is read; got no such file any more. Put it back and start again."
        ) from error
    except PermissionError as error:
        raise UnreadableInput(
            f"{label} must be readable; got permission denied. Change its permissions, or run as its owner."
        ) from error
    except OSError as error:
        raise UnreadableInput(f"{label} must be readable to its end; got {error}. Try again later.") from error
    if now != stamp:
        raise UnreadableInput(
            f"{label} must not change while it is read; got another size or time of change than at the start. "
            "Start again when it is complete."
        )
