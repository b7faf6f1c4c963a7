"""Arrow values as Python objects, also those that Python's own types cannot hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from prefit.profiling.arrays import as_arrow, raw_numbers, storage_of

__all__ = ["python_instant", "python_values"]


def python_values(array: pa.Array) -> list[Any]:
    """Return the values of a plain array as Python objects; see :func:`python_instant` for temporal ones."""
    if pa.types.is_floating(array.type):
        return [None if value is None else value + 0.0 for value in array.to_pylist()]  # -0.0 is 0.0
    if storage_of(array.type) != "temporal":
        return list(array.to_pylist())
    valid = array.is_valid().to_pylist()
    raw = raw_numbers(array).tolist()
    return [python_instant(value, array.type) if known else None for value, known in zip(raw, valid, strict=True)]


def python_instant(value: int, type_: pa.DataType) -> Any:
    """Return a date, time, timestamp or duration from the integer that Arrow stores.

    Nanoseconds are cut to microseconds; what Python cannot hold, such as the year 12000, is given as ISO 8601 text.
    """
    unit = {"date32[day]": "D", "date64[ms]": "ms"}.get(str(type_)) or type_.unit
    if unit == "ns":
        value, unit, type_ = value // 1_000, "us", _in_microseconds(type_)
    try:
        width = pa.int32() if type_.bit_width == 32 else pa.int64()
        return as_arrow(np.array([value])).cast(width).cast(type_)[0].as_py()
    except (OverflowError, ValueError):
        kind = "m8" if pa.types.is_duration(type_) else "M8"
        return str(np.array(value).view(f"{kind}[{unit}]"))


def _in_microseconds(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(type_):
        return pa.timestamp("us", type_.tz)
    return pa.time64("us") if pa.types.is_time(type_) else pa.duration("us")
