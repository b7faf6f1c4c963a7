"""Values that a target cannot have, by what all others are: codes for "missing", and wrong signs."""

from __future__ import annotations

import numpy as np

from prefit.probes.frame import Array
from prefit.profiling.facts.sentinels import sentinels

__all__ = ["impossible"]

MOST, MOST_CODED = 0.02, 0.1
"""Share of negative values, and of a code, from which they are no exception any more."""

FEWEST_AT_END = 0.05
"""Share of the values at the least one, from which this is where the quantity ends: a count of nought."""

SKEWED = 2.0
"""An upper half so many times wider than the lower one is that of an amount, which has no sign."""


def impossible(target: Array) -> Array:
    """Say which values stand for "missing", and which are negative though all others are amounts or counts.

    A quantity ends at nought where it piles up there, or where its spread shrinks towards nought: prices and waiting
    times do, temperatures and profits do not.

    Parameters
    ----------
    target : ndarray of float, shape (n_rows,)

    Returns
    -------
    ndarray of bool, shape (n_rows,)
    """
    found = _coded(target)
    negative = (target < 0) & ~found
    others = target[(target >= 0) & ~found]
    if 0 < negative.sum() <= MOST * len(target) and len(others) and _ends_at_nought(others, target[negative]):
        found |= negative
    return np.asarray(found)


def _coded(target: Array) -> Array:
    values, counts = np.unique(target, return_counts=True)
    codes = [entry.value for entry in sentinels(values, counts) if entry.count <= MOST_CODED * len(target)]
    return np.isin(target, np.array(codes, dtype=float))


def _ends_at_nought(others: Array, negative: Array) -> bool:
    if (others == others.min()).mean() >= FEWEST_AT_END and others.min() in (0.0, 1.0):
        return True
    low, middle, high = np.quantile(others, [0.05, 0.5, 0.95])
    closer = (others < np.median(-negative)).sum()  # of a tail that reaches below nought, more values lie just above
    return bool(low > 0 and high - middle > SKEWED * (middle - low) and closer < len(negative))
