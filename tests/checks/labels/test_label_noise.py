"""Tests of ``label-noise`` and ``label-errors``."""

import numpy as np
import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.labels.label_errors import LabelErrors
from prefit.checks.labels.label_noise import LabelNoise
from prefit.evidence.labels import LabelNoise as Measured
from prefit.evidence.suspects import Suspects
from prefit.finding import Effect


def noise(low: float, mean: float, high: float, *, act: int = 0, n_rows: int = 1000, **effects: Effect):
    """Return measurements of so many wrong labels, with some rows to act on, and what cleaning does to a score."""
    tier = np.zeros(n_rows, np.int64)
    tier[:act] = 2
    rows = np.arange(n_rows)
    suspects = Suspects(
        positions=rows + 40, given=rows % 2, suggested=rows % 2, score=np.zeros(n_rows), tier=tier, reason=tier
    )
    found = Measured(
        mean=mean, low=low, high=high, ambiguity=0.1, n_rows=n_rows, classes=("a", "b"), suspects=suspects, **effects
    )
    return evidence(numbers("x"), target=categories("y", [500, 500]), label_noise=found)


@pytest.mark.parametrize(("low", "expected"), [(0.03, "pass"), (0.031, "warn")])
def test_all_of_the_interval_must_be_above_the_limit(low, expected):
    """What may be less than three wrong labels in a hundred is no finding."""
    assert status(LabelNoise(), noise(low, 0.05, 0.07)) == expected


def test_noise_is_told_from_overlap():
    """Both shares are said, with the interval of the first."""
    found = judged(LabelNoise(), noise(0.06, 0.08, 0.1))
    assert "About 8 % of the labels are wrong (90 % interval 0.060 to 0.100" in found.message
    assert "another 10 % of the rows" in found.message
    assert (found.measured, found.interval) == (0.08, (0.06, 0.1))


def test_rows_to_act_on_are_named_by_their_position():
    """The message names the first of them."""
    found = judged(LabelErrors(), noise(0.01, 0.02, 0.03, act=20))
    assert "20 rows of 1,000 that were looked at" in found.message
    assert "rows 40, 41, 42 are among them" in found.message


@pytest.mark.parametrize(("low", "act", "expected"), [(0.01, 2, "pass"), (0.01, 3, "warn"), (0.005, 30, "pass")])
def test_a_surprise_is_no_error(low, act, expected):
    """It takes three rows, and some wrong labels for sure."""
    assert status(LabelErrors(), noise(low, 0.03, 0.05, act=act)) == expected


def gain(delta: float) -> Effect:
    """Return a change of the score with some interval."""
    return Effect(metric="balanced_accuracy", delta=delta, low=delta - 0.01, high=delta + 0.01)


@pytest.mark.parametrize("check", [LabelNoise(), LabelErrors()])
def test_the_better_way_of_cleaning_is_the_effect(check):
    """And the remedy says what both do."""
    found = judged(check, noise(0.06, 0.08, 0.1, act=20, dropped=gain(0.02), relabelled=gain(0.03)))
    assert found.effect == gain(0.03)
    assert "Without them balanced accuracy changes by +0.020 (+0.010 to +0.030)" in found.remedy
    assert "with the suggested labels by +0.030" in found.remedy


def test_no_effect_is_claimed_where_none_was_measured():
    """Few rows to act on leave nothing to compare."""
    found = judged(LabelNoise(), noise(0.06, 0.08, 0.1))
    assert found.effect is None
    assert "balanced accuracy" not in found.remedy
