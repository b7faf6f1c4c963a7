"""Tests of what the checks of unseen classes and categories share."""

import numpy as np
import pytest

from prefit.checks.splits.unseen import unseen_values


def test_values_of_the_test_rows_alone_are_found():
    """Values without a training row are listed with their rows; those without a test row are not."""
    unseen = unseen_values({"a": 5, "b": 5, "gone": 0}, {"a": 3, "new": 2, "b": 0, "gone": 1})
    assert (unseen.values, unseen.n_rows) == (("new", "gone"), 3)


def test_nothing_unseen_is_certain():
    """Without unseen values there is nothing to explain."""
    assert unseen_values({"a": 5}, {"a": 1}).probability == 1.0


def test_probability_is_that_of_a_random_split():
    """Dealing rows at random leaves as many values unseen about as often as the formula says."""
    rng = np.random.default_rng(0)
    totals = np.repeat(np.arange(20), [60, 40, *[2] * 18])
    splits = [rng.permutation(totals) for _ in range(2000)]
    missed = [len(set(rows[:40]) - set(rows[40:])) for rows in splits]
    train = {value: 0 if value in (2, 3, 4, 5) else int((totals == value).sum()) for value in range(20)}
    test = {value: int((totals == value).sum()) if value in (2, 3, 4, 5) else 0 for value in range(20)}
    train[0], test[0] = train[0] - 32, 32
    assert sum(test.values()) == 40
    assert unseen_values(train, test).probability == pytest.approx(np.mean(np.array(missed) >= 4), abs=0.05)
