"""Can a model tell the test rows from the training rows? If it can, scores on one do not speak for the other."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence import DomainTest
from prefit.probes.continuation import normal_quantile
from prefit.probes.frame import Array, feature_frame
from prefit.probes.models import Encoder, make_model, quiet
from prefit.task import Task

__all__ = ["domain_test"]

MAX_ROWS = 3_000
FEWEST_ROWS = 20
FOLDS = 3
BINS = 63
"""Bins of a feature: as good as LightGBM's 255 on some thousand rows, at a third of the cost."""

MOST_DRIVERS = 10


def domain_test(train_table: pa.Table, test_table: pa.Table, task: Task, seed: int = 0) -> DomainTest:
    """Train a boosting classifier to tell two tables apart by the features that both have.

    Parameters
    ----------
    train_table, test_table : pyarrow.Table
        Row samples; at most 3,000 rows of each are used.
    task : Task
    seed : int

    Returns
    -------
    DomainTest
        ROC AUC out of fold: 0.5 = the rows look alike, 1 = each row gives itself away. `drivers` are the columns by
        which the model decided, with their shares of its gain, largest first.

    Raises
    ------
    InputError
        If a table has fewer than 20 rows, or if they have no feature in common.

    References
    ----------
    Hanley and McNeil (1982), https://doi.org/10.1148/radiology.143.1.7063747, for the interval.
    Lopez-Paz and Oquab (2017), https://openreview.net/forum?id=SJkXfE5xx, for the test.
    """
    features = [name for name in task.features if name in train_table.column_names and name in test_table.column_names]
    if not features:
        raise InputError("test data must share a feature with the training data; got none. Compare the column names.")
    fewest = min(train_table.num_rows, test_table.num_rows)
    if fewest < FEWEST_ROWS:
        raise InputError(f"tables must have {FEWEST_ROWS} rows or more to be told apart; got {fewest}. Add rows.")
    rng = np.random.default_rng(seed)
    frames = [feature_frame(_some_rows(table, rng), features, task) for table in (train_table, test_table)]
    both = frames[0].stack(frames[1])
    target = np.repeat([0, 1], [frame.n_rows for frame in frames])
    fold = np.concatenate([rng.permutation(frame.n_rows) % FOLDS for frame in frames])
    probability = np.zeros(len(target))
    gains = dict.fromkeys(features, 0.0)
    with quiet():
        encoder = Encoder(seed)
        matrix = encoder.fit_transform(both)  # once for all folds: it does not see which table a row is of
        for number in range(FOLDS):
            held, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
            model = make_model("boosting", classification=True, seed=seed)
            model.set_params(class_weight="balanced", importance_type="gain", max_bin=BINS)
            model.fit(matrix[rest], target[rest])
            probability[held] = model.predict_proba(matrix[held])[:, 1]
            for owner, gain in zip(encoder.owners, model.feature_importances_, strict=True):
                gains[owner] += float(gain)
    auc = _auc(target, probability)
    margin = normal_quantile(0.95) * _auc_std(auc, frames[0].n_rows, frames[1].n_rows)
    return DomainTest(auc=auc, low=max(0.0, auc - margin), high=min(1.0, auc + margin), drivers=_drivers(gains))


def _some_rows(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    if table.num_rows <= MAX_ROWS:
        return table
    return table.take(pa.array(np.sort(rng.permutation(table.num_rows)[:MAX_ROWS])))


def _drivers(gains: dict[str, float]) -> tuple[tuple[str, float], ...]:
    total = sum(gains.values())
    ranked = sorted(gains.items(), key=lambda item: -item[1])[:MOST_DRIVERS]
    return tuple((column, gain / total) for column, gain in ranked if gain > 0)


def _auc(target: Array, probability: Array) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(target, probability))


def _auc_std(auc: float, n_negative: int, n_positive: int) -> float:
    """Return the standard deviation of an AUC after Hanley and McNeil."""
    one = auc / (2 - auc) - auc**2
    two = 2 * auc**2 / (1 + auc) - auc**2
    variance = auc * (1 - auc) + (n_positive - 1) * one + (n_negative - 1) * two
    return sqrt(max(variance, 0.0) / (n_negative * n_positive))
