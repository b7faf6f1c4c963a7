"""Arrow arrays as the fold wants them: plain storage, and numpy views without a copy."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = [
    "Keys",
    "Mask",
    "Storage",
    "as_arrow",
    "as_numpy",
    "filtered",
    "is_ascii",
    "list_lengths",
    "no_values",
    "plain",
    "plain_type",
    "raw_numbers",
    "run_starts",
    "storage_of",
    "taken",
    "text_bytes",
    "texts_of",
    "union_of",
    "valid_mask",
]

Keys = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Storage = Literal["number", "boolean", "decimal", "temporal", "text", "binary", "nested", "null"]
"""What the accumulators tell apart; ``nested`` is all that has no order and no number in it."""


def as_arrow(numbers: NDArray[Any], type_: pa.DataType | None = None) -> pa.Array:
    """View numbers as an Arrow array of their width, of 64-bit integers; ``pyarrow.array`` would import pandas."""
    contiguous = np.ascontiguousarray(numbers, np.int64 if type_ is None else None)
    return pa.Array.from_buffers(type_ or pa.int64(), len(contiguous), [None, pa.py_buffer(contiguous)])


def taken(array: pa.Array, places: NDArray[np.int64]) -> pa.Array:
    """Copy the values at some places."""
    return array.take(as_arrow(places))


def filtered(array: pa.Array, mask: Mask) -> pa.Array:
    """Copy the values where `mask` is True."""
    return taken(array, np.flatnonzero(mask))


def no_values(type_: pa.DataType) -> pa.Array:
    """Return an array without values."""
    return pa.nulls(0, type_)


def texts_of(texts: Iterable[str], type_: pa.DataType) -> pa.Array:
    """Make an Arrow array of a few texts, without what ``pyarrow.array`` imports."""
    encoded = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string(), len(encoded), buffers).cast(type_)


def as_numpy(array: pa.Array) -> NDArray[Any]:
    """View numbers or booleans without nulls as a numpy array; ``numpy.asarray`` would import pandas."""
    numbers = raw_numbers(array)
    return numbers.view(np.bool_) if pa.types.is_boolean(array.type) else numbers


@lru_cache(maxsize=1024)
def storage_of(type_: pa.DataType) -> Storage:
    """Which of the few storages of the fold is a plain Arrow type?"""
    tests: tuple[tuple[Any, Storage], ...] = (
        (pa.types.is_null, "null"),
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "number"),
        (pa.types.is_floating, "number"),
        (pa.types.is_decimal, "decimal"),
        (pa.types.is_interval, "nested"),
        (pa.types.is_temporal, "temporal"),
        (pa.types.is_string, "text"),
        (pa.types.is_large_string, "text"),
        (pa.types.is_binary, "binary"),
        (pa.types.is_large_binary, "binary"),
    )
    return next((storage for test, storage in tests if test(type_)), "nested")


@lru_cache(maxsize=1024)
def plain_type(type_: pa.DataType) -> pa.DataType:
    """Return the type without encoding: no dictionary, run-end, view or extension type at the top level."""
    if isinstance(type_, pa.BaseExtensionType):
        return plain_type(type_.storage_type)
    if pa.types.is_dictionary(type_) or pa.types.is_run_end_encoded(type_):
        return plain_type(type_.value_type)
    if pa.types.is_string_view(type_):
        return pa.large_string()
    if pa.types.is_binary_view(type_) or pa.types.is_fixed_size_binary(type_):
        return pa.large_binary()
    return type_


def plain(array: pa.Array) -> pa.Array:
    """Decode an array to :func:`plain_type`, and replace bytes that are not UTF-8 in texts by U+FFFD."""
    if isinstance(array, pa.ExtensionArray):
        return plain(array.storage)
    if pa.types.is_run_end_encoded(array.type):
        return plain(pc.run_end_decode(array))
    if pa.types.is_dictionary(array.type):
        return plain(array.dictionary_decode())
    wanted = plain_type(array.type)
    if array.type != wanted:
        array = array.cast(wanted)
    return _repaired(array) if storage_of(wanted) == "text" else array


def _repaired(texts: pa.Array) -> pa.Array:
    """Return valid UTF-8; a writer that did not check may have stored anything."""
    if is_ascii(texts):
        return texts
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        raw = texts.cast(pa.large_binary() if pa.types.is_large_string(texts.type) else pa.binary())
        decoded = [None if value is None else value.decode("utf-8", "replace") for value in raw.to_pylist()]
        return pa.array(decoded, texts.type)
    return texts


def is_ascii(texts: pa.Array) -> bool:
    """Return True when no byte of any text is above 127, and the texts follow each other."""
    offsets, data = text_bytes(texts)
    return int(data.max(initial=0)) < 128 and bool((offsets[1:] >= offsets[:-1]).all())


def valid_mask(array: pa.Array) -> Mask | None:
    """Return True where there is a value; None when there is one everywhere."""
    if array.null_count == 0:
        return None
    bits = array.buffers()[0]
    if bits is None or pa.types.is_union(array.type):
        mask: Mask = array.is_valid().to_numpy(zero_copy_only=False)
        return mask
    return _unpacked(bits, array.offset, len(array))


def _unpacked(bits: pa.Buffer, offset: int, length: int) -> Mask:
    first, skipped = divmod(offset, 8)
    packed = np.frombuffer(bits, np.uint8, (skipped + length + 7) // 8, first)
    return np.unpackbits(packed, count=skipped + length, bitorder="little")[skipped:].view(np.bool_)


def raw_numbers(array: pa.Array) -> NDArray[Any]:
    """View a fixed-width array as numbers, without a copy; what stands at null places means nothing.

    Booleans are copied to bytes, temporal values are the integers of their unit.
    """
    if pa.types.is_boolean(array.type):
        bits = array.buffers()[1]
        if bits is None or len(array) == 0:
            return np.zeros(len(array), np.uint8)
        return _unpacked(bits, array.offset, len(array)).view(np.uint8)
    width = array.type.bit_width // 8
    dtype = np.dtype(f"i{width}") if storage_of(array.type) == "temporal" else np.dtype(array.type.to_pandas_dtype())
    data = array.buffers()[1]
    if data is None or len(array) == 0:
        return np.zeros(len(array), dtype)
    return np.frombuffer(data, dtype, count=len(array), offset=array.offset * width)


def run_starts(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """Return where each run of equal values begins.

    Examples
    --------
    >>> run_starts(np.array([3, 3, 5])).tolist()
    [0, 2]
    """
    if len(ordered) == 0:
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))


def union_of(values: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Unite ascending values; ``numpy.union1d`` would import masked arrays.

    Examples
    --------
    >>> union_of(np.array([1, 3]), np.array([2, 3])).tolist()
    [1, 2, 3]
    """
    if np.array_equal(values, others):
        return values
    ordered = np.sort(np.concatenate([values, others]))
    return ordered[run_starts(ordered)]


def list_lengths(array: pa.Array) -> NDArray[np.int64]:
    """Return how many items each list of a list array has, 0 for null."""
    found = pc.list_value_length(array).cast(pa.int64())
    valid = valid_mask(found)
    lengths: NDArray[np.int64] = raw_numbers(found)
    return lengths if valid is None else np.where(valid, lengths, 0)


def text_bytes(array: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """View texts or binaries as their bytes: value i is ``data[offsets[i]:offsets[i + 1]]``."""
    wide = pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type)
    dtype = np.dtype(np.int64 if wide else np.int32)
    _, offsets, data = array.buffers()
    if len(array) == 0 or offsets is None:
        return np.zeros(len(array) + 1, np.int64), np.zeros(0, np.uint8)
    places = np.frombuffer(offsets, dtype, len(array) + 1, array.offset * dtype.itemsize).astype(np.int64)
    first, last = int(places[0]), int(places[-1])
    if last == first:
        return places - first, np.zeros(0, np.uint8)
    return places - first, np.frombuffer(data, np.uint8, last - first, first)
