"""Bins of equal width, told from the first rows, in which the numbers of a column are counted."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.scales import Scale

__all__ = ["NO_BINS", "N_BINS", "Bins", "bins_of"]

N_BINS = 64
_TAIL = 0.01
_FAR = 2.0**15 - 2
_EXPONENTS = range(-1_000, 1_000)  # beyond, edges are no float64


class Bins(NamedTuple):
    """64 bins: the i-th, from 0 on, begins at ``scale.center + (first + i) * 2**scale.exponent``.

    `first` is None where nothing is known of the column.
    """

    scale: Scale = Scale()
    first: int | None = None

    def places(self, values: NDArray[Any], reach: float = math.inf, *, large: bool | None = None) -> NDArray[np.int16]:
        """Return in which bin values lie: 1 to 64, or 0 below the first, 65 above the last.

        The lower edge belongs to a bin, the upper one to the next. `reach` bounds the values on the scale, and `large`
        tells whether some integer is no float64, where that is known.
        """
        assert self.first is not None
        place = self.scale.of(values, large=large)
        place -= float(self.first - 1)
        if reach + abs(self.first) < _FAR:  # small integers are clipped faster
            found = place.astype(np.int16)
            return np.clip(found, 0, N_BINS + 1, out=found)
        return np.clip(place, 0.0, N_BINS + 1.0, out=place).astype(np.int16)

    @property
    def edges(self) -> tuple[float, ...]:
        """Where bins begin and end, 65 numbers, each rounded to float64; none where nothing is known."""
        if self.first is None:
            return ()
        center, width = self.scale.center, math.ldexp(1.0, self.scale.exponent)
        return tuple(center + (self.first + place) * width for place in range(N_BINS + 1))


NO_BINS = Bins()


def bins_of(ordered: NDArray[Any] | None, scale: Scale) -> Bins:
    """Choose the bins of a column: they span the middle 98 % of the numbers looked at, and as much again at most.

    Widths are powers of two, whole ones for integers.

    Examples
    --------
    >>> bins_of(np.arange(10), Scale(5.0, 2, known=True)).edges[:3]
    (-27.0, -26.0, -25.0)
    """
    if ordered is None:
        return NO_BINS
    z = scale.of(ordered)
    low, high = (float(z[min(int(len(z) * share), len(z) - 1)]) for share in (_TAIL, 1 - _TAIL))
    span = max(high - low, 0.0)
    if not math.isfinite(span):
        return NO_BINS
    power = math.frexp(span / (N_BINS - 1))[1] if span else 0  # so that 63 bins are wider than the span
    if ordered.dtype.kind in "iu":
        power = max(power, -scale.exponent)
    first = math.floor(math.ldexp(low, -power))
    n_used = math.floor(math.ldexp(high, -power)) + 1 - first
    if scale.exponent + power not in _EXPONENTS:
        return NO_BINS
    return Bins(Scale(scale.center, scale.exponent + power), first - (N_BINS - n_used) // 2)
