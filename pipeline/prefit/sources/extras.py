"""Libraries that only some kinds of data need."""

from __future__ import annotations

from importlib.util import find_spec

from prefit.errors import UsageError

__all__ = ["need"]


def need(module: str, extra: str, data: str) -> None:
    """Make sure that the library for some kind of data is there.

    Raises
    ------
    UsageError
        If it is not; the message says how to install it.
    """
    if find_spec(module) is None:
        raise UsageError(f"{data} need the library {module}; got none. Run: pip install 'prefit[{extra}]'.")
