"""Tests of what a curve of agreement leaves open."""

from __future__ import annotations

import numpy as np
import pytest

from prefit.probes.labels.doubt import ambiguity_of, doubted, estimate, is_learnt, widened
from prefit.probes.labels.lapse import noise_of

RNG = np.random.default_rng


def test_classes_that_are_predicted_often_count_alike() -> None:
    """However few rows they are of; one that is predicted for a few rows alone does not count."""
    predicted = np.repeat([0, 1, 2], [100, 25, 5])
    of_rows, of_classes = ambiguity_of(np.where(predicted == 0, 0.0, 0.4), predicted, 4)
    assert of_rows == pytest.approx(0.4 * 30 / 130)
    assert of_classes == pytest.approx(0.2)
    assert ambiguity_of(np.full(6, 0.3), np.repeat([0, 1], 3), 2) == pytest.approx((0.3, 0.3))


@pytest.mark.parametrize(("n_found", "learnt"), [(0, False), (2, False), (10, True)])
def test_what_is_learnt_beats_the_same_predictions_at_random(n_found: int, learnt: bool) -> None:
    """Of 200 rows of which 20 are of a rare class, 20 are predicted to be."""
    target = (np.arange(200) < 20).astype(int)
    predicted = ((np.arange(200) < n_found) | (np.arange(200) >= 180 + n_found)).astype(int)
    assert is_learnt(predicted, target) is learnt


@pytest.mark.parametrize(("seen", "n_rows", "share"), [(0.1, 1_000, 0.0), (0.1, 250, 0.25), (0.4, 1_000, 0.5)])
def test_much_ambiguity_is_doubted(seen: float, n_rows: int, share: float) -> None:
    """Up to half of the draws are of no noise; of few rows less ambiguity suffices."""
    drawn = doubted(np.full(10_000, 0.2), seen, n_rows, RNG(0))
    assert (drawn == 0).mean() == pytest.approx(share, abs=0.02)


def test_the_interval_goes_beyond_the_curve_as_far_as_ambiguity_is_seen() -> None:
    """Without any it stays as it is; rates do not fall below nought."""
    drawn = np.full(10_000, 0.1)
    assert (widened(drawn, 0.0, 1.0, RNG(0)) == 0.1).all()
    low, high = np.quantile(widened(drawn, 0.2, 0.0, RNG(0)), [0.05, 0.95])
    assert 0.07 < low < 0.1
    assert 0.18 < high <= 0.2
    assert np.quantile(widened(drawn, 0.2, 1.0, RNG(0)), 0.05) == 0


def test_the_estimate_is_drawn_to_zero_where_nothing_speaks_against_it() -> None:
    """Half of the draws at zero leave less than half of the median of the others."""
    assert estimate(np.full(100, 0.2)) == pytest.approx(0.2, abs=0.01)
    assert estimate(np.repeat([0.0, 0.2], 50)) == pytest.approx(0.2 * 0.15)
    assert estimate(np.zeros(100)) == 0


@pytest.mark.parametrize("right", [0.4, 0.5])
def test_models_that_are_wrong_more_often_than_right_say_nothing_of_labels(right: float) -> None:
    """They have not learnt the rule of the labels, though they are sure."""
    rng = RNG(0)
    first = rng.random(600)
    given = np.where(rng.random(600) < right, first < 0.5, first >= 0.5).astype(int)  # the class is 0 from 0.5 on
    assert noise_of(np.column_stack([first, 1 - first]), given).low == 0


def test_labels_that_features_do_not_tell_of_are_not_wrong() -> None:
    """Models that know the shares of the classes alone agree with most labels, whatever the row."""
    rng = RNG(0)
    share = np.clip(rng.normal(0.8, 0.1, 800), 0.4, 0.99)
    given = (rng.random(800) > 0.8).astype(int)
    assert noise_of(np.column_stack([share, 1 - share]), given).low == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_narrow_class_amid_a_wide_one_is_no_noise(seed: int) -> None:
    """Among its rows some of the wide class lie however sure the model is, and none of its own outside."""
    rng = RNG(seed)
    wide = rng.random(1_500) < 0.5
    square = (rng.normal(size=(3, 1_500)) ** 2).sum(axis=0) * np.where(wide, 9.0, 1.0)
    narrow = 1 / (1 + np.exp(-square / 2 / 9 + square / 2) / 27)
    assert noise_of(np.column_stack([narrow, 1 - narrow]), wide.astype(int)).low < 0.005
