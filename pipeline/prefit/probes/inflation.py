"""What do copies do to a score? The same rows predicted with their copies in the training rows and without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from prefit.evidence import SplitGap
from prefit.evidence.copies import NearTwins
from prefit.probes.comparable import compared_features, equal_rows
from prefit.probes.frame import Array
from prefit.probes.near import groups_of
from prefit.probes.split_gap import group_gap
from prefit.task import Task

__all__ = ["inflation"]

MAX_ROWS = 3_000
MAX_COPIES = 1_000
"""Rows with a copy that are predicted: all of a table that has few, as only they make the difference."""


def inflation(
    table: pa.Table,
    positions: Array,
    task: Task,
    near: NearTwins | None,
    *,
    n_rows: int | None = None,
    seed: int = 0,
) -> SplitGap:
    """Measure what a random split claims beyond one that keeps equal and nearly equal rows on one side.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; about 3,000 rows are used, up to 1,000 of them in whole groups of copies.
    positions : ndarray of int64
        Row number of each of its rows.
    task : Task
    near : NearTwins or None
        The rows that nearly repeat another; None if only equal ones matter.
    n_rows : int, optional
        Rows of the whole table; default all are in the sample.
    seed : int

    Returns
    -------
    SplitGap
        Of the whole table: what was measured is multiplied by the share of rows with a copy in the table over that
        among the rows used. A sample of a tenth of the rows holds a tenth of the copies of each.

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
    copied = np.bincount(group)[group] > 1
    used = _some_rows(group, copied, seed)
    grouped = table.take(pa.array(used)).append_column(name, pa.array(group[used]))
    gap = group_gap(grouped, replace(task, group=name), seed, as_collected=True)
    in_table = min(1.0, copied.mean() * (n_rows or table.num_rows) / table.num_rows)
    times = float(in_table / copied[used].mean()) if copied.any() else 0.0
    return replace(
        gap, random=gap.apart + gap.gap * times, gap=gap.gap * times, low=gap.low * times, high=gap.high * times
    )


def _some_rows(group: Array, copied: Array, seed: int) -> Array:
    """Return rows to predict: whole groups of copies first, then rows without one."""
    rng = np.random.default_rng(seed)
    rank = rng.permutation(int(group.max()) + 1)[group]
    copies = np.flatnonzero(copied)
    copies = copies[np.argsort(rank[copies], kind="stable")]
    if len(copies) > MAX_COPIES:
        cut = rank[copies[MAX_COPIES]]
        copies = copies[rank[copies] < cut] if rank[copies[0]] < cut else copies[:MAX_COPIES]
    others = rng.permutation(np.flatnonzero(~copied))[: MAX_ROWS - len(copies)]
    return np.sort(np.concatenate([copies, others]))
