"""What is to be learnt from the row sample: features, target, groups and order in time, row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prefit.errors import InputError
from prefit.probes.draw import draw
from prefit.probes.frame import Array, Frame, as_dates, as_numbers, as_texts, feature_frame, is_text
from prefit.probes.own import Given, as_given
from prefit.task import Task

__all__ = ["MOST_COPIES", "TWINS_AGREE", "Problem", "class_labels", "kept_together", "make_problem"]

TWINS_AGREE = 0.95
"""Share of the rows with equal features that must agree in the target for them to be copies."""

MOST_COPIES = 0.75
"""Share of the rows to train on that equal a held-out row from which the table repeats itself by nature."""

HELD_OUT = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Features and target of the rows that have a target.

    Attributes
    ----------
    frame : Frame
    target : ndarray, shape (n_rows,)
        Class numbers 0 to n_classes - 1 (int64), or float64 values.
    n_classes : int
        0 for regression.
    groups : ndarray of int64 or None
        Number of the group of each row; rows without a group are a group of their own each.
    order : ndarray of int64 or None
        Rows from the earliest to the latest; rows without a time first.
    rows : ndarray of int64 or None
        Row of the table that each comes from.
    given : Given or None
        The features as the table has them, where estimators of the user are to be trained.
    notes : tuple of str
        What was left out, one sentence each.
    """

    frame: Frame
    target: Array
    n_classes: int
    groups: Array | None = None
    order: Array | None = None
    rows: Array | None = None
    given: Given | None = None
    notes: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.target)

    def take(self, rows: Array) -> Problem:
        """Return the given rows; their order in time is kept."""
        ranks = None
        if self.order is not None:
            ranks = np.empty(self.n_rows, dtype=np.int64)
            ranks[self.order] = np.arange(self.n_rows)
        return Problem(
            frame=self.frame.take(rows),
            target=self.target[rows],
            n_classes=self.n_classes,
            groups=None if self.groups is None else self.groups[rows],
            order=None if ranks is None else np.argsort(ranks[rows], kind="stable"),
            rows=None if self.rows is None else self.rows[rows],
            given=None if self.given is None else self.given.take(rows),
            notes=self.notes,
        )

    def renumbered(self) -> Problem:
        """Return the same rows with classes numbered from 0 without a gap."""
        values, target = np.unique(self.target, return_inverse=True)
        return replace(self, target=target.astype(np.int64), n_classes=len(values))


def make_problem(
    table: pa.Table,
    task: Task,
    *,
    max_rows: int | None = None,
    seed: int = 0,
    given: bool = False,
    keep_classes: bool = False,
) -> Problem:
    """Turn a row sample into features and target.

    Rows without a target are left out, and so are classes of a single row, which cannot be both learnt and scored.

    Parameters
    ----------
    table : pyarrow.Table
    task : Task
        With a target and a kind.
    max_rows : int, optional
        Use a random subset of this many rows.
    seed : int
    given : bool, default False
        Keep the features as the table has them as well.
    keep_classes : bool, default False
        Draw the subset so that no class is lost, however rare.

    Raises
    ------
    InputError
        If there is no feature, if fewer than two classes or values remain, or if the target of a regression holds
        something else than numbers.
    """
    if not task.features:
        raise InputError("features must name at least one column; got none. Keep a column that a model may learn from.")
    target, n_classes, present = _target(table, task)
    rows = np.flatnonzero(present)
    notes = []
    if n_classes:
        rows, n_classes, target, note = _without_single_rows(rows, target, n_classes)
        notes += note
    if max_rows is not None and len(rows) > max_rows:
        rows = rows[draw(target[rows], n_classes if keep_classes else 0, max_rows, seed=seed)]
    values = np.unique(target[rows])
    if len(values) < 2:
        what = "classes of two rows or more" if n_classes else "distinct values"
        raise InputError(f"target must have two {what} to be learnt; got {len(values)}. Add rows of another one.")
    if n_classes:  # a subset of the rows may have lost a class
        target = np.searchsorted(values, target)
        n_classes = len(values)
    kept = table.take(pa.array(rows))
    return Problem(
        frame=feature_frame(kept, task.features, task),
        target=target[rows],
        n_classes=n_classes,
        groups=None if task.group is None else _group_numbers(kept.column(task.group)),
        order=None if task.time is None else _time_order(kept.column(task.time)),
        rows=rows,
        given=as_given(kept, task.features, _labels(kept, task, target[rows], n_classes)) if given else None,
        notes=tuple(notes),
    )


