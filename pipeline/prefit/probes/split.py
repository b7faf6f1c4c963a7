"""Which rows are held out, and which are trained on: one block for all probes, nested subsamples of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from prefit.errors import InputError
from prefit.probes.cost import N_FOLDS
from prefit.probes.frame import Array
from prefit.probes.problem import MOST_COPIES, TWINS_AGREE, Problem

__all__ = ["Split", "hold_out", "splits", "training_order"]

FEWEST_ROWS = 24
"""Fewer rows leave nothing to fit on after some are held out."""

LARGEST_BLOCK = 10_000
"""Held-out rows beyond this narrow the interval of a score by less than 0.01."""

WANTED_BLOCK = 500
"""Held-out rows that are worth more than a fifth of a small table, up to :data:`LARGEST_SHARE` of it."""

LARGEST_SHARE = 0.3

CROSS_VALIDATED = 2_500
"""Rows up to which all of them are held out in turn: a single block would be too few to score on."""

FEW_ROWS = 500
"""Rows up to which that is done twice."""


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers of a problem: `train` and `test` share no row and no group, and copies are left out of `train`."""

    train: Array
    test: Array
    kind: Literal["random", "grouped", "time"]
    notes: tuple[str, ...] = ()


def hold_out(problem: Problem, seed: int) -> Split:
    """Hold out one block: the last rows in time, whole groups, or a stratified random draw.

    Training rows that equal a held-out row in features and target are left out, unless the table repeats itself by
    nature: where rows with equal features often differ in the target, or where three quarters of the rows would go.
    Leaving out only those with the same target would then teach the opposite of what holds.

    Raises
    ------
    InputError
        If there are too few rows, groups or classes to learn on one part and score on the other.
    """
    n = problem.n_rows
    if n < FEWEST_ROWS:
        raise InputError(
            f"rows with a target must be {FEWEST_ROWS} or more to fit and score a model; got {n}. Add rows."
        )
    n_test = min(max(round(0.2 * n), min(WANTED_BLOCK, round(LARGEST_SHARE * n))), LARGEST_BLOCK)
    kind: Literal["random", "grouped", "time"] = "random"
    if problem.order is not None:
        kind, train, test = "time", *_last_in_time(problem, n_test)
    elif problem.groups is not None:
        kind, train, test = "grouped", *_whole_groups(problem, n_test, seed)
    else:
        train, test = _stratified(problem, n_test, seed)
    train, notes = _without_copies(problem, train, test)
    if problem.n_classes:
        train, test, more = _common_classes(problem, train, test)
        notes += more
    if len(train) < FEWEST_ROWS // 2 or len(test) < 2 or len(np.unique(problem.target[test])) < 2:
        raise InputError(
            f"rows must allow a {kind} split into training rows and held-out rows with two target values each; "
            f"got {len(train)} and {len(test)} rows. Add rows, or choose another --group or --time."
        )
    return Split(np.sort(train), np.sort(test), kind, tuple(notes))


def splits(problem: Problem, seed: int) -> tuple[Split, ...]:
    """Hold out all rows in turn, in five parts, where they are few; twice where they are very few; else one block.

    A split in time has one block: its last rows.

    Raises
    ------
    InputError
        If there are too few rows, groups or classes to learn on one part and score on the other.
    """
    block = hold_out(problem, seed)
    if problem.order is not None or problem.n_rows > CROSS_VALIDATED:
        return (block,)
    made = []
    for again in range(2 if problem.n_rows <= FEW_ROWS else 1):
        fold = _folds(problem, seed + again)
        for number in np.unique(fold):
            test = np.flatnonzero(fold == number)
            train, notes = _without_copies(problem, np.flatnonzero(fold != number), test)
            if problem.n_classes:  # the scores of all parts are pooled: a part may lack a class
                test = test[np.isin(problem.target[test], problem.target[train])]
            if len(test) and len(train) >= FEWEST_ROWS // 2 and len(np.unique(problem.target[train])) > 1:
                made.append(Split(train, test, block.kind, tuple(notes)))
    return tuple(made) if len(made) > 1 else (block,)


