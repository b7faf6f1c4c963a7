"""Tests of ``unstable-score``."""

from dataclasses import replace

import pytest
from tests.checks.builders import judged, status
from tests.checks.built_curves import curves, forecast, judged_curves, judged_regression

from prefit.checks.curves.unstable_score import UnstableScore
from prefit.evidence import Requirement

CHECK = UnstableScore()


def scattered(std: float, *, score: float = 0.6, repeats: int = 20, **facts):
    """Return curves of a linear model whose trainings scatter around a score."""
    return curves({"linear": score}, std=std, repeats=repeats, **facts)


POOLED = (1.75 / 3) ** 0.5
"""Scatter at the largest of three sizes, each twice the one before, of equal standard deviations."""


def test_scatter_as_wide_as_the_distance_to_the_constant_warns():
    """A mean R² of 0.3 that scatters by 0.4 is often below 0."""
    found = judged(CHECK, judged_regression(scattered(0.4 / POOLED, score=0.3, constant=0.0, metric="r2")))
    assert found.status == "warn"
    assert found.measured == pytest.approx(0.75)
    assert "scatters by 0.400" in found.message
    assert "60 trainings on up to 700 rows" in found.message
    assert "BaggingRegressor" in found.remedy


@pytest.mark.parametrize(("std", "expected"), [(0.060, "pass"), (0.062, "warn")])
def test_one_training_in_twenty_is_the_border(std, expected):
    """0.1 above the constant is 1.645 standard deviations of 0.0608."""
    assert status(CHECK, judged_curves(scattered(std / POOLED))) == expected


def test_equal_trainings_on_all_rows_do_not_hide_the_scatter():
    """At the largest size there may be no other rows to draw: the smaller sizes then show the luck."""
    given = scattered(0.2)
    points = given.curves["linear"].points
    still = replace(given.curves["linear"], points=(*points[:-1], replace(points[-1], held_out_std=0.0)))
    assert status(CHECK, judged_curves(replace(given, curves={"linear": still}))) == "warn"


def test_small_but_clear_data_are_silent():
    """Few rows scatter, but far above the constant."""
    assert judged(CHECK, judged_curves(scattered(0.08, score=0.9, repeats=5, held_out_rows=40))) is None


def test_low_score_that_hardly_scatters_is_silent():
    """A score just above the constant, time after time, is low and not unstable."""
    given = curves({"linear": 0.505, "forest": 0.8}, chosen="linear", std=0.01)
    assert judged(CHECK, judged_curves(given)) is None


def test_no_signal_is_left_to_its_own_check():
    """Where nothing is above chance, scatter is not the cause."""
    assert judged(CHECK, judged_curves(scattered(0.2, score=0.51, repeats=5))) is None


@pytest.mark.parametrize(("minimum", "expected"), [(0.79, "warn"), (0.70, "pass"), (0.81, "pass")])
def test_distance_to_the_requirement_counts(minimum, expected):
    """A requirement that the mean meets and one training may miss warns; one that the mean misses is said elsewhere."""
    need = Requirement(metric="balanced_accuracy", minimum=minimum)
    assert status(CHECK, judged_curves(scattered(0.02, score=0.8), requirement=need)) == expected


def test_one_training_per_size_cannot_tell():
    """Scatter needs two trainings; without them the check is skipped and not passed."""
    assert status(CHECK, judged_curves(scattered(0.0, repeats=1))) == "skip"


def test_family_that_failed_is_skipped():
    """Without a curve of the chosen family there is nothing to judge."""
    given = curves({"linear": 0.8}, chosen="neural", forecasts={"linear": forecast(0.8)})
    assert status(CHECK, judged_curves(given)) == "skip"
