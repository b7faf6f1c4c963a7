"""How far the distributions of two numeric columns lie apart, from their profiles alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.checks.columns import all_counted, present_top
from prefit.profiling.values import ColumnProfile

__all__ = ["CumulativeDifference", "cumulative_difference"]

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class CumulativeDifference:
    """The largest difference of two cumulative shares, the share where it is found (mean of both), and what blurs it.

    `blur` bounds the error of reading cumulative shares between quantiles: the share of the rows that hold the most
    frequent value, which lies on one side of a quantile or the other; 0 when all values are counted.
    """

    distance: float
    share: float
    blur: float


def cumulative_difference(train: ColumnProfile, test: ColumnProfile) -> CumulativeDifference:
    """Compare two numeric columns by their counted values where both are complete, else by their quantiles."""
    both = (train, test)
    if all(all_counted(column) for column in both):
        curves = [_counted(column) for column in both]
        blur = 0.0
        at = np.union1d(curves[0][0], curves[1][0])
        shares = [np.concatenate(([0.0], share))[np.searchsorted(value, at, side="right")] for value, share in curves]
    else:
        curves = [_quantiles(column) for column in both]
        blur = max(_largest_atom(column) for column in both)
        at = np.union1d(curves[0][0], curves[1][0])
        shares = [np.interp(at, value, share, left=0.0, right=1.0) for value, share in curves]
    if not at.size:
        return CumulativeDifference(0.0, 0.5, blur)
    widest = int(np.argmax(np.abs(shares[0] - shares[1])))
    first, second = float(shares[0][widest]), float(shares[1][widest])
    return CumulativeDifference(abs(first - second), (first + second) / 2, blur)


def _counted(column: ColumnProfile) -> tuple[Array, Array]:
    """Return the values in order and the share of the rows up to each."""
    counts = sorted((float(entry.value), entry.count) for entry in present_top(column))
    values, rows = (np.array(part, dtype=np.float64) for part in zip(*counts, strict=True))
    return values, np.cumsum(rows) / rows.sum()


def _quantiles(column: ColumnProfile) -> tuple[Array, Array]:
    quantiles = column.numeric.quantiles if column.numeric is not None else {}
    probabilities = sorted(quantiles)
    return np.array([quantiles[p] for p in probabilities], dtype=np.float64), np.array(probabilities, dtype=np.float64)


def _largest_atom(column: ColumnProfile) -> float:
    return max((entry.count for entry in present_top(column)), default=0) / max(1, column.n_present)
