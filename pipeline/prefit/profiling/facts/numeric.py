"""Quantiles, outliers and disguised missing values of a numeric column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.facts.sentinels import sentinels
from prefit.profiling.tally import Tally
from prefit.profiling.values import NumericFacts

__all__ = ["PROBABILITIES", "finite_counts", "numeric_facts", "weighted_quantiles"]

PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_FAR = 5.0


def finite_counts(tally: Tally) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the distinct finite numbers in ascending order, and their counts."""
    floats = np.asarray(tally.values.cast(pa.float64(), safe=False))
    finite = np.isfinite(floats)
    floats, counts = floats[finite], tally.counts[finite]
    order = np.argsort(floats, kind="stable")
    return floats[order], counts[order]


def weighted_quantiles(
    values: NDArray[np.float64], counts: NDArray[np.int64], probabilities: tuple[float, ...]
) -> NDArray[np.float64]:
    """Return the values below which the given shares of the rows lie: values that occur, none in between."""
    ends = np.cumsum(counts)
    wanted = np.asarray(probabilities) * ends[-1]
    quantiles: NDArray[np.float64] = values[np.searchsorted(ends, wanted, side="left").clip(0, len(values) - 1)]
    return quantiles


def numeric_facts(tally: Tally) -> NumericFacts:
    """Describe the finite numbers of the row sample.

    Parameters
    ----------
    tally : Tally
        Distinct numbers of the row sample.

    Returns
    -------
    NumericFacts
        Quantiles are values that occur in the sample.
    """
    values, counts = finite_counts(tally)
    if len(values) == 0:
        return NumericFacts(n_values=0)
    n_values = int(counts.sum())
    quantiles = weighted_quantiles(values, counts, PROBABILITIES)
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
        disguised=sentinels(values, counts),
        integer_valued=bool((values == np.rint(values)).all()),
    )
