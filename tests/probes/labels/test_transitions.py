"""Tests of which class is labelled as which other one."""

from __future__ import annotations

import numpy as np
import pytest

from prefit.probes.labels.transitions import transitions


def mixed_up(n: int = 3_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sure probabilities of three classes, labels of which a fifth of class 0 reads 1, and which of them are wrong."""
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, n)
    wrong = (true == 0) & (rng.random(n) < 0.2)
    return np.eye(3)[true] * 0.9 + 0.1 / 3, np.where(wrong, 1, true), wrong


def test_the_pair_that_is_mixed_up_comes_first_with_its_share() -> None:
    """A fifth of the rows of class 0 are labelled 1; its interval holds that."""
    probabilities, given, wrong = mixed_up()
    rates = np.random.default_rng(1).normal(wrong.mean(), 0.004, 500)
    first, *others = transitions(probabilities, given, wrong.astype(float), rates)
    assert (first.true, first.given) == (0, 1)
    assert first.low < 0.2 < first.high
    assert first.mean == pytest.approx(0.2, abs=0.03)
    assert all(pair.high < 0.01 for pair in others)
    assert len(others) == 5


def test_an_open_rate_leaves_the_pairs_open() -> None:
    """Their intervals are wider than with a rate that is known."""
    probabilities, given, wrong = mixed_up()
    known, unknown = (
        transitions(probabilities, given, wrong.astype(float), rates)[0]
        for rates in (np.full(500, wrong.mean()), np.random.default_rng(1).uniform(0, 2 * wrong.mean(), 500))
    )
    assert unknown.high - unknown.low > 3 * (known.high - known.low)


def test_no_noise_is_no_transition() -> None:
    """Where the rate is zero, so is each share but for what a few rows could hide."""
    probabilities, _, _ = mixed_up()
    found = transitions(probabilities, probabilities.argmax(axis=1), np.zeros(len(probabilities)), np.zeros(100))
    assert all(pair.low < 1e-6 and pair.high < 0.005 for pair in found)


def test_of_many_classes_only_the_pairs_with_most_rows_are_drawn() -> None:
    """Those of a thousand classes would take gigabytes."""
    given = np.arange(5_000) % 1_000
    wrong = (given == 1) * 0.9
    probabilities = np.full((5_000, 1_000), 1e-4)
    probabilities[np.arange(5_000), np.where(given == 1, 0, given)] = 0.9
    first, *others = transitions(probabilities, given, wrong, np.full(100, wrong.mean()))
    assert (first.true, first.given) == (0, 1)
    assert first.mean == pytest.approx(4.5 / 9.5, abs=0.1)
    assert len(others) == 399
