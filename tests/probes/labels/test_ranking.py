"""Tests of the order of suspicion, its tiers and their caps."""

from __future__ import annotations

import numpy as np
import pytest

from prefit.probes.labels.ranking import Judged, agreed, capped, joined, ranked, sharpened, shift_to, shifted, tiers


def judged(wrong: list[float], given: list[int] | None = None, suggested: list[int] | None = None) -> Judged:
    """Return rows whose labels models contradict, unless something else is said."""
    n = len(wrong)
    return Judged(
        positions=np.arange(n) + 10,
        given=np.array(given or [0] * n),
        suggested=np.array(suggested or [1] * n),
        margin=np.linspace(-1, 1, n),
        wrong=np.array(wrong),
    )


def test_the_worst_row_comes_first() -> None:
    """Positions, labels and tiers follow the score."""
    rows = judged([0.1, 0.9, 0.5])
    suspects = ranked(rows, tiers(rows), np.array([0, 1, 2]))
    assert suspects.positions.tolist() == [11, 12, 10]
    assert suspects.score.tolist() == [0.9, 0.5, 0.1]
    assert suspects.reason.tolist() == [1, 2, 0]


def test_no_more_than_half_of_a_class_is_doubted() -> None:
    """A rare class that no model predicts is not declared wrong as a whole; the most suspicious half is."""
    doubted = capped(np.ones(6, dtype=bool), np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]), np.array([0, 0, 1, 1, 1, 1]))
    assert doubted.tolist() == [True, False, True, True, False, False]


def test_sure_errors_are_acted_on_and_doubts_looked_at() -> None:
    """What the models predict themselves is fine, whatever its score."""
    rows = judged([0.95, 0.9, 0.12, 0.6] + [0.01] * 12, suggested=[1, 1, 1, 0] + [1] * 12)
    assert tiers(rows).tolist() == [2, 2, 1, 0] + [0] * 12


def test_nothing_is_acted_on_where_no_label_is_probably_wrong() -> None:
    """However well ranked the rows are."""
    assert (tiers(judged([0.29, 0.05, 0.01, 0.01])) < 2).all()


def test_rows_to_act_on_are_chosen_as_if_a_plateau_were_noise() -> None:
    """Doubt lowers all scores alike; where labels are wrong nonetheless, it must not keep them from being named."""
    rows = judged([0.2, 0.19, 0.01, 0.01])
    assert (tiers(rows) < 2).all()
    assert tiers(rows, raised=3.0).tolist() == [2, 2, 0, 0]  # half of the class at most


def test_two_judgments_are_averaged_as_odds() -> None:
    """Odds of 1 to 9 and 9 to 1 are even; two that are equal stay."""
    assert agreed(np.array([0.1, 0.3]), np.array([0.9, 0.3])) == pytest.approx([0.5, 0.3])
    assert np.isfinite(agreed(np.array([0.0, 1.0]), np.array([1.0, 1.0]))).all()


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
def test_as_many_are_expected_wrong_as_the_rate_says(rate: float) -> None:
    """The odds of all rows are raised or lowered alike, so that their order stays."""
    wrong = np.random.default_rng(0).random(500) ** 3
    moved = shifted(wrong, shift_to(rate, wrong))
    assert moved.mean() == pytest.approx(rate, abs=1e-6)
    assert (np.argsort(moved) == np.argsort(wrong)).all()


def test_a_rate_of_zero_keeps_the_order() -> None:
    """The odds fall by a bounded factor."""
    moved = shifted(np.array([0.2, 0.8]), shift_to(0.0, np.array([0.2, 0.8])))
    assert 0 < moved[0] < moved[1] < 0.1


def test_the_label_that_models_find_least_probable_is_doubted_most() -> None:
    """Of rows of which they are equally sure."""
    probabilities = np.array([[0.7, 0.29, 0.01], [0.7, 0.15, 0.15]])
    doubts = sharpened(np.array([0.5, 0.5]), probabilities, np.array([2, 2]))
    assert doubts[0] > doubts[1] > 0.5


def test_parts_are_joined_in_their_order() -> None:
    """No part at all is no row."""
    assert joined([judged([0.1]), judged([0.2, 0.3])]).wrong.tolist() == [0.1, 0.2, 0.3]
    assert len(joined([]).positions) == 0


def test_the_margin_is_to_the_best_other_class() -> None:
    """It is negative where the models predict another label."""
    rows = Judged.of(np.arange(2), np.array([0, 2]), np.array([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1]]), np.zeros(2))
    assert rows.margin == pytest.approx([0.5, -0.5])
    assert rows.suggested.tolist() == [0, 0]
