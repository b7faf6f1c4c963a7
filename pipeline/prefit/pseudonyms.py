"""Names for cell values that do not show them, the same in every report, so that reports can be compared."""

from __future__ import annotations

import hashlib
from typing import Any

__all__ = ["pseudonym"]


def pseudonym(value: Any, column: str) -> str:
    """Name a value of a column without showing it.

    Equal values of a column have equal names in all reports, on every machine; numbers are equal whatever their type.
    The same value has another name in another column. It is a name and no secret: whoever can guess a value can make
    its name and see whether it is there, which nothing prevents that lets reports be compared without a shared key.

    Parameters
    ----------
    value : None, bool, int, float or str
    column : str

    Examples
    --------
    >>> pseudonym(1, "a") == pseudonym(1.0, "a"), pseudonym("1", "a") == pseudonym(1, "a")
    (True, False)
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    said = f"number {int(value) if isinstance(value, bool) else value!r}" if not isinstance(value, str) else value
    kind = "text" if isinstance(value, str) else "other"
    data = "\0".join((column, kind, said)).encode("utf-8", "surrogatepass")
    return "#" + hashlib.blake2b(data, digest_size=6, person=b"prefit value").hexdigest()
