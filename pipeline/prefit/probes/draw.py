"""A random subset of the rows that loses no class."""

from __future__ import annotations

import numpy as np

from prefit.probes.frame import Array

__all__ = ["draw"]

LEAST_OF_CLASS = 20
"""Rows of each class that are kept, or all there are: of a class with fewer nothing can be learnt or said."""


def draw(target: Array, n_classes: int, n_rows: int, *, seed: int = 0) -> Array:
    """Return that many places, ascending, drawn at random; of rare classes as many as can be, up to 20.

    Parameters
    ----------
    target : ndarray, shape (n,)
    n_classes : int
        0 for regression.
    n_rows : int
        At most n.
    seed : int

    Examples
    --------
    >>> draw(np.array([0, 0, 0, 0, 0, 0, 0, 1]), 2, 4).tolist()[-1]
    7
    """
    order = np.random.default_rng(seed).permutation(len(target))
    if not n_classes:
        return np.sort(order[:n_rows])
    least = min(LEAST_OF_CLASS, max(1, n_rows // (2 * n_classes)))
    by_class = np.argsort(target[order], kind="stable")
    counts = np.bincount(target, minlength=n_classes)
    rank = np.empty(len(target), dtype=np.int64)  # among the rows of the same class, as they are drawn
    rank[by_class] = np.arange(len(target)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(order[np.argsort(rank >= least, kind="stable")][:n_rows])
