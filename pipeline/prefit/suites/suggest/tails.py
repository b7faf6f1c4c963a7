"""Beyond which value will hardly a batch of the same source go?"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Reach", "reach_above"]

_CHANCE = 1e-3
"""A whole batch goes beyond the limit this rarely."""

_MAX_SHAPE = 0.6
"""Heavier tails have no limit that is worth writing down."""

_ATOM = 10
"""So many rows at the very end make it an end: were more to come, some of it would have been seen."""


class Reach(NamedTuple):
    """A limit that values will not exceed, and how it was found; None where there is none."""

    limit: float | None
    reason: str


def reach_above(values: NDArray[np.float64], counts: NDArray[np.int64], greatest: float, n_next: float) -> Reach:
    """Extrapolate the upper end of a distribution by the spacings of its largest values.

    Parameters
    ----------
    values, counts : ndarray of shape (n_distinct,)
        Distinct finite values in ascending order, and how many rows of the sample have each.
    greatest : float
        The greatest value of all rows.
    n_next : float
        Rows of the largest batch to come, in units of the sample: rows times the share of rows that was sampled.

    Returns
    -------
    Reach
        A generalised Pareto distribution is fitted to the exceedances of the largest values by probability-weighted
        moments; its shape is taken one standard error up, and never below 0 (an exponential tail). It errs to the far
        side.

    References
    ----------
    Hosking and Wallis, Technometrics 29 (1987), doi:10.1080/00401706.1987.10488243.
    """
    n = int(counts.sum())
    if not math.isfinite(greatest) or n < 20:
        return Reach(None, "")
    if greatest == values[-1] and counts[-1] >= _ATOM and counts[-1] * 200 >= n:
        return Reach(greatest, f"{counts[-1]:,} rows stand at the end itself")
    k = min(max(10, int(1.5 * math.sqrt(n))), n // 4)
    top = _largest(values, counts, k + 1)
    beyond = np.sort(top[1:] - top[0])
    scale, shape = _pareto(beyond)
    if not scale > 0:
        return Reach(None, "")
    shape = max(0.0, shape + 1.3 / math.sqrt(k))
    if shape > _MAX_SHAPE:
        return Reach(None, "")
    odds = max(n_next * k / n / _CHANCE, 2.0)
    distance = scale * (math.log(odds) if shape < 1e-6 else (odds**shape - 1.0) / shape)
    gap = float(top[-1] - top[-2])
    limit = max(float(top[0]) + distance, greatest + gap)
    return Reach(limit, f"extrapolated from the {k} outermost rows (generalised Pareto, shape {shape:.2f})")


def _largest(values: NDArray[np.float64], counts: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return the `k` largest rows in ascending order."""
    last = np.repeat(values[-k:], np.minimum(counts[-k:], k))
    return last[-k:]


def _pareto(beyond: NDArray[np.float64]) -> tuple[float, float]:
    """Fit scale and shape to exceedances in ascending order."""
    k = len(beyond)
    ranks = (np.arange(1, k + 1) - 0.35) / k
    b0, b1 = float(beyond.mean()), float(((1.0 - ranks) * beyond).mean())
    if b0 <= 0.0 or b0 - 2.0 * b1 <= 0.0:
        return b0, 0.0
    return 2.0 * b0 * b1 / (b0 - 2.0 * b1), 2.0 - b0 / (b0 - 2.0 * b1)
