"""Values as plain data."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

__all__ = []


def finite(value: float) -> float | None:
    """Return a number that JSON has, else None."""
    return value if math.isfinite(value) else None


def is_missing(value: Any) -> bool:
    """Return whether a cell value says nothing: null, NaN or blank."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())  # noqa: PLR0124 - NaN


def plain(value: Any) -> Any:
    """Turn a cell value into what JSON can say."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else repr(value)
