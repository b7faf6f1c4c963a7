"""Class probabilities of every row from models that have not seen it, nor a copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.errors import InputError
from prefit.probes.frame import Array
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem, kept_together

__all__ = ["MEMBERS", "Guessed", "deal", "guess", "out_of_fold"]

FOLDS = 5

NEIGHBOURS = 15
TREES, FEWEST_TREES = 100, 10

MOST_BYTES = 250_000_000
"""Memory that a forest may take: each of its leaves holds a number for each class."""

TRUST = 50.0
"""A model whose log-loss over all rows is this much higher than that of the best one weighs 1/e of it."""

SMALLEST = 1e-3
"""Probabilities are not taken for smaller than this: one sure error must not decide on a model."""

LEAST_WEIGHT = 0.01
"""Models that weigh less than this are not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessed:
    """What models say of rows that they have not seen.

    Attributes
    ----------
    probabilities : ndarray of float, shape (n_rows, n_classes)
    votes : ndarray of int, shape (n_members, n_rows)
        Class that each of :data:`MEMBERS` predicts.
    weights : ndarray of float, shape (n_members,)
        How much each of them counts.
    models : tuple of tuple
        The fitted members for each fold; empty unless they were to be kept.
    """

    probabilities: Array
    votes: Array
    weights: Array
    models: tuple[tuple[Any, ...], ...] = ()


def out_of_fold(problem: Problem, *, kept: Array | None = None, seed: int = 0) -> Array:
    """Predict each row by models of three kinds that were fitted on the other folds.

    Rows of one group, and copies, lie in the same fold (see :func:`prefit.probes.problem.kept_together`). The models
    are extremely randomized trees, logistic regression and nearest neighbours; how much each counts follows from its
    log-loss on these rows.

    Parameters
    ----------
    problem : Problem
        Of classification.
    kept : ndarray of bool, shape (n_rows,), optional
        Rows to fit on; all rows are predicted. Default: all.
    seed : int

    Returns
    -------
    ndarray of float, shape (n_rows, n_classes)
    """
    with quiet():
        matrix = Encoder(seed).fit_transform(problem.frame)
        return guess(matrix, problem, deal(problem, seed), kept=kept, seed=seed).probabilities


def guess(
    matrix: Array,
    problem: Problem,
    fold: Array,
    *,
    kept: Array | None = None,
    seed: int = 0,
    keep_models: bool = False,
) -> Guessed:
    """Predict each row as :func:`out_of_fold` does, from encoded features and folds that were dealt before.

    Parameters
    ----------
    matrix : ndarray, shape (n_rows, n_columns)
    problem : Problem
    fold : ndarray of int, shape (n_rows,)
    kept, seed
        As for :func:`out_of_fold`.
    keep_models : bool
        Whether the models are needed for other rows.
    """
    kept = np.ones(problem.n_rows, dtype=bool) if kept is None else kept
    guesses = np.zeros((len(MEMBERS), problem.n_rows, problem.n_classes))
    models = []
    for number in range(FOLDS):
        train, held = np.flatnonzero((fold != number) & kept), np.flatnonzero(fold == number)
        if not len(train):  # what is left lies in this fold alone: class shares are all that is known
            fitted = (_shares(matrix, problem.target),) * len(MEMBERS)
        else:
            fitted = _fitted(matrix[train], problem.target[train], seed)
        for member, model in enumerate(fitted if len(held) else ()):
            guesses[member][np.ix_(held, model.classes_)] = model.predict_proba(matrix[held])
        models.append(fitted)
    weights = _weights(guesses, problem.target, kept)
    combined = np.asarray(np.tensordot(weights, guesses, axes=1))
    return Guessed(
        probabilities=combined,
        votes=guesses.argmax(axis=2),
        weights=weights,
        models=tuple(models) if keep_models else (),
    )


def _fitted(matrix: Array, target: Array, seed: int) -> tuple[Any, ...]:
    if len(np.unique(target)) == 1:  # one group holds all rows of the other classes
        return (_shares(matrix, target),) * len(MEMBERS)
    return tuple(make(seed, target).fit(matrix, target) for make in MEMBERS)


def _shares(matrix: Array, target: Array) -> Any:
    from sklearn.dummy import DummyClassifier

    return DummyClassifier().fit(matrix, target)


def _weights(guesses: Array, target: Array, kept: Array) -> Array:
    rows = np.flatnonzero(kept)
    given = np.clip(guesses[:, rows, target[rows]], SMALLEST, 1.0)
    loss = -np.log(given).sum(axis=1)
    weights = np.exp(-(loss - loss.min()) / TRUST)
    weights[weights < LEAST_WEIGHT] = 0.0
    return np.asarray(weights / weights.sum())


def deal(problem: Problem, seed: int) -> Array:
    """Deal groups and copies out as wholes to the folds, those of each class evenly.

    Raises
    ------
    InputError
        If all rows are of one group, or equal in all features.
    """
    if len(np.unique(problem.frame.row_keys())) < 2:
        raise InputError(
            "features must tell some rows from others to look for wrong labels; got the same values, or none, in all "
            "rows. Keep a column that varies."
        )
    _, first, group = np.unique(kept_together(problem), return_index=True, return_inverse=True)
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(first))
    by_class = shuffled[np.argsort(problem.target[first[shuffled]], kind="stable")]
    fold = np.empty(len(first), dtype=np.int64)
    fold[by_class] = np.arange(len(first)) % FOLDS
    if len(first) < 2:
        raise InputError(
            "group column must hold two groups or more to look for wrong labels; got 1, and no model may learn of a "
            "group what it is asked. Choose another --group, or none."
        )
    return fold[group]


def _trees(seed: int, target: Array) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    affordable = MOST_BYTES // (8 * len(target) * len(np.unique(target)))
    n_trees = max(FEWEST_TREES, min(TREES, affordable))
    return _imputed(ExtraTreesClassifier(n_trees, min_samples_leaf=2, random_state=seed, n_jobs=1), scaled=False)


def _linear(seed: int, _target: Array) -> Any:
    from sklearn.linear_model import LogisticRegression

    return _imputed(LogisticRegression(max_iter=300, random_state=seed))


def _neighbours(_seed: int, target: Array) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return _imputed(KNeighborsClassifier(min(NEIGHBOURS, len(target))))


MEMBERS: Sequence[Any] = (_trees, _linear, _neighbours)
"""Makers of the models, from a seed and the classes of the rows to fit on."""


def _imputed(model: Any, *, scaled: bool = True) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    impute = SimpleImputer(strategy="median", keep_empty_features=True)
    return make_pipeline(impute, StandardScaler(), model) if scaled else make_pipeline(impute, model)
