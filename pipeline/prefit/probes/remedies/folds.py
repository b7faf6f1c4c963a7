"""Folds to compare a training with and without a change on, and the interval of the gain."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from statistics import NormalDist

import numpy as np

from prefit.finding import Effect
from prefit.probes.frame import Array
from prefit.probes.problem import Problem, kept_together
from prefit.probes.score import metric_name

__all__ = ["FOLDS", "folds", "gain"]

FOLDS = 5

LUCK = 1.1
"""How much the standard deviation grows by the luck of the trainings, whose rows overlap from fold to fold."""


def folds(problem: Problem, repeats: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """Yield training rows and held-out rows of each fold, repeat by repeat.

    Rows of one group, and copies, lie in the same fold (see :func:`prefit.probes.problem.kept_together`), and fewer
    than five groups leave folds empty; classes, and small and large
    numbers, are dealt evenly. Rows that have an order in time are predicted from earlier ones.
    """
    if problem.order is not None:
        parts = np.array_split(problem.order, FOLDS + 1)
        for number in range(1, FOLDS + 1):
            yield np.sort(np.concatenate(parts[:number])), np.sort(parts[number])
        return
    _, first, group = np.unique(kept_together(problem), return_index=True, return_inverse=True)
    for repeat in range(repeats):
        shuffled = np.random.default_rng(seed + repeat).permutation(len(first))
        by_target = shuffled[np.argsort(problem.target[first[shuffled]], kind="stable")]
        fold = np.empty(len(first), dtype=np.int64)
        fold[by_target] = np.arange(len(first)) % FOLDS
        for number in range(FOLDS):
            held = fold[group] == number
            yield np.flatnonzero(~held), np.flatnonzero(held)


def gain(target: Array, before: Array, after: Array, n_classes: int, n_tried: int) -> Effect:
    """Return the gain of the score from one set of out-of-fold predictions to another, with its interval.

    Its variance is that of the rows' own differences, enlarged for the luck of the trainings. The interval holds at
    90 % for `n_tried` comparisons at once, since it is the best of them that is looked at.

    Parameters
    ----------
    target : ndarray, shape (n_rows,)
    before, after : ndarray, shape (n_repeats, n_rows)
        Predictions of the same rows by trainings on the same folds.
    n_classes, n_tried : int
    """
    delta, variance = (_of_classes if n_classes else _of_numbers)(target, before, after)
    half = NormalDist().inv_cdf(1 - 0.05 / max(1, n_tried)) * LUCK * sqrt(variance)
    return Effect(metric=metric_name(n_classes), delta=delta, low=delta - half, high=delta + half)


def _of_classes(target: Array, before: Array, after: Array) -> tuple[float, float]:
    """Return the gain of the balanced accuracy, and its variance over samples of the rows of each class.

    One gain and one loss are added, so that few rows of a class that agree are not taken for certain.
    """
    differences = ((after == target).astype(float) - (before == target)).mean(axis=0)
    by_class = [differences[target == number] for number in np.unique(target)]
    variances = [((each**2).sum() + 2) / (len(each) + 2) - each.mean() ** 2 for each in by_class]
    variance = sum(max(0.0, var) / len(each) for var, each in zip(variances, by_class, strict=True))
    return float(np.mean([each.mean() for each in by_class])), float(variance) / len(by_class) ** 2


def _of_numbers(target: Array, before: Array, after: Array) -> tuple[float, float]:
    """Return the gain of R², and its variance: that of the difference of squared errors to squared deviations."""
    errors, others = (((guess - target) ** 2).mean(axis=0) for guess in (before, after))
    deviations = (target - target.mean()) ** 2
    spread = max(float(deviations.mean()), 1e-300)
    scores = [max(-1.0, 1 - float(each.mean()) / spread) for each in (errors, others)]
    influence = (errors - others - (errors.mean() - others.mean()) / spread * deviations) / spread
    return scores[1] - scores[0], min(1.0, float(influence.var()) / len(target))
