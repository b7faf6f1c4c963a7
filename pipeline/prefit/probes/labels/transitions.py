"""Which class is labelled as which other one, how often?"""

from __future__ import annotations

import numpy as np

from prefit.evidence.labels import Transition
from prefit.probes.frame import Array

__all__ = ["transitions"]

DRAWS = 400
MOST_LISTED = 400
"""Pairs of classes that are listed: all of those of 20 classes."""

HALF_A_ROW = 0.5
"""Wrong labels that are taken to have been seen of each pair before any was: none seen is not none there."""


def transitions(
    probabilities: Array, given: Array, wrong: Array, rates: Array, seed: int = 0
) -> tuple[Transition, ...]:
    """Estimate the share of each true class that is labelled as each other one.

    A label that is wrong stands for the class that models predict, or where they predict the label itself for the
    second. How many rows of each pair there are is drawn as often as the rate is, with its own chance.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n_rows, n_classes)
        Out of fold.
    given : ndarray of int, shape (n_rows,)
    wrong : ndarray of float, shape (n_rows,)
        Probability that each label is wrong.
    rates : ndarray of float
        Draws from the posterior of the rate.
    seed : int
    """
    n_classes = probabilities.shape[1]
    rng = np.random.default_rng(seed)
    others = probabilities.copy()
    others[np.arange(len(given)), given] = -1.0
    moved = np.zeros((n_classes, n_classes))
    np.add.at(moved, (others.argmax(axis=1), given), wrong)
    right = np.bincount(given, 1 - wrong, minlength=n_classes)
    pairs = ~np.eye(n_classes, dtype=bool)
    prior = HALF_A_ROW / max(1, n_classes - 1)
    n_moved = moved.sum()
    drawn = np.zeros((DRAWS, n_classes, n_classes))
    for place, rate in enumerate(rng.choice(rates, DRAWS)):
        expected = moved * (rate * len(given) / n_moved if n_moved else 0.0)
        counts = rng.gamma(expected + prior) * pairs
        drawn[place] = counts / np.maximum(counts.sum(axis=1) + right, 1e-9)[:, None]
    low, mean, high = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
    listed = sorted(zip(*np.nonzero(pairs), strict=True), key=lambda pair: -mean[pair])[:MOST_LISTED]
    return tuple(
        Transition(true=int(i), given=int(j), mean=float(mean[i, j]), low=float(low[i, j]), high=float(high[i, j]))
        for i, j in listed
    )