def training_order(problem: Problem, train: Array, seed: int) -> Array:
    """Put the training rows in an order of which every prefix is a fair subsample with one row of each class at least.

    Classes keep their shares in each prefix; with groups, prefixes consist of whole groups, since more data means
    more of them.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(train)
    place = np.arange(len(shuffled), dtype=np.float64)
    if problem.groups is not None:
        _, first, group = np.unique(problem.groups[shuffled], return_index=True, return_inverse=True)
        place = first[group].astype(np.float64)
    elif problem.n_classes:
        place = _rank_in_class(problem.target[shuffled]) + rng.random(len(shuffled))
        place /= np.bincount(problem.target[shuffled], minlength=problem.n_classes)[problem.target[shuffled]]
    if problem.n_classes:
        place[_rank_in_class(problem.target[shuffled]) == 0] = -1
    return shuffled[np.argsort(place, kind="stable")]


def _folds(problem: Problem, seed: int) -> Array:
    """Return the part of each row: whole groups, or classes dealt out evenly; numbers are dealt out at random."""
    if problem.groups is not None:
        from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

        kind = StratifiedGroupKFold if problem.n_classes else GroupKFold
        splitter = kind(min(N_FOLDS, len(np.unique(problem.groups))), shuffle=True, random_state=seed)
        fold = np.empty(problem.n_rows, dtype=np.int64)
        for number, (_, test) in enumerate(splitter.split(np.zeros(problem.n_rows), problem.target, problem.groups)):
            fold[test] = number
        return fold
    dealt = np.random.default_rng(seed).permutation(problem.n_rows)
    if problem.n_classes:
        dealt = dealt[np.argsort(problem.target[dealt], kind="stable")]
    fold = np.empty(problem.n_rows, dtype=np.int64)
    fold[dealt] = np.arange(problem.n_rows) % N_FOLDS
    return fold


def _stratified(problem: Problem, n_test: int, seed: int) -> tuple[Array, Array]:
    """Hold out the same share of every class, one row at least."""
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(problem.n_rows)
    if not problem.n_classes:
        return shuffled[n_test:], shuffled[:n_test]
    target = problem.target[shuffled]
    counts = np.bincount(target, minlength=problem.n_classes)
    wanted = np.clip(np.round(counts * n_test / problem.n_rows), 1, counts - 1)
    held = _rank_in_class(target) < wanted[target]
    return shuffled[~held], shuffled[held]


def _last_in_time(problem: Problem, n_test: int) -> tuple[Array, Array]:
    assert problem.order is not None
    train, test = problem.order[:-n_test], problem.order[-n_test:]
    if problem.groups is not None:
        train = train[~np.isin(problem.groups[train], problem.groups[test])]
    return train, test


def _whole_groups(problem: Problem, n_test: int, seed: int) -> tuple[Array, Array]:
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    assert problem.groups is not None
    n_groups = len(np.unique(problem.groups))
    if n_groups < 3:
        raise InputError(
            f"group column must hold three groups or more to hold some out; got {n_groups}. Choose another."
        )
    n_folds = min(max(2, round(problem.n_rows / n_test)), n_groups)
    folds = StratifiedGroupKFold if problem.n_classes else GroupKFold
    splitter = folds(n_folds, shuffle=True, random_state=seed)
    train, test = next(splitter.split(np.zeros(problem.n_rows), problem.target, problem.groups))
    return train, test


def _without_copies(problem: Problem, train: Array, test: Array) -> tuple[Array, list[str]]:
    features = problem.frame.row_keys()
    rows = features ^ (problem.target + 0.0).view(np.uint64)
    twin = np.isin(features[train], features[test])
    copy = np.isin(rows[train], rows[test])
    n_copies = int(copy.sum())
    by_nature = n_copies < TWINS_AGREE * twin.sum() or n_copies > MOST_COPIES * len(train)
    if not n_copies:
        return train, []
    if by_nature:
        return train, [f"{n_copies} training rows equal a held-out row and were kept: few different rows are possible."]
    return train[~copy], [f"{n_copies} training rows were left out because they equal a held-out row."]


def _common_classes(problem: Problem, train: Array, test: Array) -> tuple[Array, Array, list[str]]:
    """Keep the classes that both parts hold: one that is never trained on or never scored has no score."""
    common = np.intersect1d(problem.target[train], problem.target[test])
    n_lost = problem.n_classes - len(common)
    if not n_lost:
        return train, test, []
    if len(common) < 2:
        raise InputError(
            f"target must have two classes both before and after the split; got {len(common)}. "
            "Add rows, or choose another --group or --time."
        )
    note = f"{n_lost} classes that stand on one side of the split only."
    return train[np.isin(problem.target[train], common)], test[np.isin(problem.target[test], common)], [note]


def _rank_in_class(target: Array) -> Array:
    """Return 0 for the first row of each class, 1 for the second, and so on."""
    by_class = np.argsort(target, kind="stable")
    sorted_target = target[by_class]
    starts = np.flatnonzero(np.r_[True, sorted_target[1:] != sorted_target[:-1]])
    ranks = np.empty(len(target), dtype=np.int64)
    ranks[by_class] = np.arange(len(target)) - np.repeat(starts, np.diff(np.r_[starts, len(target)]))
    return ranks
