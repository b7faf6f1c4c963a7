"""Axes of a chart: from data to pixels, and where the ticks stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Axis", "linear_axis", "log_axis", "short_count"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a chart.

    Attributes
    ----------
    low, high : float
        Ends of the data range; their logarithms (base 10) when `log`.
    start, end : float
        Pixels at which they stand; `start` > `end` for an axis that points up.
    ticks : tuple of (float, str)
        Pixel and label of each tick.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    ticks: tuple[tuple[float, str], ...] = ()

    def at(self, value: float) -> float:
        """Return the pixel of a value, kept within the axis, to a tenth of a pixel."""
        position = math.log10(value) if self.log else value
        share = (position - self.low) / (self.high - self.low)
        return round(self.start + min(max(share, 0.0), 1.0) * (self.end - self.start), 1)


def linear_axis(values: Sequence[float], start: float, end: float) -> Axis:
    """Return an axis that holds all values, with four to eight round ticks."""
    low, high = min(values), max(values)
    span = max(high - low, 0.05)
    step = next(step for step in _round_steps(span) if span / step <= 6)
    low, high = step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)
    high = high if high > low else low + step
    digits = max(1, -math.floor(math.log10(step) + 1e-9) + (step != float(f"{step:.0e}")))
    axis = Axis(low, high, start, end)
    values = [low + step * index for index in range(round((high - low) / step) + 1)]
    return Axis(low, high, start, end, ticks=tuple((axis.at(value), f"{value:.{digits}f}") for value in values))


def log_axis(low: float, high: float, start: float, end: float) -> Axis:
    """Return a logarithmic axis from `low` to `high` (> 0) with ticks at powers of ten, or finer where it is short."""
    high = max(high, 1.5 * low)
    axis = Axis(math.log10(low), math.log10(high), start, end, log=True)
    decades = range(math.floor(axis.low), math.ceil(axis.high) + 1)
    factors = (1,) if axis.high - axis.low > 3 else (1, 3) if axis.high - axis.low > 1.5 else (1, 2, 5)
    values = [factor * 10.0**decade for decade in decades for factor in factors]
    inside = [value for value in values if low <= value <= high]
    return Axis(axis.low, axis.high, start, end, log=True, ticks=tuple((axis.at(v), short_count(v)) for v in inside))


def short_count(value: float) -> str:
    """Write a number of rows in little room.

    Examples
    --------
    >>> short_count(300), short_count(20_000), short_count(1_500_000)
    ('300', '20k', '1.5M')
    """
    for factor, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.3g}{suffix}"
    return f"{value:g}"


def _round_steps(span: float) -> list[float]:
    power = 10.0 ** math.floor(math.log10(span) - 1)
    return [factor * power for factor in (1, 2, 2.5, 5, 10, 20)]
