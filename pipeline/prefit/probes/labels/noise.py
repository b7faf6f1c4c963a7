"""From the row sample to the share of wrong labels, and to the rows that have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.labels import LabelNoise, Suspects
from prefit.probes.frame import Array
from prefit.probes.labels.lapse import noise_of
from prefit.probes.labels.out_of_fold import out_of_fold
from prefit.probes.problem import Problem, make_problem
from prefit.task import Task

__all__ = ["label_noise"]

MAX_ROWS = 5_000
FEWEST_ROWS = 50
FEWEST_IN_CLASS = 10

ACT, REVIEW = 0.5, 0.2
"""Probability of a wrong label from which a row is to be acted on, or looked at."""

MOST_SHIFTED = 5.0
"""The log odds of a wrong label are shifted by no more than this, so that the order of suspicion is never lost."""

MOST_OF_CLASS = 0.5
"""Share of a class that may be suspected at most: models do not know a rare class, which makes it look wrong."""


def label_noise(table: pa.Table, positions: Array, task: Task, *, seed: int = 0) -> LabelNoise:
    """Estimate how many labels are wrong, and how probably each is.

    Models of three kinds predict each row out of fold. How their agreement with the labels grows with their sureness
    tells wrong labels from classes that overlap (see :mod:`prefit.probes.labels.lapse`), whence the rate. A second
    round, learnt without the rows whose labels are wrong more probably than not, tells which rows these are.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; at most 5,000 of its rows are used.
    positions : ndarray of int64
        Row number of each of its rows.
    task : Task
        Of classification.
    seed : int

    Raises
    ------
    InputError
        If fewer than 50 rows are left of the classes of ten rows or more, or fewer than two such classes.
    """
    problem = _of_frequent_classes(make_problem(table, task, max_rows=MAX_ROWS, seed=seed))
    first = out_of_fold(problem, seed=seed)
    noise = noise_of(first, problem.target, seed)
    kept = ~_capped(noise.wrong >= ACT, noise.wrong, problem.target)
    second = first if kept.all() else out_of_fold(problem, kept=kept, seed=seed)
    wrong = _summing_to(noise.mean, noise.wrong if kept.all() else noise_of(second, problem.target, seed).wrong)
    assert problem.rows is not None
    return LabelNoise(
        mean=noise.mean,
        low=noise.low,
        high=noise.high,
        ambiguity=noise.ambiguity,
        n_rows=problem.n_rows,
        classes=_class_values(table, problem, task),
        suspects=_ranked(second, problem.target, wrong, positions[problem.rows]),
    )


def _of_frequent_classes(problem: Problem) -> Problem:
    """Leave out classes of so few rows that no model can learn them from the other folds."""
    counts = np.bincount(problem.target, minlength=problem.n_classes)
    learnable = counts >= FEWEST_IN_CLASS
    kept = problem.take(np.flatnonzero(learnable[problem.target]))
    if learnable.sum() < 2 or kept.n_rows < FEWEST_ROWS:
        raise InputError(
            f"rows must be {FEWEST_ROWS} or more, of two classes of {FEWEST_IN_CLASS} rows or more, to look for wrong "
            f"labels; got {kept.n_rows} rows of {int(learnable.sum())} such classes. Add rows."
        )
    return kept.renumbered()


def _capped(doubted: Array, wrong: Array, given: Array) -> Array:
    """Doubt no more than half of a class: those of its rows that are wrong most probably."""
    doubted = doubted.copy()
    for number in np.unique(given):
        of_class = np.flatnonzero(given == number)
        by_suspicion = of_class[np.argsort(-wrong[of_class], kind="stable")]
        doubted[by_suspicion[int(MOST_OF_CLASS * len(of_class)) :]] = False
    return doubted


def _summing_to(rate: float, wrong: Array) -> Array:
    """Multiply the odds of all rows alike, so that as many labels are expected to be wrong as the rate says.

    The second round ranks rows better than the first, but it has chosen its rows by the first: its own rate is biased.
    """
    odds = np.clip(wrong, 0.0, 1 - 1e-9) / (1 - np.clip(wrong, 0.0, 1 - 1e-9))
    least, most = -MOST_SHIFTED, MOST_SHIFTED
    for _ in range(40):
        middle = (least + most) / 2
        shifted = odds * np.exp(middle)
        least, most = (middle, most) if (shifted / (1 + shifted)).mean() < rate else (least, middle)
    shifted = odds * np.exp((least + most) / 2)
    return np.asarray(shifted / (1 + shifted))


def _ranked(probabilities: Array, given: Array, wrong: Array, positions: Array) -> Suspects:
    """Put the rows in the order of suspicion; where it is equal, those that the models are surer of come first."""
    rows = np.arange(len(given))
    others = probabilities.copy()
    others[rows, given] = -1.0
    margin = probabilities[rows, given] - others.max(axis=1)
    order = np.lexsort((positions, margin, -wrong))
    suspected = _capped(wrong >= REVIEW, wrong, given)
    tier = np.where(suspected, np.where(wrong >= ACT, 2, 1), 0)
    return Suspects(
        positions=positions[order],
        given=given[order],
        suggested=probabilities.argmax(axis=1)[order],
        score=wrong[order],
        tier=tier[order].astype(np.int64),
    )


def _class_values(table: pa.Table, problem: Problem, task: Task) -> tuple[Any, ...]:
    """Return the value of the target that each class number stands for."""
    assert problem.rows is not None
    assert task.target is not None
    _, first = np.unique(problem.target, return_index=True)
    return tuple(table.column(task.target).take(pa.array(problem.rows[first])).to_pylist())
