"""Counts of the row sample between rounded edges."""

from __future__ import annotations

import math

import numpy as np

from prefit.profiling.facts.numbers import Numbers
from prefit.profiling.values import Histogram

__all__ = ["histogram"]

_BINS = 24
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_MAX_BINS = 64
_MAX_DECIMALS = 300  # 10.0**309 is infinite


def histogram(numbers: Numbers) -> Histogram | None:
    """Count numbers in bins of equal, rounded width.

    The inner bins span about the 0.5 % to the 99.5 % quantile. The first and the last bin have the same width and
    also hold all that is beyond, so that the edges do not give the extremes away.

    Returns
    -------
    Histogram or None
        None without a finite number, or where float64 cannot tell the edges apart.

    Examples
    --------
    >>> histogram(Numbers(np.array([1.0, 2.0, 3.0]), np.array([1, 2, 1]))).counts
    (0, 1, 2, 1, 0)
    """
    values, counts = numbers
    if len(values) == 0:
        return None
    low, high = numbers.quantiles((0.005, 0.995))
    whole = numbers.whole
    step = _nice_step(high / _BINS - low / _BINS, whole=whole) if high > low else _single_step(low, whole=whole)
    first, last = math.floor(low / step), math.floor(high / step) + 1
    if not math.isfinite(step) or last - first > _MAX_BINS or max(abs(first), abs(last)) > 2**52:
        return None
    with np.errstate(over="ignore"):
        edges = np.arange(first - 1, last + 2) * step
    decimals = max(0, 2 - math.floor(math.log10(step)))
    if decimals <= _MAX_DECIMALS:
        edges = np.round(edges, decimals)
    if not np.isfinite(edges).all():
        return None
    n_below = np.append(0, np.cumsum(counts))[np.searchsorted(values, edges[1:-1])]
    heights = np.diff(n_below, prepend=0, append=counts.sum())
    return Histogram(tuple(edges.tolist()), tuple(heights.tolist()))


def _nice_step(least: float, *, whole: bool) -> float:
    """Return the smallest of 1, 2, 2.5 or 5 times a power of ten from `least` on; a whole number for whole values."""
    if whole and least <= 1.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(
        factor * power
        for factor in _NICE
        if factor * power >= least * (1 - 1e-12) and (not whole or (factor * power).is_integer())
    )


def _single_step(value: float, *, whole: bool) -> float:
    return 1.0 if whole else _nice_step(abs(value) / 10 or 1.0, whole=False)
