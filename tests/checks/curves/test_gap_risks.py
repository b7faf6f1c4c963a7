"""Tests of ``overfitting-risk`` and ``underfitting-risk``, which share their policy."""

import pytest
from tests.checks.builders import judged
from tests.checks.built_curves import around, curves, forecast, judged_curves

from prefit.checks.curves.overfitting_risk import OverfittingRisk
from prefit.checks.curves.underfitting_risk import UnderfittingRisk

RISKS = [(OverfittingRisk(), "overfitting"), (UnderfittingRisk(), "underfitting")]
both = pytest.mark.parametrize(("check", "event"), RISKS)


def neural_beside_boosting(better: float, **risk: float):
    """A neural network is to be trained; boosting is forecast to score better by so much."""
    forecasts = {"neural": forecast(0.75, **risk), "boosting": forecast(0.75 + better)}
    return curves({"neural": 0.75, "boosting": 0.75 + better}, chosen="neural", forecasts=forecasts)


@both
def test_likely_risk_warns_where_another_family_is_better(check, event):
    """Probability above a half and a sure gain elsewhere make a warning that prices the gain."""
    found = judged(check, judged_curves(neural_beside_boosting(0.10, **{event: 0.8})))
    assert (found.status, found.measured, found.limit, found.unit) == ("warn", 0.8, 0.5, "probability")
    assert found.effect.delta == pytest.approx(0.10)
    assert 0 < found.effect.low < found.effect.delta < found.effect.high
    assert "--model boosting" in found.remedy


@both
def test_likely_risk_that_costs_nothing_passes_with_its_probability(check, event):
    """A gap is no warning where nothing better can be had."""
    found = judged(check, judged_curves(neural_beside_boosting(0.0, **{event: 0.9})))
    assert (found.status, found.measured) == ("pass", 0.9)
    assert "costs nothing" in found.message


@both
@pytest.mark.parametrize(("better", "expected"), [(0.029, "warn"), (0.028, "pass")])
def test_gain_must_exclude_zero(check, event, better, expected):
    """Two intervals of ± 0.02 add to ± 0.0283: a gain below that is not sure."""
    assert judged(check, judged_curves(neural_beside_boosting(better, **{event: 0.9}))).status == expected


@both
@pytest.mark.parametrize(("probability", "expected"), [(0.5, "pass"), (0.51, "warn")])
def test_probability_must_exceed_a_half(check, event, probability, expected):
    """At even odds it is not yet a warning."""
    found = judged(check, judged_curves(neural_beside_boosting(0.2, **{event: probability})))
    assert (found.status, found.measured) == (expected, probability)


@both
def test_other_families_are_not_judged(check, event):
    """A risk of a family that nobody trains is shown in the matrix, and no warning."""
    forecasts = {"linear": forecast(0.8), "forest": forecast(around(0.7), **{event: 1.0})}
    given = curves({"linear": 0.8, "forest": 0.7}, forecasts=forecasts)
    assert judged(check, judged_curves(given)).status == "pass"


@both
def test_family_that_failed_is_skipped(check, event):
    """Without a forecast of the chosen family there is nothing to judge, and that is said."""
    given = curves({"linear": 0.8}, chosen="neural", failures={"neural": "ValueError: no"})
    found = judged(check, judged_curves(given))
    assert found.status == "skip"
    assert "model-failed" in found.message
