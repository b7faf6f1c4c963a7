"""Arrow arrays as bytes that equal values share, whatever the buffers were that held them.

What lies under a null, the slice that an array was cut from, a validity bitmap without a null in it: none of it is
stored. What is read back is validated in full before anything looks at it, so that hostile bytes end as an error.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from prefit.profiling.arrays import Mask, text_bytes, valid_mask

__all__ = ["ByteReader", "can_store", "pack_array", "unpack_array"]

_MOST_ROWS = 2**40


class ByteReader:
    """Takes bytes off the front of a buffer, never more than there are."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = memoryview(data), 0

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes.

        Raises
        ------
        ValueError
            If fewer are left.
        """
        if not 0 <= size <= len(self._data) - self._place:
            raise ValueError(f"{size:,} bytes are wanted where {len(self._data) - self._place:,} are left")
        self._place += size
        return bytes(self._data[self._place - size : self._place])

    def numbers(self, dtype: Any, count: int) -> NDArray[Any]:
        """Return the next `count` little-endian numbers."""
        return np.frombuffer(self.take(count * np.dtype(dtype).itemsize), dtype)

    @property
    def empty(self) -> bool:
        """Whether everything has been taken."""
        return self._place == len(self._data)


def can_store(type_: pa.DataType) -> bool:
    """Whether arrays of a type can be stored: all but unions, and runs or extensions inside of lists and structs."""
    if pa.types.is_dictionary(type_) or _is_list_view(type_):
        return can_store(type_.value_type)
    if _is_list(type_) or pa.types.is_fixed_size_list(type_) or pa.types.is_struct(type_):
        return all(can_store(type_.field(index).type) for index in range(type_.num_fields))
    if isinstance(type_, pa.BaseExtensionType) or pa.types.is_nested(type_) or pa.types.is_run_end_encoded(type_):
        return False
    return pa.types.is_null(type_) or _is_text(type_) or type_ in _VIEWS or _width(type_) is not None


def pack_array(array: pa.Array, out: list[bytes]) -> None:
    """Append the bytes of an array; its type and length are not among them."""
    type_ = array.type
    if pa.types.is_null(type_):
        return
    if pa.types.is_dictionary(type_):
        pack_array(array.dictionary_decode(), out)
        return
    stand_in = _stand_in(type_)
    if stand_in is not None:
        pack_array(array.cast(stand_in), out)
        return
    valid = valid_mask(array)
    out.append(b"\0" if valid is None else b"\1" + _bits(valid))
    if pa.types.is_boolean(type_):
        out.append(_bits(array.fill_null(False).to_numpy(zero_copy_only=False)))
    elif _is_text(type_):
        offsets, data = text_bytes(array if valid is None else pc.fill_null(array, b"" if _is_binary(type_) else ""))
        out += [offsets.astype("<i8").tobytes(), data.tobytes()]
    elif _is_list(type_) or _is_list_view(type_):
        lengths = _lengths(array)
        lengths = lengths if valid is None else np.where(valid, lengths, 0)
        out.append(np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype("<i8").tobytes())
        pack_array(array.flatten(), out)
    elif pa.types.is_fixed_size_list(type_):
        pack_array(array.flatten(), out)  # without the items under nulls
    elif pa.types.is_struct(type_):
        for child in array.flatten():
            pack_array(child, out)
    else:
        out.append(_fixed(array, valid))


def unpack_array(type_: pa.DataType, length: int, reader: ByteReader) -> pa.Array:
    """Read an array back.

    Raises
    ------
    ValueError
        If the bytes are not those of such an array; pyarrow.ArrowInvalid is one.
    """
    if not can_store(type_):
        raise ValueError(f"type {type_} cannot be stored")
    if not 0 <= length <= _MOST_ROWS:
        raise ValueError(f"an array cannot have {length:,} rows")
    array = _unpacked(type_, length, reader)
    array.validate(full=True)
    return array


def _unpacked(type_: pa.DataType, length: int, reader: ByteReader) -> pa.Array:
    if pa.types.is_null(type_):
        return pa.nulls(length)
    if pa.types.is_dictionary(type_):
        return _unpacked(type_.value_type, length, reader).dictionary_encode().cast(type_)
    if type_ in _VIEWS:
        return _unpacked(_VIEWS[type_], length, reader).cast(type_)
    validity = None if reader.take(1) == b"\0" else reader.take(-(-length // 8))
    buffers = [None if validity is None else pa.py_buffer(validity)]
    children = None
    if _is_text(type_):
        offsets = _read_offsets(length, reader)
        buffers += [_offset_buffer(type_, offsets), pa.py_buffer(reader.take(int(offsets[-1])))]
    elif _is_list(type_) or _is_list_view(type_):
        offsets = _read_offsets(length, reader)
        children = [_unpacked(_item_type(type_), int(offsets[-1]), reader)]
        view = [offsets[:-1], np.diff(offsets)] if _is_list_view(type_) else [offsets]
        buffers += [_offset_buffer(type_, part) for part in view]
    elif pa.types.is_fixed_size_list(type_):
        children = [_items(type_, length, validity, reader)]
    elif pa.types.is_struct(type_):
        children = [_unpacked(type_.field(index).type, length, reader) for index in range(type_.num_fields)]
    else:
        size = -(-length // 8) if pa.types.is_boolean(type_) else length * (_width(type_) or 0)
        buffers.append(pa.py_buffer(reader.take(size)))
    return pa.Array.from_buffers(type_, length, buffers, children=children)


def _items(type_: pa.DataType, length: int, validity: bytes | None, reader: ByteReader) -> pa.Array:
    """Read the items of lists of one size, and put nulls under null lists."""
    size = type_.list_size
    if validity is None:
        return _unpacked(type_.value_type, length * size, reader)
    valid = np.unpackbits(np.frombuffer(validity, np.uint8), count=length, bitorder="little").astype(np.bool_)
    items = _unpacked(type_.value_type, int(np.count_nonzero(valid)) * size, reader)
    present = np.repeat(valid, size)
    return items.take(pa.array(np.cumsum(present) - 1, pa.int64(), mask=~present))


def _read_offsets(length: int, reader: ByteReader) -> NDArray[np.int64]:
    offsets: NDArray[np.int64] = reader.numbers("<i8", length + 1)
    if offsets[0] != 0 or (np.diff(offsets) < 0).any():
        raise ValueError("offsets must ascend from 0")
    return offsets


def _offset_buffer(type_: pa.DataType, offsets: NDArray[np.int64]) -> pa.Buffer:
    if _is_large(type_):
        return pa.py_buffer(offsets.tobytes())
    if (offsets >= 2**31).any():
        raise ValueError("offsets are beyond 32 bits")
    return pa.py_buffer(offsets.astype("<i4").tobytes())


def _lengths(array: pa.Array) -> NDArray[Any]:
    """Return the lengths of lists as their buffers have them, also under nulls."""
    dtype = np.dtype(np.int64 if _is_large(array.type) else np.int32)
    view = _is_list_view(array.type)
    buffer = array.buffers()[2 if view else 1]
    if len(array) == 0 or buffer is None:
        return np.zeros(0, np.int64)
    start = array.offset * dtype.itemsize
    return (
        np.frombuffer(buffer, dtype, len(array), start)
        if view
        else np.diff(np.frombuffer(buffer, dtype, len(array) + 1, start))
    )


def _fixed(array: pa.Array, valid: Mask | None) -> bytes:
    width, data = _width(array.type) or 0, array.buffers()[1]
    if len(array) == 0 or data is None:
        return b""
    cells = np.frombuffer(data, np.uint8, len(array) * width, array.offset * width).reshape(len(array), width)
    return (cells if valid is None else np.where(valid[:, None], cells, np.uint8(0))).tobytes()


def _bits(mask: Mask) -> bytes:
    return np.packbits(mask, bitorder="little").tobytes()


def _width(type_: pa.DataType) -> int | None:
    """Return the bytes of a value; None where values differ in size or are bits."""
    try:
        bits = int(type_.bit_width)
    except ValueError:
        return None
    return 0 if bits == 1 else bits // 8


_VIEWS = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}


def _stand_in(type_: pa.DataType) -> pa.DataType | None:
    """Return the type that an array is stored as, where that is another one."""
    return pa.list_(_item_type(type_)) if pa.types.is_map(type_) else _VIEWS.get(type_)


def _is_list_view(type_: pa.DataType) -> bool:
    return bool(pa.types.is_list_view(type_) or pa.types.is_large_list_view(type_))


def _item_type(type_: pa.DataType) -> pa.DataType:
    return type_.field(0).type if pa.types.is_map(type_) else type_.value_type


def _is_list(type_: pa.DataType) -> bool:
    return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_) or pa.types.is_map(type_))


def _is_binary(type_: pa.DataType) -> bool:
    return bool(pa.types.is_binary(type_) or pa.types.is_large_binary(type_))


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_)) or _is_binary(type_)


def _is_large(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_large_string(type_)
        or pa.types.is_large_binary(type_)
        or pa.types.is_large_list(type_)
        or pa.types.is_large_list_view(type_)
    )