def class_labels(table: pa.Table, task: Task, problem: Problem) -> list[object]:
    """Return the value of the target that each class number of a problem stands for, made from this table."""
    assert problem.rows is not None
    kept = table.select([str(task.target)]).take(pa.array(problem.rows))
    found: list[object] = _labels(kept, task, problem.target, problem.n_classes).to_pylist()
    return found


def kept_together(problem: Problem) -> Array:
    """Return a number per row, equal for rows of which no model may learn one and be asked about another.

    These are the rows of one group, or rows whose features are all equal. Where rows are equal by nature, since their
    features allow few combinations or do not determine the target, each row stands alone: a model that has not seen a
    combination cannot tell what follows from it, and would call right labels wrong.
    """
    if problem.groups is not None:
        return problem.groups
    features = problem.frame.row_keys()
    rows = np.stack([features, (problem.target + 0.0).view(np.uint64)], axis=1)
    twins, copies = _met_again(features), _met_again(rows)
    by_nature = copies < TWINS_AGREE * twins or copies > MOST_COPIES
    return np.arange(problem.n_rows) if by_nature else features


def _met_again(rows: Array) -> float:
    """Return the share of the rows that equal a held-out one, as is to be expected if a fifth is held out at random."""
    _, same, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    return float(np.mean(1 - (1 - HELD_OUT) ** (counts[same.ravel()] - 1.0)))


def _labels(table: pa.Table, task: Task, target: Array, n_classes: int) -> pa.Array:
    """Return the label that each class number stands for; none for regression."""
    first = np.unique(target, return_index=True)[1] if n_classes else np.empty(0, dtype=np.int64)
    labels = table.column(str(task.target)).take(pa.array(first)).combine_chunks()
    return labels.cast(labels.type.value_type) if pa.types.is_dictionary(labels.type) else labels


def _target(table: pa.Table, task: Task) -> tuple[Array, int, Array]:
    """Return the target of every row, the number of classes (0 for regression), and which rows have a target."""
    if task.target is None or task.kind is None:
        raise InputError("target must be named to fit a model; got none. Name the column to predict.")
    column = table.column(task.target)
    if task.kind == "regression":
        return _regression_target(column, task.target)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    elif is_text(column.type) or pa.types.is_dictionary(column.type):
        column = pa.chunked_array([pa.Array.from_pandas(as_texts(column))])
    encoded = column.combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    present = np.asarray(encoded.is_valid())
    return np.where(present, codes, -1).astype(np.int64), len(encoded.dictionary), present


def _regression_target(column: pa.ChunkedArray, name: str) -> tuple[Array, int, Array]:
    numbers = as_numbers(column)
    given = np.asarray(as_texts(column).notna()) if is_text(column.type) else np.asarray(column.is_valid())
    unread = int(np.isnan(numbers[given]).sum()) if not pa.types.is_floating(column.type) else 0
    if unread:
        raise InputError(
            f"target {name!r} must hold numbers for regression; got {unread} of {int(given.sum())} values "
            "that are none. Clean them, or ask for classification."
        )
    return numbers, 0, np.isfinite(numbers)


def _without_single_rows(rows: Array, target: Array, n_classes: int) -> tuple[Array, int, Array, list[str]]:
    counts = np.bincount(target[rows], minlength=n_classes)
    small = counts < 2
    n_small = int(small[counts > 0].sum())
    if not n_small and (counts > 0).all():
        return rows, n_classes, target, []
    renumbered = np.cumsum(~small) - 1
    kept = rows[~small[target[rows]]]
    recoded = np.where(target >= 0, renumbered[np.maximum(target, 0)], -1)
    note = f"{n_small} classes with a single row: they cannot be both learnt and scored." if n_small else ""
    return kept, int((~small).sum()), recoded, [note] if note else []


def _group_numbers(column: pa.ChunkedArray) -> Array:
    encoded = column.combine_chunks()
    encoded = encoded if pa.types.is_dictionary(encoded.type) else encoded.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.float64)
    missing = np.isnan(codes)
    codes[missing] = len(encoded.dictionary) + np.arange(missing.sum())
    return np.asarray(codes, dtype=np.int64)


def _time_order(column: pa.ChunkedArray) -> Array:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if is_text(column.type):
        dates = as_dates(column)
        if 2 * dates.notna().sum() > len(column) - column.null_count:  # else names of periods, in order as texts
            column = pa.chunked_array([pa.Array.from_pandas(dates)])
    elif pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    order = np.asarray(pc.sort_indices(column), dtype=np.int64)  # ends with the rows without a time
    return np.roll(order, column.null_count)
