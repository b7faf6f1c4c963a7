"""What are suspicious columns worth? A boosting probe with and without them, on the same held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence import LeakPrice
from prefit.probes.frame import Array
from prefit.probes.models import Encoder, make_model, quiet
from prefit.probes.problem import Problem, make_problem
from prefit.probes.score import skill
from prefit.probes.split import hold_out
from prefit.task import Task

__all__ = ["leak_price", "scores_of_draws"]

MAX_ROWS = 5_000
RESAMPLES = 1_000


def leak_price(table: pa.Table, task: Task, columns: Sequence[str], seed: int = 0) -> LeakPrice:
    """Measure how much of the held-out skill of a boosting model hangs on some columns.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; at most 5,000 of its rows are used.
    task : Task
    columns : sequence of str
        Features to do without.
    seed : int

    Returns
    -------
    LeakPrice
        `low` and `high` come from 1,000 paired resamples of the held-out rows.

    Raises
    ------
    InputError
        If the rows are too few to fit and score a model, or a column is not a feature.
    """
    strangers = [column for column in columns if column not in task.features]
    if strangers or not columns:
        raise InputError(f"columns must be features of the task; got {strangers or 'none'}. Name features.")
    problem = make_problem(table, task, max_rows=MAX_ROWS, seed=seed)
    split = hold_out(problem, seed)
    train, test = problem.take(split.train), problem.take(split.test)
    target, n_classes = test.target, problem.n_classes
    kept = tuple(feature for feature in task.features if feature not in columns)
    with quiet():
        full = _predicted(train, test, seed)
        reduced = _predicted(_only(train, kept), _only(test, kept), seed) if kept else _constant(train, len(target))
    draws = _draws(target, n_classes, seed)
    constant = 1 / len(np.unique(train.target)) if n_classes else 0.0
    everything = np.ones((1, len(target)))
    with_columns, without = (
        skill(float(scores_of_draws(target, guess, n_classes, everything)[0]), constant) for guess in (full, reduced)
    )
    deltas = scores_of_draws(target, full, n_classes, draws) - scores_of_draws(target, reduced, n_classes, draws)
    low, high = np.quantile(deltas, (0.05, 0.95)) / (1 - constant)
    return LeakPrice(
        columns=tuple(columns),
        with_columns=with_columns,
        without_columns=without,
        delta=with_columns - without,
        low=float(low),
        high=float(high),
    )


def _only(problem: Problem, features: tuple[str, ...]) -> Problem:
    return replace(problem, frame=problem.frame.only(features))


def _predicted(train: Problem, test: Problem, seed: int) -> Array:
    encoder = Encoder(seed)
    model = make_model("boosting", classification=train.n_classes > 0, seed=seed)
    model.fit(encoder.fit_transform(train.frame), train.target)
    return np.asarray(model.predict(encoder.transform(test.frame)))


def _constant(train: Problem, n: int) -> Array:
    """Predict without any column."""
    return np.full(n, np.bincount(train.target).argmax() if train.n_classes else train.target.mean())


def _draws(target: Array, n_classes: int, seed: int) -> Array:
    """Return how often each row is in each resample; classes keep their rows, so that none is ever lost."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((RESAMPLES, len(target)))
    stratum = target if n_classes else np.zeros(len(target))
    strata = [np.flatnonzero(stratum == number) for number in np.unique(stratum)]
    for rows in strata:
        counts[:, rows] = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=RESAMPLES)
    return counts


def scores_of_draws(target: Array, predicted: Array, n_classes: int, draws: Array) -> Array:
    """Return the score of each resample: balanced accuracy, or R² cut at -1."""
    if n_classes:
        hit = (target == predicted).astype(np.float64)
        classes = [target == number for number in np.unique(target)]
        recalls = [draws[:, rows] @ hit[rows] / np.maximum(draws[:, rows].sum(axis=1), 1) for rows in classes]
        return np.asarray(np.mean(recalls, axis=0))
    total = draws.sum(axis=1)
    variance = draws @ target**2 / total - (draws @ target / total) ** 2
    unexplained = draws @ (target - predicted) ** 2 / total
    return np.asarray(np.maximum(-1.0, 1 - unexplained / np.maximum(variance, 1e-300)))
