"""Numbers that stand for "missing", such as -999 among ages."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.values import ValueCount

__all__ = ["sentinels"]

_PATTERN = re.compile(r"-?((\d)\2+|10{2,}|97|98)|-[1789]")
"""A digit repeated (99, -999), one and zeros (1000), 97 and 98, or a single negative digit that surveys use."""
_MIN_ROWS, _MIN_COUNT, _MIN_OTHERS = 30, 5, 5
_ENDS = 5
_GAP = 0.5
_FAR_GAP = 2.0
_TIMES_NEIGHBOURS = 3.0
_MAX_ZEROS, _MIN_MEASURED = 0.5, 10
_ZERO_GAP, _ZERO_TO_MEDIAN = 1.5, 4.0


def sentinels(values: NDArray[np.float64], counts: NDArray[np.int64]) -> tuple[ValueCount, ...]:
    """Find values at either end that are apart from the others, too frequent for their place, and look like a code.

    All three must hold, which keeps false alarms rare: values inside the range are never found. A code that is further
    from all others than twice their range need not be more frequent than they are; it must only repeat. Zero counts
    where it cannot be measured: no other value comes near it.

    Parameters
    ----------
    values : ndarray of float64
        Distinct finite numbers, ascending.
    counts : ndarray of int64
        Their counts.

    References
    ----------
    The three-way rule follows DataRobot's quality check for disguised missing values.
    """
    ends = sorted({*range(min(_ENDS, len(values))), *range(max(len(values) - _ENDS, 0), len(values))})
    coded = [place for place in ends if _looks_coded(values[place])]
    others = np.delete(np.arange(len(values)), coded)
    if counts.sum() < _MIN_ROWS or len(others) < _MIN_OTHERS:
        return ()
    found = [
        ValueCount(int(values[place]), int(counts[place]))
        for place in coded
        if (_is_apart(values[place], values[others]) and _is_frequent(place, counts, others))
        or (_is_apart(values[place], values[others], gap=_FAR_GAP) and counts[place] >= _MIN_COUNT)
    ]
    if _zero_is_missing(values[others], counts[others]):
        found.append(ValueCount(0, int(counts[others[0]])))
    return tuple(sorted(found, key=lambda entry: -entry.count))


def _looks_coded(value: float) -> bool:
    return value.is_integer() and abs(value) < 1e15 and _PATTERN.fullmatch(str(int(value))) is not None


def _is_apart(value: float, others: NDArray[np.float64], *, gap: float = _GAP) -> bool:
    """Whether a value is beyond all others, by half their range or by being the only kind of negative number."""
    least, greatest = others[0], others[-1]
    if least <= value <= greatest:
        return False
    if gap == _GAP and value < 0 <= least:
        return True
    return bool(max(least - value, value - greatest) >= gap * (greatest - least))


def _is_frequent(place: int, counts: NDArray[np.int64], others: NDArray[np.int64]) -> bool:
    """Whether a value occurs much more often than those next to it."""
    nearest = others[:_ENDS] if place < others[0] else others[-_ENDS:]
    return bool(counts[place] >= max(_MIN_COUNT, _TIMES_NEIGHBOURS * counts[nearest].mean()))


def _zero_is_missing(values: NDArray[np.float64], counts: NDArray[np.int64]) -> bool:
    """Whether zero, the least of these values, stands for a measurement that was not made.

    A blood pressure of 0 does: all others are far from it beside their own spread, and it is more frequent than those
    that come nearest. Amounts do not, of which some are small, nor what is zero in most rows.
    """
    if values[0] != 0.0 or len(values) <= _MIN_MEASURED or not _is_frequent(0, counts, np.arange(1, len(values))):
        return False
    n_zeros, n_values = counts[0], counts.sum()
    shares = np.cumsum(counts[1:]) / counts[1:].sum()
    low, median, high = values[1:][np.searchsorted(shares, (0.05, 0.5, 0.95))]
    clipped = np.clip(values[1:], low, high)
    centre = np.average(clipped, weights=counts[1:])
    spread = float(np.sqrt(np.average((clipped - centre) ** 2, weights=counts[1:])))
    return bool(
        spread > 0.0
        and n_zeros <= _MAX_ZEROS * n_values
        and values[1] >= _ZERO_GAP * spread
        and median >= _ZERO_TO_MEDIAN * spread
    )
