"""What may be changed, and how a family is trained with the change."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from prefit.own.model import OwnModel
from prefit.probes.frame import Array
from prefit.probes.models import make_model
from prefit.probes.own import Given, predictions_of

__all__ = ["Change", "Fold", "final_estimator", "predicted"]

PATIENCE = 10
"""Rounds without a gain after which boosting that stops early stops."""

WATCHED_SHARE = 0.15
"""Share of the training rows on which it watches for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of the training, or of what is trained on.

    Attributes
    ----------
    name, title, causes, code : str, str, tuple of str, str
        As :class:`~prefit.evidence.remedies.Remedy` has them.
    family : str
        What is trained: another family than the one to be helped may be the change.
    parameters : mapping
        Parameters of the estimator.
    weighs_classes, stops_early, logs_target, scales : bool
        Rows weigh in inverse proportion to their class; boosting stops where watched rows gain no more; the logarithm
        of the target is learnt; features are replaced by the normal scores of their ranks.
    without_features : tuple of str
    without_rows : bool
        Whether rows with suspicious labels are left out of the training.
    flatters : bool
        Whether the score without the change is too good to be true.
    """

    name: str
    title: str
    causes: tuple[str, ...]
    family: str
    code: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    weighs_classes: bool = False
    stops_early: bool = False
    logs_target: bool = False
    scales: bool = False
    without_features: tuple[str, ...] = ()
    without_rows: bool = False
    flatters: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Rows to train on and rows to predict, encoded once for all changes.

    `owners` names the feature that each column comes from; `suspicious` marks training rows; `given` holds the features
    as the table has them, where an estimator of the user is to be trained.
    """

    matrix: Array
    unseen: Array
    target: Array
    n_classes: int
    owners: tuple[str, ...]
    suspicious: Array
    given: tuple[Given, Given] | None = None


def predicted(change: Change, fold: Fold, own: Mapping[str, OwnModel], seed: int) -> Array:
    """Train with the change and return the predictions of the unseen rows."""
    rows = np.flatnonzero(~fold.suspicious) if change.without_rows else np.arange(len(fold.target))
    kept = np.flatnonzero([owner not in change.without_features for owner in fold.owners])
    matrix, unseen, target = fold.matrix[np.ix_(rows, kept)], fold.unseen[:, kept], fold.target[rows]
    if change.family in own:
        return _of_own(change, fold, own[change.family], (matrix, unseen), rows, seed)
    model = make_model(change.family, classification=fold.n_classes > 0, seed=seed)
    final_estimator(model).set_params(**change.parameters)
    if change.scales:
        model.set_params(standardscaler=_ranks(len(target), seed))
    if change.logs_target:
        model = _of_logarithm(model)
    fitted = _fitted(model, change, matrix, target, seed)
    return np.asarray(fitted.predict(unseen))


def final_estimator(model: Any) -> Any:
    """Return the estimator inside of pipelines and transformed targets, whose parameters a change sets."""
    if hasattr(model, "steps"):
        return final_estimator(model.steps[-1][1])
    return final_estimator(model.regressor) if hasattr(model, "regressor") else model


def _fitted(model: Any, change: Change, matrix: Array, target: Array, seed: int) -> Any:
    if change.family == "neural" and change.weighs_classes:
        weights = (len(target) / np.bincount(target))[target]
        return model.fit(matrix, target, mlpclassifier__sample_weight=weights / weights.mean())
    if change.family == "boosting" and change.stops_early:
        return _stopped_early(model, matrix, target, seed)
    return model.fit(matrix, target)


def _stopped_early(model: Any, matrix: Array, target: Array, seed: int) -> Any:
    """Fit boosting on all but some rows, until these gain no more."""
    from lightgbm import early_stopping

    order = np.random.default_rng(seed).permutation(len(target))
    n_watched = max(1, round(WATCHED_SHARE * len(target)))
    watched, learnt = order[:n_watched], order[n_watched:]
    watched = watched[np.isin(target[watched], target[learnt])] if target.dtype.kind == "i" else watched
    if not len(watched):
        return model.fit(matrix, target)
    stopping = early_stopping(PATIENCE, verbose=False)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The argument 'eval_set' is deprecated")  # older versions have no other
        held = [(matrix[watched], target[watched])]
        return model.fit(matrix[learnt], target[learnt], eval_set=held, callbacks=[stopping])


def _ranks(n_rows: int, seed: int) -> Any:
    from sklearn.preprocessing import QuantileTransformer

    return QuantileTransformer(n_quantiles=min(1000, n_rows), output_distribution="normal", random_state=seed)


def _of_logarithm(model: Any) -> Any:
    from sklearn.compose import TransformedTargetRegressor

    return TransformedTargetRegressor(model, func=np.log1p, inverse_func=np.expm1, check_inverse=False)


def _of_own(change: Change, fold: Fold, own: OwnModel, matrices: tuple[Array, Array], rows: Array, seed: int) -> Array:
    """Train the user's estimator with the change."""
    assert fold.given is not None
    train, test = fold.given[0].take(rows), fold.given[1]
    train, test = (part.without(change.without_features) for part in (train, test))
    changed = OwnModel(own.name, lambda: _changed(own.make(), change, len(rows), seed))
    return predictions_of(changed, (train, test), matrices, fold.target[rows], seed)[1]


def _changed(estimator: Any, change: Change, n_rows: int, seed: int) -> Any:
    if change.parameters:
        estimator.set_params(**change.parameters)
    if change.scales:
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline

        # The name keeps it from being taken for a pipeline of the user, which begins with the columns of the table.
        impute = SimpleImputer(strategy="median", keep_empty_features=True)
        estimator = Encoded(make_pipeline(impute, _ranks(n_rows, seed), estimator))
    return _of_logarithm(estimator) if change.logs_target else estimator


class Encoded:
    """A pipeline that starts from prefit's matrix, and not from the columns of the table."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline

    def fit(self, rows: Array, target: Array) -> Encoded:
        """Fit the pipeline."""
        self.pipeline.fit(rows, target)
        return self

    def predict(self, rows: Array) -> Any:
        """Predict by the pipeline."""
        return self.pipeline.predict(rows)
