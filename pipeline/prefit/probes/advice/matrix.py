"""The sample as numbers: encoded and imputed, not scaled, with folds that keep groups, copies and time apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem, kept_together

__all__ = ["Numbers", "entropy", "folds", "numbers_of", "standardized"]

FOLDS = 5

FINEST = 10
"""Parts into which the rows are dealt; folds are made of one or of two of them."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a plan is given: features before any scaling, target, and the fold of each row.

    `target` holds class numbers (`n_classes` > 0) or values; `fold` is below :data:`FINEST`; `owners` are the features
    that the columns come from.
    """

    matrix: Array
    target: Array
    n_classes: int
    fold: Array
    owners: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.target)

    def take(self, rows: Array) -> Numbers:
        """Return the given rows."""
        return Numbers(self.matrix[rows], self.target[rows], self.n_classes, self.fold[rows], self.owners)

    @property
    def fills_folds(self) -> bool:
        """Whether each of five folds has rows: those of fewer groups, or fewer rows, do not."""
        return len(np.unique(self.fold * FOLDS // FINEST)) == FOLDS

    def parts(self, number: int, n_folds: int = FOLDS) -> tuple[Array, Array]:
        """Return the rows to train on and those to hold out in one of 5 or 10 folds."""
        held = self.fold * n_folds // FINEST == number
        return np.flatnonzero(~held), np.flatnonzero(held)


def numbers_of(problem: Problem, *, seed: int = 0) -> Numbers:
    """Encode the rows; what is missing becomes the median of its column."""
    encoder = Encoder(seed)
    with quiet():
        matrix = encoder.fit_transform(problem.frame).astype(np.float64)
    gaps = np.isnan(matrix)
    with np.errstate(all="ignore"):
        filled = np.array(
            [np.median(column[~gap]) if not gap.all() else 0.0 for column, gap in zip(matrix.T, gaps.T, strict=True)]
        )
    matrix = np.where(gaps, filled, matrix) if len(filled) else matrix
    return Numbers(matrix, problem.target, problem.n_classes, folds(problem, seed), encoder.owners)


def folds(problem: Problem, seed: int) -> Array:
    """Deal the rows out to folds: blocks in time, or whole groups and copies, those of each class evenly.

    Fewer than 10 groups go into every other part, so that each of five folds has one where there are five.
    """
    if problem.order is not None:
        fold = np.empty(problem.n_rows, dtype=np.int64)
        fold[problem.order] = np.arange(problem.n_rows) * FINEST // problem.n_rows
        return fold
    _, first, group = np.unique(kept_together(problem), return_index=True, return_inverse=True)
    shuffled = np.random.default_rng(seed).permutation(len(first))
    by_class = shuffled[np.argsort(problem.target[first[shuffled]], kind="stable")] if problem.n_classes else shuffled
    fold = np.empty(len(first), dtype=np.int64)
    dealt = np.arange(len(first))
    fold[by_class] = dealt % FINEST if len(first) >= FINEST else dealt % FOLDS * (FINEST // FOLDS)
    return fold[group]


def standardized(train: Array, *others: Array) -> tuple[Array, ...]:
    """Return matrices in standard deviations from the mean of the first; constant columns become 0."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    varies = std > 1e-12 * np.maximum(np.abs(mean), 1.0)
    scale = np.where(varies, std, np.inf)
    return tuple((part - mean) / scale for part in (train, *others))


def entropy(target: Array, n_classes: int) -> float:
    """Return the loss of the best constant predictor in nats: the entropy of the class shares."""
    shares = np.bincount(target, minlength=n_classes) / len(target)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
