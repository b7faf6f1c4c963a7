"""Scores of several blocks of rows, taken together."""

import numpy as np
import pytest

from prefit.probes.score import pooled, predicted_shares, score

RANDOM = np.random.default_rng(0)


def test_blocks_of_classes_are_scored_as_one() -> None:
    """A block that lacks a class does not raise the score."""
    target, predicted = RANDOM.integers(0, 3, 90), RANDOM.integers(0, 3, 90)
    order = np.argsort(target, kind="stable")  # the first block holds one class
    blocks = [score(target[rows], predicted[rows], 3) for rows in np.array_split(order, 4)]
    whole = score(target, predicted, 3)
    assert pooled(blocks, 3).value == pytest.approx(whole.value)
    assert pooled(blocks, 3).variance == pytest.approx(whole.variance)


def test_blocks_of_numbers_are_scored_as_one() -> None:
    """What rows of a block have in common does not lower the score."""
    target = np.sort(RANDOM.normal(1e6, 3.0, 80))
    predicted = target + RANDOM.normal(0, 1.0, 80)
    blocks = [score(target[rows], predicted[rows], 0) for rows in np.array_split(np.arange(80), 5)]
    assert pooled(blocks, 0).value == pytest.approx(score(target, predicted, 0).value)
    assert np.mean([block.value for block in blocks]) < 0.5 * pooled(blocks, 0).value


def test_numbers_that_are_not_finite_score_worst() -> None:
    """A model that diverged has no better score than the worst."""
    target = np.arange(10.0)
    blocks = [score(target, np.full(10, np.inf), 0), score(target, target, 0)]
    assert pooled(blocks, 0).value == -1.0


def test_a_block_of_one_class_says_nothing_of_the_others() -> None:
    """Where all rows are of the class that is predicted, no row could have left it."""
    assert predicted_shares(np.zeros(5, int), np.zeros(5, int)) == (1.0, None)
    assert predicted_shares(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])) == (0.75, 0.5)
