"""Does the position of a row tell its target? A file sorted by the target breaks every split that does not shuffle."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from math import sqrt

import numpy as np
import pyarrow as pa

from prefit.evidence import RowOrder
from prefit.probes.continuation import normal_quantile
from prefit.probes.frame import Array
from prefit.probes.instants import as_instants
from prefit.probes.models import quiet
from prefit.probes.one_column import make_folds, tree_score, value_score
from prefit.probes.problem import make_problem
from prefit.probes.score import skill
from prefit.task import Task

__all__ = ["row_order"]

MAX_ROWS = 20_000
BLOCKS = 5
"""Consecutive blocks, as a five-fold split without shuffling makes them."""

LEVELS = 10
"""Equal stretches of the table whose mean targets predict a number: few, so that seasons are no order."""

MAX_DATES = 2_000
"""Rows, evenly spaced, that tell whether a date column orders the table."""

SORTED = 0.95
"""Rank correlation with the row number from which the rows count as sorted by a date."""


def row_order(table: pa.Table, task: Task, seed: int = 0) -> RowOrder:
    """Measure how well the position of a row predicts its target.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample in table order; at most 20,000 of its rows are used.
    task : Task
    seed : int

    Raises
    ------
    InputError
        If the target has not two values to tell apart.

    Notes
    -----
    Classes are told by a decision tree of twice as many leaves as classes (eight at least), the ranks of numbers by
    their means in ten equal stretches of the table: a long tail, all of it in the last stretch, hides no order. Both
    see the sorted file and the slow drift, and not the short runs that a random draw, or an even spread over all
    blocks, makes harmless.
    """
    place = _new_name(table)
    positions = pa.array(np.arange(table.num_rows, dtype=np.float64))
    alone = Task(
        target=task.target,
        kind=task.kind,
        features=(place,),
        kinds={place: "numeric"},
    )
    problem = make_problem(table.append_column(place, positions), alone, max_rows=MAX_ROWS, seed=seed)
    if not problem.n_classes:
        problem = replace(problem, target=_ranks(problem.target))
    constant = 1 / problem.n_classes if problem.n_classes else 0.0
    rank = np.arange(problem.n_rows)
    with quiet():
        folds = make_folds(problem, seed)
        if problem.n_classes:
            found = tree_score(rank[:, None].astype(np.float32), folds)
        else:
            found = value_score(rank * LEVELS // problem.n_rows, folds)
    value = skill(found.value, constant)
    margin = normal_quantile(0.95) * sqrt(found.variance) / (1 - constant)
    return RowOrder(
        skill=value,
        low=value - margin,
        high=min(1.0, value + margin),
        n_rows=problem.n_rows,
        classes_missed=_classes_missed(problem.target, problem.n_classes) if problem.n_classes else None,
        changes=_changes(problem.target, problem.n_classes) if problem.n_classes else None,
        in_order=None if problem.n_classes else _in_order(problem.target),
        sorted_by=_sorted_by(table, task),
    )


def _new_name(table: pa.Table) -> str:
    name = "row"
    while name in table.column_names:
        name += "_"
    return name


def _classes_missed(target: Array, n_classes: int) -> float:
    """Return the share of classes that a block lacks on average, beyond what an equal random draw would lack."""
    block = np.arange(len(target)) * BLOCKS // len(target)
    there = np.bincount(block * n_classes + target, minlength=BLOCKS * n_classes) > 0
    by_chance = (1 - 1 / BLOCKS) ** np.bincount(target, minlength=n_classes)
    return max(0.0, float((~there).mean() - by_chance.mean()))


def _changes(target: Array, n_classes: int) -> float:
    """Return how often the class changes from row to row, as a multiple of what random order gives."""
    shares = np.bincount(target, minlength=n_classes) / len(target)
    by_chance = (1 - float((shares**2).sum())) * len(target) / (len(target) - 1)
    return float((target[1:] != target[:-1]).mean()) / by_chance


def _ranks(values: Array) -> Array:
    """Return the ranks of numbers, equal ones sharing theirs."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=np.float64)


def _in_order(values: Array) -> float:
    """Return the share of the rows in the longest part of the table that never falls, or never rises.

    Patience sorting (Schensted 1961, doi:10.4153/CJM-1961-015-3). Of n different values in random order it holds about
    2 / sqrt(n), and little more where they drift and have noise.
    """
    return max(_longest_rise(values), _longest_rise(-values)) / len(values)


def _longest_rise(values: Array) -> int:
    ends: list[float] = []
    for value in values.tolist():
        place = bisect_right(ends, value)
        ends[place : place + 1] = [value]
    return len(ends)


def _sorted_by(table: pa.Table, task: Task) -> str | None:
    """Return the date column that the rows are in the order of, from the earliest or from the latest."""
    few = table.take(pa.array(np.unique(np.linspace(0, table.num_rows - 1, MAX_DATES).astype(np.int64))))
    for name in task.features_of("datetime"):
        instants = as_instants(few.column(name))
        known = np.flatnonzero(~np.isnan(instants))
        values, rank = np.unique(instants[known], return_inverse=True)
        if len(values) >= LEVELS and abs(np.corrcoef(rank, known)[0, 1]) >= SORTED:
            return name
    return None
