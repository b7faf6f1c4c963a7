"""Values as bytes, led by the annotations of their dataclasses: a closed set of kinds, each checked when it is read.

A value becomes a tree of JSON, for what is small, and blobs, for arrays. What an accumulator has to do is in
:mod:`prefit.profiling.stored`.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa

from prefit.profiling.arrow_bytes import ByteReader, pack_array, unpack_array

__all__ = ["pack", "unpack"]

_DTYPES = {
    "b": "|b1", "i1": "|i1", "i2": "<i2", "i4": "<i4", "i8": "<i8", "u1": "|u1", "u2": "<u2", "u4": "<u4", "u8": "<u8",
    "f4": "<f4", "f8": "<f8",
}  # fmt: skip
_CODES = {np.dtype(name): code for code, name in _DTYPES.items()}
_MOST_DIGITS = 1_000


def pack(value: Any, kind: Any, blobs: list[bytes]) -> Any:
    """Return the tree of a value, and append its arrays to `blobs`.

    Parameters
    ----------
    value : object
    kind : annotation
        For example ``int | None``, ``NDArray[np.int64]``, ``tuple[ColumnState, ...]`` or a dataclass.
    blobs : list of bytes
    """
    origin = get_origin(kind)
    if _optional(kind):
        return None if value is None else pack(value, _optional(kind), blobs)
    if origin in _PACKERS:
        return _PACKERS[origin](value, kind, blobs)
    if kind in _PACKERS:
        return _PACKERS[kind](value, kind, blobs)
    return [pack(getattr(value, name), annotation, blobs) for name, annotation in _parts(kind).items()]


def unpack(tree: Any, kind: Any, blobs: ByteReader, none: Any = None) -> Any:
    """Read a value back.

    Parameters
    ----------
    tree : object
        Of the bytes, hence of any form.
    kind : annotation
    blobs : ByteReader
    none : object, optional
        The identity of such values, for what it knows: the types of Arrow arrays.

    Raises
    ------
    ValueError, TypeError, KeyError
        If the tree or the blobs are not those of such a value.
    """
    origin = get_origin(kind)
    if _optional(kind):
        return None if tree is None else unpack(tree, _optional(kind), blobs, none)
    if origin in _READERS:
        return _READERS[origin](tree, kind, blobs, none)
    if kind in _READERS:
        return _READERS[kind](tree, kind, blobs, none)
    parts = _parts(kind)
    values = [
        unpack(branch, annotation, blobs, getattr(none, name, None))
        for branch, (name, annotation) in zip(_list(tree), parts.items(), strict=True)
    ]
    made = kind(*values)
    if none is not None and hasattr(made, "sound") and not made.sound(none):
        raise ValueError(f"the parts of {kind.__name__} do not fit together")
    return made


@cache
def _parts(kind: Any) -> dict[str, Any]:
    """Return the fields of a dataclass or a named tuple, with their annotations."""
    hints = get_type_hints(kind)
    if is_dataclass(kind):
        return {field.name: hints[field.name] for field in fields(kind)}
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return {name: hints[name] for name in kind._fields}
    raise TypeError(f"values of {kind} cannot be stored; see prefit.profiling.stored")


@cache
def _optional(kind: Any) -> Any:
    """Return T of ``T | None``, else None."""
    if get_origin(kind) not in (types.UnionType, typing.Union):
        return None
    given = [option for option in get_args(kind) if option is not type(None)]
    if len(given) != 1:
        raise TypeError(f"values of {kind} cannot be stored; one type, or that and None, can")
    return given[0]


def _list(tree: Any) -> list[Any]:
    if not isinstance(tree, list):
        raise TypeError("a list is wanted")
    return tree


def _exactly(type_: type) -> Callable[..., Any]:
    def read(tree: Any, _kind: Any, _blobs: ByteReader, _none: Any) -> Any:
        if type(tree) is not type_:
            raise TypeError(f"{type_.__name__} is wanted")
        return tree

    return read


def _pack_any(value: Any, _kind: Any, _blobs: list[bytes]) -> Any:
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"values of {type(value)} cannot be stored")


def _read_any(tree: Any, _kind: Any, _blobs: ByteReader, _none: Any) -> Any:
    if isinstance(tree, dict) and list(tree) == ["bytes"]:
        return bytes.fromhex(tree["bytes"])
    if isinstance(tree, dict) and list(tree) == ["decimal"]:
        return _decimal(str(tree["decimal"]))
    if isinstance(tree, list | dict):
        raise TypeError("one value is wanted")
    return tree


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a decimal is wanted") from error
    if not value.is_finite() or max(len(text), abs(value.adjusted())) > _MOST_DIGITS:
        raise ValueError("a decimal of fewer digits is wanted")
    return value


def _pack_array(value: Any, kind: Any, blobs: list[bytes]) -> Any:
    code = _CODES[_little(value.dtype)]
    wanted = _wanted_dtype(kind)
    if wanted is not None and np.dtype(wanted) != value.dtype:
        raise TypeError(f"an array of {np.dtype(wanted)} is declared; got {value.dtype}")
    blobs.append(np.ascontiguousarray(value, _DTYPES[code]).tobytes())
    return [code, *value.shape]


def _read_array(tree: Any, kind: Any, blobs: ByteReader, none: Any) -> Any:
    code, *shape = _list(tree)
    dtype, wanted = np.dtype(_DTYPES[code]), _wanted_dtype(kind)
    if not all(type(size) is int and size >= 0 for size in shape):
        raise ValueError("a shape is wanted")
    if wanted is not None and np.dtype(wanted) != dtype:
        raise ValueError(f"an array of {np.dtype(wanted)} is wanted")
    if isinstance(none, np.ndarray) and none.ndim != len(shape):
        raise ValueError("an array of other dimensions is wanted")
    raw = blobs.take(math.prod(shape) * dtype.itemsize)
    if dtype.kind == "b" and not set(raw) <= {0, 1}:
        raise ValueError("truth values are wanted")
    return np.frombuffer(raw, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def _wanted_dtype(kind: Any) -> Any:
    """Return the scalar type of ``NDArray[T]``, None where it is Any."""
    scalars = [get_args(argument)[0] for argument in get_args(kind) if get_origin(argument) is np.dtype]
    return scalars[0] if scalars and scalars[0] is not Any else None


def _little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return dtype.newbyteorder("<") if dtype.itemsize > 1 else dtype


def _pack_mapping(value: Mapping[str, Any], kind: Any, blobs: list[bytes]) -> Any:
    return [[name, pack(value[name], get_args(kind)[1], blobs)] for name in sorted(value)]


def _read_mapping(tree: Any, kind: Any, blobs: ByteReader, _none: Any) -> Any:
    pairs = [_list(pair) for pair in _list(tree)]
    if not all(len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        raise TypeError("pairs of a name and a value are wanted")
    return {name: unpack(branch, get_args(kind)[1], blobs) for name, branch in pairs}


def _pack_tuple(value: tuple[Any, ...], kind: Any, blobs: list[bytes]) -> Any:
    return [pack(item, item_kind, blobs) for item, item_kind in zip(value, _items(kind, len(value)), strict=True)]


def _read_tuple(tree: Any, kind: Any, blobs: ByteReader, none: Any) -> Any:
    branches = _list(tree)
    nones = none if isinstance(none, tuple) and none else (None,) * len(branches)
    items = zip(branches, _items(kind, len(branches)), nones, strict=True)
    return tuple(unpack(branch, item_kind, blobs, item_none) for branch, item_kind, item_none in items)


def _items(kind: Any, count: int) -> tuple[Any, ...]:
    given = get_args(kind)
    return (given[0],) * count if len(given) == 2 and given[1] is Ellipsis else given


def _pack_arrow(value: pa.Array, _kind: Any, blobs: list[bytes]) -> Any:
    pack_array(value, blobs)
    return len(value)


def _read_arrow(tree: Any, _kind: Any, blobs: ByteReader, none: Any) -> Any:
    if type(tree) is not int or not isinstance(none, pa.Array):
        raise TypeError("an array of a known type is wanted")
    return unpack_array(none.type, tree, blobs)


def _pack_table(value: pa.Table, _kind: Any, blobs: list[bytes]) -> Any:
    for column in value.columns:
        pack_array(column.chunk(0) if column.num_chunks == 1 else column.combine_chunks(), blobs)
    return value.num_rows


def _read_table(tree: Any, _kind: Any, blobs: ByteReader, none: Any) -> Any:
    if type(tree) is not int or not isinstance(none, pa.Table):
        raise TypeError("a table of a known schema is wanted")
    return pa.Table.from_arrays([unpack_array(type_, tree, blobs) for type_ in none.schema.types], schema=none.schema)


_PACKERS: dict[Any, Callable[[Any, Any, list[bytes]], Any]] = {
    bool: lambda value, _kind, _blobs: bool(value),
    int: lambda value, _kind, _blobs: int(value),
    float: lambda value, _kind, _blobs: float(value),
    str: lambda value, _kind, _blobs: str(value),
    Any: _pack_any,
    np.ndarray: _pack_array,
    Mapping: _pack_mapping,
    tuple: _pack_tuple,
    frozenset: lambda value, kind, blobs: [pack(item, get_args(kind)[0], blobs) for item in sorted(value)],
    pa.Array: _pack_arrow,
    pa.Table: _pack_table,
}
_READERS: dict[Any, Callable[[Any, Any, ByteReader, Any], Any]] = {
    **{type_: _exactly(type_) for type_ in (bool, int, float, str)},
    Any: _read_any,
    np.ndarray: _read_array,
    Mapping: _read_mapping,
    tuple: _read_tuple,
    pa.Array: _read_arrow,
    pa.Table: _read_table,
}
