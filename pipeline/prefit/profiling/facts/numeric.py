"""Quantiles, outliers and disguised missing values of a numeric column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.facts.numbers import Numbers
from prefit.profiling.facts.sentinels import sentinels
from prefit.profiling.values import NumericFacts

__all__ = ["PROBABILITIES", "numeric_facts"]

PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_FAR = 5.0
_TIMES_FARTHER = 10.0


def numeric_facts(numbers: Numbers) -> NumericFacts:
    """Describe the finite numbers of the row sample.

    Parameters
    ----------
    numbers : Numbers
        Those of the row sample.

    Returns
    -------
    NumericFacts
        Quantiles are values that occur in the sample.
    """
    values, counts = numbers
    if len(values) == 0:
        return NumericFacts(n_values=0)
    n_values = int(counts.sum())
    quantiles = numbers.quantiles(PROBABILITIES)
    by_probability = dict(zip(PROBABILITIES, quantiles.tolist(), strict=True))
    centre = by_probability[0.5]
    with np.errstate(over="ignore", invalid="ignore"):
        clipped = np.clip(values, by_probability[0.05], by_probability[0.95])
        robust_std = float(np.sqrt(np.average((clipped - np.average(clipped, weights=counts)) ** 2, weights=counts)))
        if not np.isfinite(robust_std) or np.ptp(clipped) == 0.0:
            robust_std = 0.0
        distances = np.abs(values - centre) / robust_std if robust_std else np.zeros(len(values))
    return NumericFacts(
        n_values=n_values,
        quantiles=by_probability,
        robust_std=robust_std,
        outlier_fraction=float(counts[distances > _FAR].sum() / n_values),
        max_robust_z=float(distances.max()),
        stray_fraction=_strays(distances, counts) / n_values,
        disguised=sentinels(values, counts),
        integer_valued=numbers.whole,
    )


def _strays(distances: NDArray[np.float64], counts: NDArray[np.int64]) -> int:
    """Count the far values beyond the first wide gap: a long tail thins out and leaves none.

    Distances fall and then rise: turned round, those that fall are a second run that rises, which merge quickly.
    """
    if distances.max(initial=0.0) <= _FAR:
        return 0
    middle = int(distances.argmin())
    turned = np.concatenate([np.arange(middle)[::-1], np.arange(middle, len(distances))])
    outer = turned[distances[turned] >= 1.0]
    order = outer[np.argsort(distances[outer], kind="stable")]
    far, rows = distances[order], counts[order]
    gaps = np.flatnonzero((far[1:] > _FAR) & (far[1:] >= _TIMES_FARTHER * far[:-1]))
    return int(rows[1 + gaps[0] :].sum()) if len(gaps) else 0
