"""The sample as numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.probes.tables import label_task, labelled

from prefit.probes.advice.matrix import FINEST, FOLDS, entropy, numbers_of, standardized
from prefit.probes.problem import Problem, make_problem


def test_gaps_become_medians() -> None:
    """Nothing is missing in the matrix, and every column knows its feature."""
    made = numbers_of(make_problem(labelled(), label_task()))
    assert np.isfinite(made.matrix).all()
    assert len(made.owners) == made.matrix.shape[1]


def test_copies_share_a_fold() -> None:
    """A row and its copy are never on both sides of a split."""
    problem = make_problem(labelled(60), label_task())
    twice = problem.take(np.r_[np.arange(60), np.arange(60)])
    fold = numbers_of(twice).fold
    assert (fold[:60] == fold[60:]).all()


def test_folds_follow_time() -> None:
    """With an order in time each fold is a block of it."""
    problem = make_problem(labelled(100), label_task())
    fold = numbers_of(replace(problem, order=np.arange(100)[::-1])).fold
    assert (np.diff(fold) <= 0).all()
    assert set(fold) == set(range(FINEST))


def in_groups(n_groups: int, n_rows: int = 60) -> Problem:
    """Return rows of so many groups."""
    return replace(make_problem(labelled(n_rows), label_task()), groups=np.arange(n_rows) % n_groups)


@pytest.mark.parametrize("n_groups", [5, 7, 9, 10])
def test_few_groups_fill_five_folds(n_groups: int) -> None:
    """Each fold has rows to train on and rows to hold out, and no group is on both sides."""
    made = numbers_of(in_groups(n_groups))
    assert all(len(train) and len(held) for train, held in map(made.parts, range(FOLDS)))
    assert len(np.unique(np.c_[np.arange(60) % n_groups, made.fold], axis=0)) == n_groups
    assert made.fills_folds


def test_fewer_groups_than_folds_leave_some_empty() -> None:
    """There is nothing to confirm a choice on then."""
    assert not numbers_of(in_groups(4)).fills_folds


def test_constant_columns_become_zero() -> None:
    """A constant column has no scale to divide by."""
    scaled, unseen = standardized(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([[2.0, 9.0]]))
    assert scaled.tolist() == [[-1, 0], [1, 0]]
    assert unseen.tolist() == [[0, 0]]


def test_entropy_of_even_classes() -> None:
    """The constant predictor of k even classes loses ln k."""
    assert entropy(np.array([0, 1, 2]), 3) == pytest.approx(np.log(3))
