"""Profiles compared bit by bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["differences", "exactly"]


def exactly(value: Any) -> Any:  # noqa: PLR0911 (a kind of value each)
    """Return a form that is equal only where every bit is: floats by their hex digits, arrays with their types."""
    if is_dataclass(value):
        return {field.name: exactly(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {exactly(key): exactly(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [exactly(entry) for entry in value]
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes()
    if isinstance(value, pa.Table):
        return str(value.schema), [exactly(column) for column in value.columns]
    if isinstance(value, (pa.Array, pa.ChunkedArray)):
        return str(value.type), [exactly(entry) for entry in _listed(value)]
    return type(value).__name__, value.hex() if isinstance(value, float) else value


def differences(first: Any, second: Any, path: str = "profile") -> list[str]:
    """Return where two values differ bit by bit, so that a failure says which figure it is."""
    if is_dataclass(first) and type(first) is type(second):
        pairs = [(f".{field.name}", getattr(first, field.name), getattr(second, field.name)) for field in fields(first)]
    elif isinstance(first, Mapping) and isinstance(second, Mapping) and list(first) == list(second):
        pairs = [(f"[{key!r}]", first[key], second[key]) for key in first]
    else:
        return [] if exactly(first) == exactly(second) else [f"{path}: {first!r} and {second!r}"]
    return [found for name, mine, theirs in pairs for found in differences(mine, theirs, path + name)]


def _listed(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Return values of a column, instants that Python cannot hold as integers."""
    if pa.types.is_temporal(column.type) and not pa.types.is_interval(column.type):
        column = column.cast(pa.int32() if column.type.bit_width == 32 else pa.int64())
    return column.to_pylist()
