"""The numbers of one column of one batch, gaps closed, looked at once for all that counts and sums them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Mask, raw_numbers
from prefit.profiling.scales import Scale

if TYPE_CHECKING:
    from prefit.profiling.batches import ColumnBatch

__all__ = ["NumericBatch"]


class NumericBatch(NamedTuple):
    """Numbers that are all finite.

    Attributes
    ----------
    values : ndarray
        One for each row, in their own width; at a gap some value that occurs elsewhere.
    gaps : ndarray of bool or None
        True where a row is null, NaN or infinite; None where none is.
    n_gaps, n_nan, n_above, n_below : int
        Rows that are gaps, NaN, infinite and minus infinite.
    least, greatest : numpy scalar or None
        Of `values`; None where no row has a finite number.
    """

    values: NDArray[Any]
    gaps: Mask | None
    n_gaps: int
    n_nan: int
    n_above: int
    n_below: int
    least: Any
    greatest: Any

    @classmethod
    def of(cls, column: ColumnBatch) -> Self:
        """Look at a column of numbers, booleans (0 and 1) or decimals (as the nearest float64)."""
        entries = column.entries.cast(pa.float64()) if column.storage == "decimal" else column.entries
        values = raw_numbers(entries)
        gaps = None if column.valid is None else ~column.valid
        if gaps is not None:
            values = _filled(values, gaps)
        least, greatest = (values.min(), values.max()) if len(values) else (np.float64(0), np.float64(0))
        n_nan = n_above = n_below = 0
        if values.dtype.kind == "f" and not (np.isfinite(least) and np.isfinite(greatest)):
            given = values if gaps is None else values[~gaps]
            n_nan = int(np.count_nonzero(np.isnan(given)))
            n_above, n_below = int(np.count_nonzero(given == np.inf)), int(np.count_nonzero(given == -np.inf))
            finite = np.isfinite(values)
            gaps = ~finite if gaps is None else gaps | ~finite
            values = _filled(values, gaps)
            least, greatest = values.min(), values.max()
        n_gaps = 0 if gaps is None else int(np.count_nonzero(gaps))
        if n_gaps == len(values):
            least = greatest = None
        return cls(values, gaps, n_gaps, n_nan, n_above, n_below, least, greatest)

    @property
    def n(self) -> int:
        """Rows with a finite number."""
        return len(self.values) - self.n_gaps

    @property
    def may_be_zero(self) -> bool:
        """Whether zero is not beyond the least or the greatest number."""
        return self.least is not None and bool(self.least <= 0 <= self.greatest)

    def count(self, where: Mask) -> int:
        """Count the rows with a finite number where `where`, which tells equal values alike, is True."""
        if self.gaps is None:
            return int(np.count_nonzero(where))
        return int(np.count_nonzero(where & ~self.gaps))

    def scaled(self, scale: Scale) -> NDArray[np.float64]:
        """Return the numbers on a scale, 0 at gaps."""
        z = scale.of(self.values)
        if self.gaps is not None:
            np.copyto(z, 0.0, where=self.gaps)
        return z

    def reach(self, scale: Scale) -> float:
        """Return the greatest absolute value on a scale, 0 where there is none."""
        if self.least is None:
            return 0.0
        return float(np.abs(scale.of(np.array([self.least, self.greatest], self.values.dtype))).max())


def _filled(values: NDArray[Any], gaps: Mask) -> NDArray[Any]:
    """Return a copy with one of the other values at every gap; 0 where there is none."""
    first = int(gaps.argmin()) if len(gaps) else 0
    filled = values.copy()
    np.putmask(filled, gaps, values[first] if len(gaps) and not gaps[first] else values.dtype.type(0))
    return filled
