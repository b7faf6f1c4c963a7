"""Rows to compare splits on: whole groups of a sample, folds across them, and the date that orders them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from prefit.probes.frame import Array
from prefit.probes.instants import as_instants
from prefit.probes.problem import Problem
from prefit.task import Task

__all__ = ["date_column", "group_folds", "random_folds", "some_groups"]

FEWEST_TIMES = 20
"""Fewer different dates order the rows too roughly to cut the future off."""

MOSTLY = 0.9
"""Share of the rows that must have a date for it to be the time of the rows."""

BORN = re.compile(r"birth|born|dob")


def some_groups(table: pa.Table, column: str, max_rows: int, seed: int) -> pa.Table:
    """Return the rows of randomly drawn whole groups, as many as fit; rows without a group are left out."""
    import pandas as pd

    groups, names = pd.factorize(np.asarray(table.column(column).to_pandas(), dtype=object))
    rng = np.random.default_rng(seed)
    rank = rng.permutation(len(names))
    sizes = np.bincount(groups[groups >= 0], minlength=len(names))
    order = np.argsort(rank)
    wanted = np.cumsum(sizes[order]) <= max_rows
    wanted[:3] = True  # large groups: a few of them, cut down below
    rows = np.flatnonzero((groups >= 0) & wanted[rank[groups]])
    return table.take(pa.array(np.sort(rng.permutation(rows)[:max_rows])))


def random_folds(problem: Problem, n_folds: int, rng: np.random.Generator) -> Array:
    """Return the fold of each row, drawn at random and with all classes in each as far as they go."""
    shuffled = rng.permutation(problem.n_rows)
    by_class = shuffled[np.argsort(problem.target[shuffled], kind="stable")] if problem.n_classes else shuffled
    fold = np.empty(problem.n_rows, dtype=np.int64)
    fold[by_class] = np.arange(problem.n_rows) % n_folds
    return fold


def group_folds(problem: Problem, n_folds: int, seed: int) -> Array:
    """Return the fold of each row so that no group is in two, with all classes in each as far as they go."""
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    folds = StratifiedGroupKFold if problem.n_classes else GroupKFold
    splitter = folds(n_folds, shuffle=True, random_state=seed)
    fold = np.empty(problem.n_rows, dtype=np.int64)
    for number, (_, held) in enumerate(splitter.split(np.zeros(problem.n_rows), problem.target, problem.groups)):
        fold[held] = number
    return fold


def date_column(table: pa.Table, task: Task) -> str | None:
    """Return the first date column that most rows have, unless its name says that somebody was born then."""
    for name in task.features_of("datetime"):
        known = np.flatnonzero(np.asarray(table.column(name).is_valid()))
        if len(known) < MOSTLY * table.num_rows or BORN.search(name.lower()):
            continue
        if len(np.unique(as_instants(table.column(name).take(pa.array(known[:1000]))))) >= FEWEST_TIMES:
            return name
    return None
