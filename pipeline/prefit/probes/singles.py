"""How well does each column alone predict the target? One-column models, scored out of fold."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pyarrow as pa

from prefit.evidence import SingleFeature
from prefit.probes.continuation import normal_quantile
from prefit.probes.frame import Array, Frame
from prefit.probes.models import quiet
from prefit.probes.one_column import Folds, make_folds, tree_score, value_score
from prefit.probes.problem import Problem, make_problem
from prefit.probes.score import Score, skill
from prefit.probes.traces import date_traces, text_traces
from prefit.task import Task

__all__ = ["single_features"]

MAX_ROWS = 10_000
MAX_COLUMNS = 200
"""Columns that get a model of their own. Of a wider table, those that screening finds most related to the target."""

TRACED_VALUES = 40
"""Fewer different texts are categories, each of which speaks for itself."""

FEWEST_RANKED = 10
"""Fewer rows are in order by chance."""

SCREENING_BINS = 8
Z = normal_quantile(0.95)


def single_features(table: pa.Table, task: Task, seed: int = 0) -> tuple[SingleFeature, ...]:
    """Measure the skill of each feature alone, and of its being missing.

    Numbers and dates get a small decision tree; texts, categories and booleans the weighted target mean of each
    value. Both are fitted on four fifths of the rows and predict the rest, so that an identifier, whose values do
    not come again, has none, unless its words, its letters at either end, its digits or its length tell: a tree looks
    for that. Dates are also looked at as the time since other dates, and the ranks of numbers are compared with those
    of a number to predict.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; at most 10,000 of its rows are used.
    task : Task
    seed : int

    Returns
    -------
    tuple of SingleFeature
        One per feature, in table order; of more than 200, the 200 most related to the target by the share of its
        variance that eight bins of the column explain.

    Raises
    ------
    InputError
        If the target has not two values to tell apart.
    """
    problem = make_problem(table, task, max_rows=MAX_ROWS, seed=seed)
    folds = make_folds(problem, seed)
    constant = 1 / problem.n_classes if problem.n_classes else 0.0
    wanted = set(_screened(problem, task.features))
    with quiet():
        return tuple(
            _measure(feature, problem.frame, folds, constant) for feature in task.features if feature in wanted
        )


def _measure(feature: str, frame: Frame, folds: Folds, constant: float) -> SingleFeature:
    numbers, categories, missing = _column(frame, feature)
    value, low, high = _skill(
        tree_score(numbers, folds) if categories is None else value_score(categories, folds), constant
    )
    if categories is not None and numbers.shape[1] > 1:
        traced = _skill(tree_score(numbers, folds), constant)
        if traced[1] > max(value, 0.0):  # the better of two is better by chance, too
            value, low, high = traced
    if not folds.n_classes and numbers.shape[1] == 1 and categories is None:
        in_order = _rank_skill(numbers[:, 0], folds.target)
        if in_order[1] > max(value, 0.0):
            value, low, high = in_order
    if missing.all() or not missing.any():
        return SingleFeature(column=feature, skill=value, low=low, high=high)
    missing_value, missing_low, missing_high = (
        _class_of_the_missing(missing, folds)
        if folds.n_classes > 2
        else _skill(value_score(missing.astype(np.int64), folds), constant)
    )
    return SingleFeature(
        column=feature,
        skill=value,
        low=low,
        high=high,
        missing_skill=missing_value,
        missing_low=missing_low,
        missing_high=missing_high,
    )


def _rank_skill(numbers: Array, target: Array) -> tuple[float, float, float]:
    """Return the share of the variance of the ranks that a column and a number to predict have in common.

    Of a number with a long tail, a few rows decide the squared error of any model: its logarithm tells it completely,
    and a tree of the logarithm is sure of little. The interval of the rank correlation is that of Bonett & Wright
    (2000), doi:10.1007/BF02294183; rows without a value get the middle rank, since they tell nothing.
    """
    from scipy.stats import rankdata

    known = np.isfinite(numbers)
    n_rows = len(numbers)
    if n_rows < FEWEST_RANKED or len(np.unique(numbers[known])) < 2:
        return 0.0, 0.0, 0.0
    ranks = np.full(n_rows, (known.sum() + 1) / 2)
    ranks[known] = rankdata(numbers[known])
    r = min(abs(float(np.corrcoef(ranks, rankdata(target))[0, 1])), 1 - 1e-9)
    margin = Z * sqrt((1 + r**2 / 2) / (n_rows - 3))
    return r**2, max(0.0, float(np.tanh(np.arctanh(r) - margin))) ** 2, float(np.tanh(np.arctanh(r) + margin)) ** 2


def _class_of_the_missing(missing: Array, folds: Folds) -> tuple[float, float, float]:
    """Return how well being missing tells one class from the rest, for the class that it tells best, with its interval.

    Yes or no cannot tell three classes apart, so that the skill over all of them would be low however plain the leak.
    The figure is the difference of the shares of missing rows in the class and in the rest, which for two classes is
    the skill; its interval (Agresti & Caffo 2000, doi:10.1080/00031305.2000.10474560) is widened for the choice.
    """
    n_rows = np.bincount(folds.target, minlength=folds.n_classes)
    n_missing = np.bincount(folds.target, weights=missing, minlength=folds.n_classes)
    inside, inside_rows = (n_missing + 1) / (n_rows + 2), n_rows + 2
    rest_rows = n_rows.sum() - n_rows + 2
    rest = (n_missing.sum() - n_missing + 1) / rest_rows
    gap = np.abs(inside - rest)
    variance = inside * (1 - inside) / inside_rows + rest * (1 - rest) / rest_rows
    margin = np.sqrt((Z**2 + 2 * log(folds.n_classes / 2)) * variance)
    told = int(np.argmax(gap - margin))
    return float(gap[told]), float(gap[told] - margin[told]), float(min(1.0, gap[told] + margin[told]))


def _skill(found: Score, constant: float) -> tuple[float, float, float]:
    """Return the skill of a score, and its 90 % interval."""
    value = skill(found.value, constant)
    margin = Z * sqrt(found.variance) / (1 - constant)
    return value, value - margin, min(1.0, value + margin)


def _column(frame: Frame, feature: str) -> tuple[Array, Array | None, Array]:
    """Return a feature as numbers (n_rows, width), as codes of its values if it has any, and where it is missing.

    A text of many values is both: what its values have in common (:func:`text_traces`), and which value it is.
    """
    import pandas as pd

    own = [k for k, owner in enumerate(frame.numeric_owners) if owner == feature]
    if own:
        numbers = frame.numeric[:, own]
        missing: Array = np.asarray(np.isnan(numbers).all(axis=1))
        present = numbers[~missing]
        is_flag = len(own) == 1 and len(present) > 0 and bool(((present == 0) | (present == 1)).all())
        return numbers, np.where(missing, 2, numbers[:, 0]).astype(np.int64) if is_flag else None, missing
    series = frame.other[f"c{frame.other_owners.index(feature)}"]
    missing = np.asarray(series.isna())
    if series.dtype.kind == "M":
        return date_traces(frame, feature), None, missing
    codes, values = pd.factorize(series, use_na_sentinel=False)
    return text_traces(series) if len(values) > TRACED_VALUES else np.empty((len(codes), 0)), codes, missing


def _screened(problem: Problem, features: tuple[str, ...]) -> list[str]:
    """Choose the features to model: texts and dates, and the numbers whose bins explain most of the target."""
    if len(features) <= MAX_COLUMNS:
        return list(features)
    frame = problem.frame
    columns = [frame.numeric_owners.index(owner) for owner in dict.fromkeys(frame.numeric_owners)]
    strength = _explained(frame.numeric[:, columns], problem)
    ranked = [frame.numeric_owners[columns[k]] for k in np.argsort(-strength, kind="stable")]
    return (list(dict.fromkeys(frame.other_owners)) + ranked)[:MAX_COLUMNS]


def _explained(numbers: Array, problem: Problem) -> Array:
    """Return the variance of the target (of its class indicators) that lies between eight equal bins of each column."""
    target = np.eye(problem.n_classes)[problem.target] if problem.n_classes else problem.target[:, None]
    target = (target - target.mean(axis=0)) / np.maximum(target.std(axis=0), 1e-12)
    rows = np.arange(len(numbers))[: max(500, 20_000_000 // max(1, numbers.shape[1]))]
    ranks = np.argsort(np.argsort(numbers[rows], axis=0, kind="stable"), axis=0, kind="stable")
    bins = ranks * SCREENING_BINS // len(rows)
    between = np.zeros(numbers.shape[1])
    for number in range(SCREENING_BINS):
        inside = (bins == number).astype(np.float32)
        sums = inside.T @ target[rows]
        between += (sums**2).mean(axis=1) / np.maximum(inside.sum(axis=0), 1)
    return between
