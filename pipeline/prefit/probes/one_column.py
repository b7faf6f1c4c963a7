"""How well does one column predict the target? Models of a single column, scored out of fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.problem import Problem
from prefit.probes.score import Score, score

__all__ = ["Folds", "make_folds", "tree_score", "value_score"]

FOLDS = 5

MAX_CELLS = 400_000
"""Cells of an embedding that one tree is fitted on: fewer rows for many components."""


@dataclass(frozen=True, slots=True)
class Folds:
    """Fold of each row, target, and weight of each row: the same total weight for each class."""

    fold: Array
    target: Array
    n_classes: int
    weight: Array


def make_folds(problem: Problem, seed: int) -> Folds:
    """Deal the rows, class by class, to the folds; whole groups where there are groups."""
    rng = np.random.default_rng(seed)
    if problem.groups is not None:
        _, group = np.unique(problem.groups, return_inverse=True)
        fold = (rng.permutation(int(group.max()) + 1) % FOLDS)[group]
    else:
        shuffled = rng.permutation(problem.n_rows)
        dealt = shuffled[np.argsort(problem.target[shuffled], kind="stable")] if problem.n_classes else shuffled
        fold = np.empty(problem.n_rows, dtype=np.int64)
        fold[dealt] = np.arange(problem.n_rows) % FOLDS
    weight = np.ones(problem.n_rows)
    if problem.n_classes:
        weight = 1 / np.bincount(problem.target)[problem.target]
    return Folds(fold, problem.target, problem.n_classes, weight)


def tree_score(numbers: Array, folds: Folds) -> Score:
    """Score a decision tree with a few leaves, as many as a target of that many classes or levels takes."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    if np.isnan(numbers).all():
        return value_score(np.zeros(len(numbers), dtype=np.int64), folds)
    maker: Any = DecisionTreeClassifier if folds.n_classes else DecisionTreeRegressor
    options = {"class_weight": "balanced"} if folds.n_classes else {}
    leaves = max(8, 2 * folds.n_classes) if folds.n_classes else 32
    model = maker(max_leaf_nodes=leaves, min_samples_leaf=5, random_state=0, **options)
    rows = np.arange(len(numbers))[: max(500, MAX_CELLS // numbers.shape[1])]
    predicted = np.zeros(len(rows), dtype=folds.target.dtype)
    for fold in range(FOLDS):
        held = folds.fold[rows] == fold
        model.fit(numbers[rows[~held]], folds.target[rows[~held]])
        predicted[held] = model.predict(numbers[rows[held]])
    return score(folds.target[rows], predicted, folds.n_classes)


def value_score(codes: Array, folds: Folds) -> Score:
    """Score the target mean of each value (regression), or its most frequent class when all classes weigh the same."""
    n_values = int(codes.max(initial=0)) + 1
    predicted = np.zeros(len(codes), dtype=folds.target.dtype)
    for fold in range(FOLDS):
        held = folds.fold == fold
        seen, target, weight = codes[~held], folds.target[~held], folds.weight[~held]
        if folds.n_classes:
            cells = np.bincount(seen * folds.n_classes + target, weights=weight, minlength=n_values * folds.n_classes)
            best = cells.reshape(n_values, folds.n_classes).argmax(axis=1)
        else:
            counts = np.bincount(seen, minlength=n_values)
            mean = target.mean()
            best = (np.bincount(seen, weights=target - mean, minlength=n_values) / (counts + 1)) + mean
        predicted[held] = best[codes[held]]
    return score(folds.target, predicted, folds.n_classes)
