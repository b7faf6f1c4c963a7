"""Which class is labelled as which other one, how often?"""

from __future__ import annotations

import numpy as np

from prefit.evidence.labels import Transition
from prefit.probes.frame import Array

__all__ = ["transitions"]

DRAWS = 400
MOST_LISTED = 400
"""Pairs of classes that are listed, and the chances of which are drawn: all of those of 20 classes."""

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
    prior = HALF_A_ROW / max(1, n_classes - 1)
    n_moved = moved.sum()
    shown = np.argsort(np.where(np.eye(n_classes, dtype=bool), -1.0, moved).ravel())[::-1]
    true, seen = np.divmod(shown[: min(MOST_LISTED, n_classes * (n_classes - 1))], n_classes)
    n_others = n_classes - 1 - np.bincount(true, minlength=n_classes)
    moved_to_others = moved.sum(axis=1) - np.bincount(true, moved[true, seen], minlength=n_classes)
    drawn = np.zeros((DRAWS, len(true)))
    for place, rate in enumerate(rng.choice(rates, DRAWS)):
        scale = rate * len(given) / n_moved if n_moved else 0.0
        counts = rng.gamma(moved[true, seen] * scale + prior)
        others_of_class = rng.gamma(np.maximum(moved_to_others, 0.0) * scale + n_others * prior)
        of_class = np.bincount(true, counts, minlength=n_classes) + others_of_class + right
        drawn[place] = counts / np.maximum(of_class, 1e-9)[true]
    low, mean, high = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
    return tuple(
        Transition(true=int(true[k]), given=int(seen[k]), mean=float(mean[k]), low=float(low[k]), high=float(high[k]))
        for k in np.argsort(-mean, kind="stable")
    )
