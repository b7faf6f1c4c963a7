"""Class probabilities of every row from models that have not seen it, nor a copy of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem

__all__ = ["out_of_fold"]

FOLDS = 5

NEIGHBOURS = 15
TREES = 100

TRUST = 50.0
"""A model whose log-loss over all rows is this much higher than that of the best one weighs 1/e of it."""

SMALLEST = 1e-3
"""Probabilities are not taken for smaller than this: one sure error must not decide on a model."""


def out_of_fold(problem: Problem, *, kept: Array | None = None, seed: int = 0) -> Array:
    """Predict each row by models of three kinds that were fitted on the other folds.

    Rows of one group, and rows whose features are all equal, lie in the same fold. The models are extremely randomized
    trees, logistic regression and nearest neighbours; how much each counts follows from its log-loss on these rows.

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
    n, n_classes = problem.n_rows, problem.n_classes
    kept = np.ones(n, dtype=bool) if kept is None else kept
    fold = _folds(problem, seed)
    with quiet():
        matrix = Encoder(seed).fit_transform(problem.frame)
        guesses = np.zeros((len(_MODELS), n, n_classes))
        for number in range(FOLDS):
            train, held = np.flatnonzero((fold != number) & kept), np.flatnonzero(fold == number)
            if not len(held):
                continue
            taught = np.unique(problem.target[train])
            if len(taught) == 1:  # one group holds all rows of the other classes
                guesses[np.ix_(range(len(_MODELS)), held, taught)] = 1.0
                continue
            for guess, make in zip(guesses, _MODELS, strict=True):
                model = make(seed, len(train)).fit(matrix[train], problem.target[train])
                guess[np.ix_(held, model.classes_)] = model.predict_proba(matrix[held])
    return _weighted(guesses, problem.target, kept)


def _weighted(guesses: Array, target: Array, kept: Array) -> Array:
    rows = np.flatnonzero(kept)
    given = np.clip(guesses[:, rows, target[rows]], SMALLEST, 1.0)
    loss = -np.log(given).sum(axis=1)
    weights = np.exp(-(loss - loss.min()) / TRUST)
    return np.asarray(np.tensordot(weights / weights.sum(), guesses, axes=1))


def _folds(problem: Problem, seed: int) -> Array:
    """Deal groups and copies out as wholes, those of each class evenly."""
    together = _twins(problem) if problem.groups is None else problem.groups
    _, first, group = np.unique(together, return_index=True, return_inverse=True)
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(first))
    by_class = shuffled[np.argsort(problem.target[first[shuffled]], kind="stable")]
    fold = np.empty(len(first), dtype=np.int64)
    fold[by_class] = np.arange(len(first)) % FOLDS
    return fold[group]


def _twins(problem: Problem) -> Array:
    """Number the rows so that those with equal features have the same number."""
    import pandas as pd

    frame = problem.frame.other.copy()
    for place, values in enumerate(problem.frame.numeric.T):
        frame[f"n{place}"] = values
    return np.asarray(pd.util.hash_pandas_object(frame, index=False))


def _trees(seed: int, _n_rows: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    return _imputed(ExtraTreesClassifier(TREES, min_samples_leaf=2, random_state=seed, n_jobs=1), scaled=False)


def _linear(seed: int, _n_rows: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return _imputed(LogisticRegression(max_iter=300, random_state=seed))


def _neighbours(_seed: int, n_rows: int) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return _imputed(KNeighborsClassifier(min(NEIGHBOURS, n_rows)))


_MODELS = (_trees, _linear, _neighbours)


def _imputed(model: Any, *, scaled: bool = True) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    impute = SimpleImputer(strategy="median", keep_empty_features=True)
    return make_pipeline(impute, StandardScaler(), model) if scaled else make_pipeline(impute, model)
