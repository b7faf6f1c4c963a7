"""The numbers of one column of one batch, gaps closed, looked at once for all that counts and sums them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Mask, raw_numbers
from prefit.profiling.bins import Bins
from prefit.profiling.scales import Scale

if TYPE_CHECKING:
    from prefit.profiling.batches import ColumnBatch

__all__ = ["NumericBatch"]

_NO_ROWS = np.zeros(0, np.int64)


class NumericBatch(NamedTuple):
    """Numbers that are all finite.

    Attributes
    ----------
    values : ndarray
        One for each row, in their own width; at all gaps the same value, which occurs elsewhere.
    gaps : ndarray of int64
        Rows that are null, NaN or infinite, ascending.
    n_nan, n_above, n_below : int
        Rows that are NaN, infinite and minus infinite.
    least, greatest : numpy scalar or None
        Of `values`; None where no row has a finite number.
    """

    values: NDArray[Any]
    gaps: NDArray[np.int64]
    n_nan: int
    n_above: int
    n_below: int
    least: Any
    greatest: Any

    @classmethod
    def of(cls, column: ColumnBatch) -> Self:
        """Look at a column of numbers, booleans (0 and 1) or decimals (as the nearest float64)."""
        entries = column.entries.cast(pa.float64()) if column.storage == "decimal" else column.entries
        return cls.of_values(raw_numbers(entries), column.valid)

    @classmethod
    def of_values(cls, values: NDArray[Any], valid: Mask | None = None) -> Self:
        """Look at some numbers, of which those that are not valid mean nothing."""
        gaps = _NO_ROWS
        if valid is not None:
            gaps = np.flatnonzero(~valid)
            values = _closed(values, gaps)
        if len(values) == 0:
            return cls(values, gaps, 0, 0, 0, None, None)
        n_nan = n_above = n_below = 0
        least, greatest = values.min(), values.max()
        if values.dtype.kind == "f" and not (np.isfinite(least) and np.isfinite(greatest)):
            odd = ~np.isfinite(values)
            odd[gaps] = False
            found = values[odd]
            n_nan, n_above = int(np.count_nonzero(np.isnan(found))), int(np.count_nonzero(found == np.inf))
            n_below = len(found) - n_nan - n_above
            odd[gaps] = True
            gaps = np.flatnonzero(odd)
            values = _closed(values, gaps)
            least, greatest = values.min(), values.max()
        if len(gaps) == len(values):
            least = greatest = None
        return cls(values, gaps, n_nan, n_above, n_below, least, greatest)

    @property
    def n(self) -> int:
        """Rows with a finite number."""
        return len(self.values) - len(self.gaps)

    @property
    def n_negative(self) -> int:
        """Rows with a finite number below zero."""
        if self.least is None or self.least >= 0:
            return 0
        negative = self.values < 0
        return int(np.count_nonzero(negative)) - (len(self.gaps) if self._closed_by(negative) else 0)

    def zeros(self) -> NDArray[np.int64]:
        """Return the rows that are zero."""
        if self.least is None or not self.least <= 0 <= self.greatest:
            return _NO_ROWS
        zero = self.values == 0
        if self._closed_by(zero):
            zero[self.gaps] = False
        rows: NDArray[np.int64] = np.flatnonzero(zero)
        return rows

    def places(self, bins: Bins) -> NDArray[np.int16]:
        """Return in which bin each number lies, one and the same at all gaps."""
        return bins.places(self.values, self.reach(bins.scale), large=self.is_large)

    def scaled(self, scale: Scale, rows: slice | None = None, out: NDArray[np.float64] | None = None) -> NDArray[Any]:
        """Return the numbers, or those of some rows, on a scale, 0 at gaps."""
        z = scale.of(self.values if rows is None else self.values[rows], out=out, large=self.is_large)
        z[self.gaps if rows is None else self.gaps_of(rows)] = 0.0
        return z

    def gaps_of(self, rows: slice) -> NDArray[np.int64]:
        """Return the gaps among some rows, counted from the first of them."""
        first, last = np.searchsorted(self.gaps, (rows.start, rows.stop))
        some: NDArray[np.int64] = self.gaps[first:last] - rows.start
        return some

    @property
    def is_large(self) -> bool:
        """Whether some number is no float64."""
        return (
            self.values.dtype.kind in "iu"
            and self.least is not None
            and bool(max(-int(self.least), int(self.greatest)) > 2**53)
        )

    def reach(self, scale: Scale) -> float:
        """Return the greatest absolute value on a scale, 0 where there is none."""
        if self.least is None:
            return 0.0
        if not self.is_large:
            return max(abs(scale.of_one(float(self.least))), abs(scale.of_one(float(self.greatest))))
        return float(np.abs(scale.of(np.array([self.least, self.greatest], self.values.dtype))).max())

    def _closed_by(self, where: Mask) -> bool:
        """Whether `where`, which tells equal values alike, is True at the gaps."""
        return len(self.gaps) > 0 and bool(where[self.gaps[0]])


def _closed(values: NDArray[Any], gaps: NDArray[np.int64]) -> NDArray[Any]:
    """Return a copy with one of the other values at every gap; 0 where there is none."""
    apart = np.flatnonzero(gaps != np.arange(len(gaps)))
    first = int(apart[0]) if len(apart) else len(gaps)
    closed = values.copy()
    closed[gaps] = values[first] if first < len(values) else 0
    return closed
