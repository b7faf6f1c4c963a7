"""Where the numbers of a column lie and how far they spread, told from the first rows before any are summed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import no_values, plain, plain_type, raw_numbers, storage_of, valid_mask

__all__ = ["NUMERIC", "PREFIX_ROWS", "UNKNOWN", "Scale", "ordered_numbers", "scale_of"]

PREFIX_ROWS = 8_192
"""So many rows are looked at, the first by position: the same whatever the cut."""

NUMERIC = ("number", "boolean", "decimal")
"""Storages whose values are summed."""

_LOOKED_AT = 1_024  # numbers tell the middle of a column as well as 8,192 do, and are sorted in a tenth of the time
_EXACT = 2.0**53
_PLAIN_EXPONENT = 1_000  # beyond, one power of two is no float64


class Scale(NamedTuple):
    """The scale on which the numbers of a column are summed: ``z = (x - center) * 2**-exponent``.

    A power of two shifts the exponent of a float64 and rounds nothing. Any scale gives right sums: one that fits gives
    them faster and with more digits.

    Attributes
    ----------
    center : float
        A value that occurs, the median of the first rows; a whole number for integers.
    exponent : int
        Half of what the middle two thirds of the first rows span is at least ``2**exponent`` and less than twice that.
    known : bool
        Whether the first rows had a finite number.
    """

    center: float = 0.0
    exponent: int = -60
    known: bool = False

    def of(
        self, values: NDArray[Any], *, out: NDArray[np.float64] | None = None, large: bool | None = None
    ) -> NDArray[np.float64]:
        """Return `values`, numbers of any width, on this scale: each correctly rounded once, infinite on overflow.

        Differences of 64-bit integers keep all digits unless they exceed 2**62. `large` tells whether there is one
        beyond 2**53, where that is known. The result may stand in `out`.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            z: NDArray[np.float64] = np.subtract(values, np.float64(self.center), out=out, dtype=np.float64)
            if values.dtype.kind in "iu" and len(values) and (_is_large(values) if large is None else large):
                apart = (values.view(np.uint64) - np.uint64(int(self.center) % 2**64)).view(np.int64)
                np.copyto(z, apart, where=np.abs(z) < 2.0**62, casting="same_kind")
            half = self.exponent // 2 if abs(self.exponent) > _PLAIN_EXPONENT else 0
            z *= math.ldexp(1.0, half - self.exponent)
            if half:
                z *= math.ldexp(1.0, -half)
        return z

    def of_one(self, value: float) -> float:
        """Return one number on this scale, rounded as :meth:`of` does."""
        half = self.exponent // 2 if abs(self.exponent) > _PLAIN_EXPONENT else 0
        z = (value - self.center) * math.ldexp(1.0, half - self.exponent)
        return z * math.ldexp(1.0, -half) if half else z


def _is_large(integers: NDArray[Any]) -> bool:
    return max(abs(int(integers.min())), abs(int(integers.max()))) > _EXACT


UNKNOWN = Scale()
"""The scale of columns of which nothing is known: sums of ordinary numbers keep all their digits, slowly."""


def ordered_numbers(schema: pa.Schema, first_rows: Sequence[pa.RecordBatch]) -> list[NDArray[Any] | None]:
    """Return about 1,024 numbers of each column of the first 8,192 rows, in ascending order.

    Parameters
    ----------
    schema : pyarrow.Schema
    first_rows : sequence of pyarrow.RecordBatch
        From the first row on; more than 8,192 rows are cut off. Columns are found by name.

    Returns
    -------
    list of ndarray or None
        Finite numbers, of rows at equal steps; None for columns that are not summed, and where no number is finite.

    Examples
    --------
    >>> rows = pa.record_batch({"x": [14.0, 12.0, None, 10.0], "y": ["a", "b", "c", "d"]})
    >>> ordered_numbers(rows.schema, [rows])
    [array([10., 12., 14.]), None]
    """
    kept: list[pa.RecordBatch] = []
    n_rows = 0
    for batch in first_rows:
        kept.append(batch.slice(0, PREFIX_ROWS - n_rows))
        n_rows += kept[-1].num_rows
    places = [{name: place for place, name in enumerate(batch.schema.names)} for batch in kept]
    ordered = []
    for field in schema:
        type_ = plain_type(field.type)
        summed = storage_of(type_) in NUMERIC and all(field.name in place for place in places)
        parts = [batch.column(place[field.name]) for batch, place in zip(kept, places, strict=True)] if summed else []
        ordered.append(_ordered(parts, type_) if summed else None)
    return ordered


def _ordered(parts: Sequence[pa.Array], type_: pa.DataType) -> NDArray[Any] | None:
    try:
        arrays = [plain(part).cast(type_) for part in parts]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # the fold will say which partition has another type
        return None
    array = arrays[0] if len(arrays) == 1 else pa.concat_arrays([no_values(type_), *arrays])
    if storage_of(type_) == "decimal":
        array = array.cast(pa.float64())
    values, valid = raw_numbers(array), valid_mask(array)
    values = values if valid is None else values[valid]
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    return np.sort(values[:: -(-len(values) // _LOOKED_AT)]) if len(values) else None


def scale_of(ordered: NDArray[Any] | None) -> Scale:
    """Choose the scale of a column by some of its numbers, by order statistics alone, which no rounding touches.

    Examples
    --------
    >>> scale_of(np.array([10.0, 12.0, 14.0]))
    Scale(center=12.0, exponent=1, known=True)
    """
    if ordered is None:
        return UNKNOWN
    center = float(ordered[len(ordered) // 2])
    whole = ordered.dtype.kind in "iu"
    if whole and abs(center) >= _EXACT:
        center = math.nextafter(center, 0.0)  # 2**63 is no int64
    apart = Scale(center, 1).of(ordered)  # halved, so that hardly any overflows
    low, high = (float(apart[int(len(apart) * share)]) for share in (0.16, 0.84))
    spread = high - low if high > low else max(float(apart[-1]), -float(apart[0]), 0.0)
    if 0.0 < spread < math.inf:
        exponent = math.frexp(spread)[1] - 1
    elif spread:
        exponent = _PLAIN_EXPONENT
    elif whole:
        exponent = 0
    else:
        exponent = math.frexp(center)[1] - 20 if center else UNKNOWN.exponent
    return Scale(center, exponent, known=True)
