"""How much does a random split flatter? The same rows predicted across it, and across groups or time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence import SplitGap
from prefit.probes.continuation import normal_quantile
from prefit.probes.frame import Array
from prefit.probes.instants import as_instants
from prefit.probes.models import Encoder, make_model, quiet
from prefit.probes.price import scores_of_draws
from prefit.probes.problem import Problem, make_problem
from prefit.probes.score import skill
from prefit.probes.split_rows import date_column, group_folds, random_folds, some_groups
from prefit.task import Task

__all__ = ["group_gap", "time_gap"]

MAX_ROWS = 3_000
FEWEST_ROWS = 24
FOLDS = 3
PAST = 0.5
"""Share of the rows, the earliest ones, that are only learnt from."""

WINDOWS = 2
"""Parts of the rest that are predicted in turn, each from as many rows right before it."""

PARTS = 3
"""Parts of the same rows that are predicted in turn, from a random draw of all other rows."""

TIME_BLOCKS = 40
"""Stretches of the future that are resampled as wholes, since neighbours in time go wrong together."""

RESAMPLES = 1_000

KEPT = 2 / 3
"""Share of the training rows that each repeat draws: what the others change tells the luck of the training (the
delete-d jackknife of Shao & Wu 1989, doi:10.1214/aos/1176347263). It is multiplied by KEPT / (1 - KEPT), and so is the
luck of the folds, whence not more."""

MOST_TREES = 50
FEWEST_ROUNDS = 10
"""Boosting grows a tree per class in each round: fewer rounds for many classes bound the cost of a training."""

LEAVES = 15
"""Half of LightGBM's: some thousand rows fill no more, and a tree costs half."""

MOST_REPEATS = 8
FEWEST_REPEATS = 3


@dataclass(frozen=True, slots=True)
class _Predictions:
    """What both splits predict for the same `rows`, a list entry per repeat; `cluster`: rows that go wrong together."""

    rows: Array
    random: list[Array]
    apart: list[Array]
    cluster: Array


def group_gap(table: pa.Table, task: Task, seed: int = 0, *, as_collected: bool = False) -> SplitGap:
    """Measure what a random split claims beyond one that never cuts a group of ``task.group`` in two.

    Every row is predicted twice by boosting, once from a random draw of the other rows and once from an equal number
    of rows of other groups; both several times over. A row that is alone in its group has the same to learn from in
    both, and counts with one prediction: what differs there is luck.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; whole groups of it, about 3,000 rows, are used.
    task : Task
        With a group column.
    seed : int
    as_collected : bool, default False
        Whether to ask of models trained on these rows only, over which the repeats average, instead of any rows that
        might have been collected to train on.

    Returns
    -------
    SplitGap
        The interval comes from 1,000 resamples of whole groups, and from the differences between the repeats.

    Raises
    ------
    InputError
        If there are fewer than three groups, or too few rows to fit and score a model.
    """
    assert task.group is not None
    problem = make_problem(some_groups(table, task.group, MAX_ROWS, seed), task, seed=seed)
    _enough(problem)
    assert problem.groups is not None
    _, group = np.unique(problem.groups, return_inverse=True)
    n_groups = int(group.max()) + 1
    if n_groups < 3:
        raise InputError(f"group column must hold three groups or more to compare; got {n_groups}. Choose another.")
    n_folds = min(FOLDS, n_groups)
    matrix = _encoded(problem, seed)
    guesses: tuple[list[Array], list[Array]] = ([], [])
    for repeat in range(_n_repeats(problem)):
        rng = np.random.default_rng((seed, repeat))
        folds = random_folds(problem, n_folds, rng), group_folds(problem, n_folds, seed + repeat)
        n_train = problem.n_rows - max(int(np.bincount(fold).max()) for fold in folds)
        n_drawn = n_train if as_collected else round(KEPT * n_train)
        for fold, predictions in zip(folds, guesses, strict=True):
            predicted = np.empty(problem.n_rows, dtype=problem.target.dtype)
            for number in range(n_folds):
                train, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
                predicted[held] = _predict(problem, matrix, _drawn(train, n_drawn, rng), held, seed)
            predictions.append(predicted)
    alone = np.bincount(group)[group] == 1
    for random, apart in zip(*guesses, strict=True):
        apart[alone] = random[alone]
    found = _Predictions(np.arange(problem.n_rows), *guesses, cluster=group)
    return _gap(problem, found, task.group, n_groups, seed, as_collected=as_collected)


