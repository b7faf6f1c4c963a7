"""Values that a reader of ranges gives, put together in batches, and their types proven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from prefit.sources.duck import TIMESTAMPTZ_PATTERN
from prefit.sources.table import sliced

__all__ = ["joined", "proven"]

_DATE_LENGTH = 10
_TIME_LENGTHS = (0, _DATE_LENGTH, 16)
_SECONDS_LENGTH = 19
_INT64_END = 2**63


def joined(batches: Iterable[pa.RecordBatch], most: int) -> Iterator[pa.RecordBatch]:
    """Put small batches together, up to so many rows."""
    waiting: list[pa.RecordBatch] = []
    n_rows = 0
    for batch in batches:
        if waiting and n_rows + batch.num_rows > most:
            yield from sliced(pa.concat_batches(waiting))
            waiting, n_rows = [], 0
        waiting.append(batch)
        n_rows += batch.num_rows
    if n_rows:
        yield from sliced(pa.concat_batches(waiting))


def proven(column: pa.Array, kind: str, arrow_type: pa.DataType) -> pa.Array:
    """Return the values in their type, if the strict rules for types of texts give it too.

    Raises
    ------
    pyarrow.ArrowInvalid
        If they may not.
    """
    match kind:
        case "DOUBLE":
            fits = _are_below_int64(column)  # whole numbers beyond are identifiers
        case "DATE":
            fits = bool(np.isin(_lengths(column), (0, _DATE_LENGTH)).all())
        case "TIMESTAMP":
            lengths = _lengths(column)
            fits = bool((np.isin(lengths, _TIME_LENGTHS) | (lengths >= _SECONDS_LENGTH)).all())
        case "TIMESTAMPTZ":
            matches = pc.match_substring_regex(column, f"^{TIMESTAMPTZ_PATTERN}$")
            fits = pc.all(matches, min_count=0).as_py() is not False
        case _:
            fits = all(map(_are_below_int64, _floats(column)))
    if not fits:
        raise pa.ArrowInvalid(f"a value that is no {kind} beyond doubt")
    return column if column.type.equals(arrow_type) else column.cast(arrow_type)


def _are_below_int64(column: pa.Array) -> bool:
    """Whether all numbers that are finite are nearer to zero than 2 to the power of 63."""
    values = np.frombuffer(column.buffers()[1], np.float64, len(column), 8 * column.offset)
    if np.fmax.reduce(np.abs(values), initial=0.0) < _INT64_END:  # whatever stands in the place of nulls
        return True
    extremes = pc.min_max(column.filter(pc.is_finite(column))).as_py()
    return max(-(extremes["min"] or 0), extremes["max"] or 0) < _INT64_END


def _floats(column: pa.Array) -> Iterator[pa.Array]:
    """Yield the arrays of floats in lists and objects."""
    if pa.types.is_list(column.type):
        yield from _floats(column.flatten())
    elif pa.types.is_struct(column.type):
        for inner in column.flatten():
            yield from _floats(inner)
    elif pa.types.is_float64(column.type):
        yield column


def _lengths(column: pa.Array) -> NDArray[np.int32]:
    """Return the bytes of each text; 0 for nulls, and for empty texts, which are no times to any cast."""
    offsets = np.frombuffer(column.buffers()[1], np.int32, len(column) + 1, 4 * column.offset)
    return np.diff(offsets)
