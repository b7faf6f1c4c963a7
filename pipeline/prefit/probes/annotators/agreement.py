"""How far annotators agree beyond chance."""

from __future__ import annotations

import numpy as np

from prefit.probes.frame import Array

__all__ = ["alpha", "alpha_interval"]

DRAWS = 400

MOST_BLOCKS = 2_000
"""Items that are drawn one by one at most."""


def alpha(counts: Array) -> float:
    """Return Krippendorff's alpha for classes, 1 less the disagreement observed over the one that chance gives.

    NaN where all labels are of one class: nothing tells agreement from habit then.

    Parameters
    ----------
    counts : ndarray of float, shape (n_items, n_classes)
        How often each item was given each class; items with a single label say nothing and are left out.

    References
    ----------
    Hayes & Krippendorff (2007), doi:10.1080/19312450709336664.

    Examples
    --------
    >>> alpha(np.array([[2.0, 0.0], [0.0, 2.0]]))
    1.0
    """
    observed, totals = _parts(counts)
    return _alpha(float(observed.sum()), totals.sum(axis=0))


def alpha_interval(counts: Array, seed: int, level: float = 0.9) -> tuple[float, float]:
    """Return the interval of alpha by drawing items again; from -1 to 1 where it cannot be said."""
    observed, totals = _in_blocks(*_parts(counts), seed)
    n_items = len(totals)
    times = np.random.default_rng(seed).multinomial(n_items, np.full(n_items, 1 / max(1, n_items)), size=DRAWS)
    sums = times.astype(float) @ np.column_stack([observed, totals])
    drawn = np.array([_alpha(float(each[0]), each[1:]) for each in sums])
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return -1.0, 1.0
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _in_blocks(observed: Array, totals: Array, seed: int) -> tuple[Array, Array]:
    """Put many items together at random, a block to be drawn for an item: sums vary as much, and take less time."""
    n_items = len(observed)
    if n_items <= MOST_BLOCKS:
        return observed, totals
    shuffled = np.random.default_rng(seed).permutation(n_items)
    first = np.arange(MOST_BLOCKS) * n_items // MOST_BLOCKS
    return np.add.reduceat(observed[shuffled], first), np.add.reduceat(totals[shuffled], first, axis=0)


def _parts(counts: Array) -> tuple[Array, Array]:
    """Return the disagreeing pairs of each item, in units of labels, and how often it was given each class."""
    totals = counts[counts.sum(axis=1) >= 2]
    n = totals.sum(axis=1)
    agreeing = (totals * (totals - 1)).sum(axis=1)
    return (n * (n - 1) - agreeing) / np.maximum(n - 1, 1), totals


def _alpha(observed: float, totals: Array) -> float:
    n = totals.sum()
    expected = (n * n - (totals**2).sum()) / max(n - 1, 1)
    return float(1 - observed / expected) if expected > 0 else float("nan")
