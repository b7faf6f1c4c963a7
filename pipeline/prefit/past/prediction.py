"""The interval in which the next value of a process falls, given its earlier values.

It follows from Student's t, so that it is wide after few values and exact for normal ones. It is never narrower than
what the own uncertainty of a value explains. Strays of the past, at most one in ten, do not widen it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Array", "Expectation", "Scale", "judge", "typical_deviation"]

STRAY = 10.0
"""Robust standard deviations from the median beyond which a value of the past is left out."""

MAX_FREEDOM = 10
"""Figures of real data have heavier tails than a normal distribution, however many of them were seen."""

_MAD_TO_STD = 1.4826

Array = np.ndarray[Any, np.dtype[np.float64]]


class Scale(NamedTuple):
    """The past and present of a figure on one scale, its own standard error there, and the way back.

    `trended` says whether the figure may grow or fall in a straight line on this scale.
    """

    past: Array
    now: float
    own_error: float
    back: Callable[[float], float]
    trended: bool = False


class Expectation(NamedTuple):
    """What was to be expected, and the chance of a value as far out as the present one."""

    chance: float
    center: float
    low: float
    high: float


class _Next(NamedTuple):
    """What is to be expected: centre and standard error of the next value, and the degrees of freedom."""

    center: float
    error: float
    freedom: int


def judge(scale: Scale, level: float) -> Expectation:
    """Judge the present value; the interval holds 1 - `level` of the values to come.

    References
    ----------
    Hahn & Meeker (1991), Statistical intervals, section 4.7; Draper & Smith (1998), Applied regression analysis, 1.4.
    """
    from scipy.special import stdtr, stdtrit

    expected = (_trend if scale.trended else _level)(scale.past, scale.own_error)
    freedom = min(expected.freedom, MAX_FREEDOM)
    distance = abs(scale.now - expected.center)
    chance = 2 * float(stdtr(freedom, -distance / expected.error)) if expected.error else float(distance == 0)
    reach = float(stdtrit(freedom, 1 - level / 2)) * expected.error
    return Expectation(chance, *(scale.back(expected.center + offset) for offset in (0.0, -reach, reach)))


def typical_deviation(past: Array, own_error: float) -> float:
    """Return how far values lie from a straight line, strays left out."""
    level = _without_slope(past)
    kept = level[_ordinary(level - np.median(level), own_error)]
    return max(float(np.std(kept)), own_error)


def _level(past: Array, own_error: float) -> _Next:
    """Forecast the next value of a process without trend."""
    kept = past[_ordinary(past - np.median(past), own_error)]
    spread = max(float(np.var(kept, ddof=1)), own_error**2)
    return _Next(float(kept.mean()), math.sqrt(spread * (1 + 1 / len(kept))), len(kept) - 1)


def _trend(past: Array, own_error: float) -> _Next:
    """Forecast the next value of a process that may grow in a straight line; it is exact without growth as well."""
    places = np.arange(len(past), dtype=np.float64)
    level = _without_slope(past)
    kept = _ordinary(level - np.median(level), own_error)
    x, y = places[kept], past[kept]
    around = x - x.mean()
    slope = float(around @ y / (around @ around))
    residuals = y - y.mean() - slope * around
    freedom = len(x) - 2
    spread = max(float(residuals @ residuals) / freedom, own_error**2)
    step = len(past) - float(x.mean())
    error = math.sqrt(spread * (1 + 1 / len(x) + step**2 / float(around @ around)))
    return _Next(float(y.mean()) + slope * step, error, freedom)


def _without_slope(past: Array) -> Array:
    """Return the values less the slope of Theil and Sen, which strays do not tilt."""
    first, second = np.triu_indices(len(past), 1)
    slope = np.median((past[second] - past[first]) / (second - first))
    return past - float(slope) * np.arange(len(past))


def _ordinary(deviations: Array, own_error: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which values of the past to keep: all but the few that lie far from the others."""
    spread = max(_MAD_TO_STD * float(np.median(np.abs(deviations))), own_error)
    ordinary: np.ndarray[Any, np.dtype[np.bool_]] = np.abs(deviations) <= STRAY * spread
    n_strays = len(deviations) - int(ordinary.sum())
    return ordinary if n_strays <= len(deviations) // 10 else np.ones_like(ordinary)
