"""How many bytes a record batch may have: what is cut smaller gives the same profile, and takes less memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pyarrow as pa

__all__ = ["BATCH_BYTES", "MAX_BATCH_ROWS", "batch_bytes", "batches_of", "known_row_bytes", "rows_within"]

BATCH_BYTES = 128 << 20
"""Bytes of a batch at most, unless less memory is to be used: as many as a full batch of 128 columns of numbers has."""

MAX_BATCH_ROWS = 131_072

_OFFSET_BYTES = 4
_BITS = 8

_limit: ContextVar[int] = ContextVar("batch_bytes", default=BATCH_BYTES)


def batch_bytes() -> int:
    """Return how many bytes a batch that is read now may have."""
    return _limit.get()


@contextmanager
def batches_of(most_bytes: int) -> Iterator[None]:
    """Have what begins to be read in the block read in batches of so many bytes."""
    token = _limit.set(most_bytes)
    try:
        yield
    finally:
        _limit.reset(token)


def rows_within(row_bytes: float) -> int:
    """Return how many rows of that many bytes a batch that is read now may have; one at least."""
    return max(1, min(MAX_BATCH_ROWS, int(batch_bytes() / max(row_bytes, 1.0))))


def known_row_bytes(schema: pa.Schema) -> float:
    """Return the bytes of a row as far as the types tell: of texts and lists only where they begin."""
    return sum(map(_value_bytes, schema.types))


def _value_bytes(type_: pa.DataType) -> float:
    if pa.types.is_fixed_size_list(type_):
        return float(type_.list_size * _value_bytes(type_.value_type))
    if pa.types.is_struct(type_):
        return sum(_value_bytes(field.type) for field in type_)
    try:
        return float(type_.bit_width) / _BITS
    except ValueError:  # as wide as its values are
        return _OFFSET_BYTES
