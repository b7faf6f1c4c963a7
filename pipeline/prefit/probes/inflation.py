"""What do copies do to a score? The same rows predicted with their copies in the training rows and without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from prefit.copies import NearTwins
from prefit.evidence import SplitGap
from prefit.probes.comparable import compared_features, equal_rows
from prefit.probes.frame import Array
from prefit.probes.near import groups_of
from prefit.probes.split_gap import group_gap
from prefit.task import Task

__all__ = ["inflation"]


def inflation(table: pa.Table, positions: Array, task: Task, near: NearTwins | None, seed: int = 0) -> SplitGap:
    """Measure what a random split claims beyond one that keeps equal and nearly equal rows on one side.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; whole groups of copies, about 3,000 rows, are used.
    positions : ndarray of int64
        Row number of each of its rows.
    task : Task
    near : NearTwins or None
        The rows that nearly repeat another; None if only equal ones matter.
    seed : int

    Raises
    ------
    InputError
        If there are too few rows to fit and score a model.
    """
    group = equal_rows(table, compared_features(task))[1]
    if near is not None and len(near.positions):
        found = np.searchsorted(positions, near.positions)
        first = found[np.unique(near.groups, return_index=True)[1]][near.groups]
        group = groups_of(np.column_stack([group[first], group[found]]), int(group.max()) + 1)[group]
    name = "copies"
    while name in table.column_names:
        name += "_"
    return group_gap(table.append_column(name, pa.array(group)), replace(task, group=name), seed)
