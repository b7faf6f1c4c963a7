"""Numbers predicted for every row by models that have not seen it, and how far off they usually are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.labels.steady import steadily
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem, kept_together

__all__ = ["FOLDS", "Predictions", "Predictor"]

FOLDS = 5
TREES = 60

SHARPNESS = 4.0
"""A model whose usual error is 25 % larger than that of the best one weighs about 1/e of it."""

LEAF_OF_SPREAD = 20
"""Rows that the usual error of a place is averaged over at least."""

LEAST_SPREAD = 0.1
"""The usual error of no place is taken for smaller than this share of that of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What is predicted and the usual error there, row by row, and the models that say so, for other rows.

    Attributes
    ----------
    predicted, spread : ndarray of float, shape (n_rows,)
    models : tuple of tuple
        Fitted without each fold: those that predict, and last the one of the error.
    weights : ndarray of float
        How much each of those that predict counts.
    least_spread : float
    """

    predicted: Array
    spread: Array
    models: tuple[tuple[Any, ...], ...]
    weights: Array
    least_spread: float

    def of(self, matrix: Array, fold: Array) -> tuple[Array, Array]:
        """Return the prediction for other rows and the usual error there, from models without the fold of each."""
        guesses = np.zeros((len(self.weights) + 1, len(matrix)))
        for number, models in enumerate(self.models):
            rows = np.flatnonzero(fold == number)
            for place, model in enumerate(models if len(rows) else ()):
                guesses[place, rows] = steadily(model, "predict", matrix[rows])
        predicted = (self.weights[:, None] * guesses[:-1]).sum(axis=0)  # a product of matrices rounds by their size
        return predicted, np.maximum(np.exp(guesses[-1]), self.least_spread)


class Predictor:
    """Predicts the rows of a problem out of fold; rows of one group, and copies, lie in one fold."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self.seed = seed
        self.encoder = Encoder(seed)
        with quiet():
            self.matrix = self.encoder.fit_transform(problem.frame)
        _, group = np.unique(kept_together(problem), return_inverse=True)
        self.fold = (np.random.default_rng(seed).permutation(group.max() + 1) % FOLDS)[group]

    def predict(self, target: Array, kept: Array) -> Predictions:
        """Predict a target, learning from the rows that are `kept` alone.

        Parameters
        ----------
        target : ndarray of float, shape (n_rows,)
        kept : ndarray of bool, shape (n_rows,)
        """
        found = [self._out_of_fold(make, target, kept) for make in _MODELS]
        guesses = np.stack([guess for guess, _ in found])
        errors = np.median(np.abs(guesses[:, kept] - target[kept]), axis=1)
        weights = (max(errors.min(), 1e-12) / np.maximum(errors, 1e-12)) ** SHARPNESS
        weights /= weights.sum()
        predicted = weights @ guesses
        off = np.abs(target - predicted)
        usual = max(float(np.median(off[kept])), 1e-12)
        spread, of_spread = self._out_of_fold(_spreads, np.log(np.maximum(off, usual * 1e-2)), kept)
        return Predictions(
            predicted=predicted,
            spread=np.maximum(np.exp(spread), usual * LEAST_SPREAD),
            models=tuple(zip(*(models for _, models in found), of_spread, strict=True)),
            weights=weights,
            least_spread=usual * LEAST_SPREAD,
        )

    def _out_of_fold(self, make: Any, target: Array, kept: Array) -> tuple[Array, list[Any]]:
        """Predict each row by a model that was fitted without its fold, and return these models."""
        guess, models = np.full(len(target), np.median(target[kept])), []
        with quiet():
            for number in range(FOLDS):
                train, held = np.flatnonzero((self.fold != number) & kept), np.flatnonzero(self.fold == number)
                if not len(train):  # what is kept lies in this fold alone
                    models.append(_middle().fit(self.matrix[kept], target[kept]))
                    continue
                models.append(make(self.seed).fit(self.matrix[train], target[train]))
                if len(held):
                    guess[held] = models[-1].predict(self.matrix[held])
        return guess, models


def _middle() -> Any:
    from sklearn.dummy import DummyRegressor

    return DummyRegressor(strategy="median")


def _trees(seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    trees = ExtraTreesRegressor(TREES, min_samples_leaf=2, max_features=0.4, random_state=seed, n_jobs=1)
    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), trees)


def _boosting(seed: int) -> Any:
    import lightgbm

    return lightgbm.LGBMRegressor(
        objective="huber", random_state=seed, n_jobs=1, verbose=-1, deterministic=True, force_col_wise=True
    )


def _linear(seed: int) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    impute = SimpleImputer(strategy="median", keep_empty_features=True)
    return make_pipeline(impute, StandardScaler(), Ridge(random_state=seed))


_MODELS = (_trees, _boosting, _linear)


def _spreads(seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    trees = ExtraTreesRegressor(
        TREES // 2, min_samples_leaf=LEAF_OF_SPREAD, max_features=0.4, random_state=seed, n_jobs=1
    )
    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), trees)
