"""How ARFF writes dates: patterns of Java, put into the words of ``strptime``."""

from __future__ import annotations

import re
from datetime import datetime

import pyarrow as pa

__all__ = ["EPOCH", "ISO", "moment_type", "strptime_format"]

ISO = "yyyy-MM-dd'T'HH:mm:ss"
"""The pattern of an attribute that names none."""

EPOCH = datetime(1970, 1, 1)
"""The moment that the number 0 is."""

_PART = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<letters>([A-Za-z])\3*)|(?P<other>.)", re.DOTALL)
_MEANS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "SSS": "%f"}


def strptime_format(pattern: str) -> str | None:
    """Return what ``strptime`` takes for a pattern; None if it has parts that are not read, such as names of months.

    Examples
    --------
    >>> strptime_format("yyyy-MM-dd'T'HH:mm:ss"), strptime_format("dd/MMM/yy")
    ('%Y-%m-%dT%H:%M:%S', None)
    """
    written = []
    for part in _PART.finditer(pattern):
        means = _MEANS.get(part["letters"]) if part["letters"] else _literal(part["quoted"], part["other"])
        if means is None:
            return None
        written.append(means)
    return "".join(written) if {"%Y", "%m", "%d"} <= set(written) else None


def moment_type(written: str) -> pa.DataType:
    """Return the type of what a format reads: a day, or a moment."""
    return pa.timestamp("us") if any(part in written for part in ("%H", "%M", "%S", "%f")) else pa.date32()


def _literal(quoted: str | None, other: str | None) -> str:
    return ((quoted or "'").replace("''", "'") if other is None else other).replace("%", "%%")