def time_gap(table: pa.Table, task: Task, seed: int = 0) -> SplitGap | None:
    """Measure what a random split claims beyond one that learns from the past and is scored on the future.

    The later half of the rows is predicted twice by boosting, once quarter by quarter from as many rows as half the
    table that come right before, and once, in three parts, from a random draw of as many rows of any time. Without
    ``task.time`` the first date column is taken that most rows have and that is no date of birth.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; at most 3,000 of its rows are used.
    task : Task
    seed : int

    Returns
    -------
    SplitGap or None
        None without a time column to split by. The interval comes from 1,000 resamples of stretches of time.

    Raises
    ------
    InputError
        If the rows are too few, or the past or the future of ``task.time`` has one class or value only.
    """
    column = task.time or date_column(table, task)
    if column is None:
        return None
    instants = as_instants(table.column(column))
    in_time = np.argsort(instants, kind="stable")[: np.count_nonzero(~np.isnan(instants))]
    n_times = len(np.unique(instants[in_time]))
    if n_times < 2:
        raise InputError(f"time column {column!r} must hold two times or more; got {n_times}. Choose another --time.")
    dated = table.take(pa.array(in_time))
    problem = make_problem(dated, replace(task, group=None, time=None), max_rows=MAX_ROWS, seed=seed)
    _enough(problem)
    n_train = round(PAST * problem.n_rows)
    past, future = np.arange(n_train), np.arange(n_train, problem.n_rows)
    if min(len(np.unique(problem.target[part])) for part in (past, future)) < 2:
        if task.time is None:
            return None  # a date that nobody declared to be the time of the rows cannot be judged, and need not be
        raise InputError(
            f"time column {column!r} must leave two target values in the earlier half of the rows and in the later; "
            "got one. Add rows, or choose another --time."
        )
    matrix = _encoded(problem, seed)
    random, apart = [], []
    n_drawn = round(KEPT * n_train)
    for repeat in range(_n_repeats(problem)):
        rng = np.random.default_rng((seed, repeat))
        predicted = np.empty(len(future), dtype=problem.target.dtype)
        for part in np.array_split(rng.permutation(future), PARTS):
            others = np.setdiff1d(np.arange(problem.n_rows), part)
            predicted[part - n_train] = _predict(problem, matrix, _drawn(others, n_drawn, rng), part, seed)
        random.append(predicted)
        windows = [
            _predict(problem, matrix, _drawn(np.arange(window[0] - n_train, window[0]), n_drawn, rng), window, seed)
            for window in np.array_split(future, WINDOWS)
        ]
        apart.append(np.concatenate(windows))
    stretch = np.arange(len(future)) * TIME_BLOCKS // len(future)
    return _gap(problem, _Predictions(future, random, apart, cluster=stretch), column, n_times, seed)


def _gap(
    problem: Problem, found: _Predictions, column: str, n_units: int, seed: int, *, as_collected: bool = False
) -> SplitGap:
    """Compare the skills; the variance of the gap is that of the scored rows plus that of the drawn training rows."""
    target, n_classes = problem.target[found.rows], problem.n_classes
    constant = 1 / len(np.unique(target)) if n_classes else 0.0
    n_clusters = int(found.cluster.max()) + 1
    rng = np.random.default_rng(seed)
    times = rng.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), size=RESAMPLES)
    draws = np.vstack([np.ones(n_clusters), times])[:, found.cluster]  # the first row stands for the rows as they are
    random, apart = (
        np.array([scores_of_draws(target, guess, n_classes, draws) for guess in guesses])
        for guesses in (found.random, found.apart)
    )
    gaps = (random - apart) / (1 - constant)  # (n_repeats, 1 + RESAMPLES)
    by_rows = gaps[:, 1:].mean(axis=0).var()
    by_training = gaps[:, 0].var(ddof=1) * (1 / len(gaps) if as_collected else KEPT / (1 - KEPT))
    gap = float(gaps[:, 0].mean())
    margin = normal_quantile(0.95) * sqrt(by_rows + by_training)
    return SplitGap(
        column=column,
        random=skill(float(random[:, 0].mean()), constant),
        apart=skill(float(apart[:, 0].mean()), constant),
        gap=gap,
        low=gap - margin,
        high=gap + margin,
        n_rows=len(target),
        n_units=n_units,
    )


def _n_repeats(problem: Problem) -> int:
    """Return how often both splits are drawn: more often where few rows make them a matter of luck."""
    return min(max(MOST_REPEATS * 500 // problem.n_rows, FEWEST_REPEATS), MOST_REPEATS)


def _drawn(train: Array, n_drawn: int, rng: np.random.Generator) -> Array:
    """Draw the same number of training rows for both splits, some left out so that their luck can be measured."""
    return np.asarray(rng.permutation(train)[:n_drawn])


def _enough(problem: Problem) -> None:
    if problem.n_rows < FEWEST_ROWS:
        raise InputError(
            f"rows with a target must be {FEWEST_ROWS} or more to compare splits; got {problem.n_rows}. Add rows."
        )


def _encoded(problem: Problem, seed: int) -> Array:
    """Return all rows as numbers: one encoding for all trainings, as it does not see the target."""
    with quiet():
        return Encoder(seed).fit_transform(problem.frame)


def _predict(problem: Problem, matrix: Array, train: Array, held: Array, seed: int) -> Array:
    seen = problem.target[train]
    if len(np.unique(seen)) < 2:
        return np.full(len(held), seen[0])
    model = make_model("boosting", classification=problem.n_classes > 0, seed=seed)
    rounds = min(MOST_TREES, max(FEWEST_ROUNDS, MOST_TREES * 3 // max(1, problem.n_classes)))
    model.set_params(n_estimators=rounds, num_leaves=LEAVES)
    with quiet():
        model.fit(matrix[train], seen)
        return np.asarray(model.predict(matrix[held]))
