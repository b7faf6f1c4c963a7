"""Axes of a chart: from data to pixels, and where the ticks stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

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


def linear_axis(values: Sequence[float], start: float, end: float, least: float = 0.05) -> Axis:
    """Return an axis that holds all values, and at least a range of `least`, with a little room and round ticks."""
    middle, span = (min(values) + max(values)) / 2, max(max(values) - min(values), least)
    axis = Axis(middle - 0.56 * span, middle + 0.54 * span, start, end)
    step = next(step for step in _round_steps(span) if span / step <= 7)
    digits = 1 if step >= 0.1 and round(10 * step) == 10 * step else 2 if step >= 0.01 else 3
    ticks = [step * index for index in range(math.ceil(axis.low / step), math.floor(axis.high / step) + 1)]
    if step < 0.001 or span > 10:  # no score, but an amount in some unit
        return replace(axis, ticks=tuple((axis.at(value), short_count(float(f"{value:.6g}"))) for value in ticks))
    return replace(axis, ticks=tuple((axis.at(value), f"{value:.{digits}f}") for value in ticks))


def log_axis(low: float, high: float, start: float, end: float) -> Axis:
    """Return a logarithmic axis from `low` to `high` (> 0) with ticks at powers of ten, or finer where it is short."""
    high = max(high, 1.5 * low)
    axis = Axis(math.log10(low), math.log10(high), start, end, log=True)
    decades = range(math.floor(axis.low), math.ceil(axis.high) + 1)
    factors = (1,) if axis.high - axis.low > 3 else (1, 3) if axis.high - axis.low > 1.5 else (1, 2, 5)
    values = [factor * 10.0**decade for decade in decades for factor in factors]
    inside = [value for value in values if low <= value <= high]
    return replace(axis, ticks=tuple((axis.at(value), short_count(value)) for value in inside))


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
    return [factor * power for factor in (1, 2, 5, 10, 20)]
