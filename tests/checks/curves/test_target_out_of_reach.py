"""Tests of ``target-out-of-reach``."""

from math import inf

import pytest
from tests.checks.builders import judged
from tests.checks.built_curves import curve, curves, forecast, judged_curves

from prefit.checks.curves.target_out_of_reach import TargetOutOfReach
from prefit.evidence import Forecast, MetricForecast, Requirement
from prefit.evidence.metric import MetricFamily

CHECK = TargetOutOfReach()


def required(
    minimum: float, *, metric: str = "balanced_accuracy", mean: float = 0.8, ceiling=None, rows=None, **others
):
    """Judge a forecast of `mean` ± 0.02 against a requirement."""
    forecasts = {"linear": forecast(mean, rows_needed=rows)} | {name: forecast(score) for name, score in others.items()}
    scores = {name: expected.held_out.mean for name, expected in forecasts.items()}
    given = curves(scores, chosen="linear", forecasts=forecasts, ceiling=ceiling)
    return judged(CHECK, judged_curves(given, requirement=Requirement(metric=metric, minimum=minimum)))


@pytest.mark.parametrize(("minimum", "said"), [(0.75, "it is met"), (0.79, "may be missed"), (0.80, "may be missed")])
def test_mean_at_or_above_the_requirement_passes(minimum, said):
    """A requirement that the mean reaches is met; the message says whether luck may spoil it."""
    found = required(minimum)
    assert found.status == "pass"
    assert said in found.message
    assert (found.measured, found.limit, found.interval) == (0.8, minimum, (0.78, 0.8200000000000001))


def test_rows_that_are_needed_are_named():
    """The rows are those beyond the planned 1,000, with their interval."""
    found = required(0.85, rows=(2400.0, 900.0, 7000.0))
    assert found.status == "warn"
    assert "about 1,400 more rows are needed (90 % interval 0 to 6,000 more rows)" in found.message
    assert "--planned-rows 2400" in found.remedy


def test_rows_without_an_upper_bound_are_named_too():
    """Where the cautious curve never reaches it, the interval says so."""
    found = required(0.85, rows=(2400.0, 1500.0, inf))
    assert "500 to more than can be forecast" in found.message


def test_number_of_rows_that_does_not_exist_is_no_way():
    """Rows that no forecast size reaches leave the requirement out of reach."""
    assert required(0.9, rows=(inf, inf, inf)).status == "fail"


def test_other_family_that_reaches_it_is_named():
    """Another family is cheaper than more rows."""
    found = required(0.85, forest=0.9)
    assert found.status == "warn"
    assert "--model forest" in found.remedy


def test_interval_that_reaches_it_is_a_doubt():
    """A requirement inside the interval is likely missed, and may be met."""
    assert required(0.81).status == "warn"


@pytest.mark.parametrize(
    ("ceiling", "expected"), [((0.81, 0.85), "fail"), (None, "fail"), ((0.81, 0.9), "warn"), ((0.81, 0.899), "fail")]
)
def test_interval_below_it_fails_unless_the_ceiling_is_above(ceiling, expected):
    """Out of reach is what neither the planned rows nor, as far as known, any number of rows attain."""
    assert required(0.9, ceiling=ceiling).status == expected


def beside(requirement: Requirement, means: dict[str, float], *, ceiling=None, rows=None, **facts):
    """Judge forecasts ± 10 % of an error, of which the constant predictor has 10, against a requirement."""
    families = {
        name: MetricFamily(
            curve=curve(name, mean),
            train=Forecast(mean, mean, mean),
            held_out=Forecast(mean, 0.9 * mean, 1.1 * mean),
            skill=Forecast(1 - mean / 10, 1 - 0.11 * mean, 1 - 0.09 * mean),
            at=(),
            rows_needed=rows,
        )
        for name, mean in means.items()
    }
    given = {"name": "rmse", "is_error": True, "constant": 10.0, "ceiling": ceiling, "families": families}
    metric = MetricForecast(**(given | {"chosen": "linear"} | facts))
    return judged(CHECK, judged_curves(curves(0.8, beside=metric), requirement=requirement))


@pytest.mark.parametrize(
    ("maximum", "ceiling", "expected", "said"),
    [
        (4.5, None, "pass", "it is met"),
        (4.0, None, "pass", "may be missed"),
        (3.7, None, "warn", "likely missed"),
        (3.0, (2.5, 3.5), "warn", "as good as 2.5"),
        (2.0, (2.5, 3.5), "fail", "2.5 at best"),
        (2.0, None, "fail", "out of reach of the planned rows"),
    ],
)
def test_error_is_required_to_stay_below(maximum, ceiling, expected, said):
    """Of an error of 4.0 (3.6 to 4.4) less is better: the ends change their roles."""
    found = beside(Requirement(metric="rmse", maximum=maximum), {"linear": 4.0}, ceiling=ceiling)
    assert found.status == expected
    assert said in found.message
    assert found.message.startswith(f"RMSE of {maximum:g} at most is required and 4 is forecast for family 'linear'")
    assert (found.measured, found.limit) == (4.0, maximum)


def test_family_and_rows_that_keep_an_error_are_named():
    """As of the score: another family where one does, else the rows."""
    need = Requirement(metric="rmse", maximum=3.0)
    assert "family 'forest' meets it" in beside(need, {"linear": 4.0, "forest": 2.5}).message
    assert "about 500 more rows are needed" in beside(need, {"linear": 4.0}, rows=(1500.0, 1200.0, inf)).message


def test_metric_that_no_family_could_be_measured_in_is_skipped():
    """The reason is that of the families."""
    facts = {"chosen": None, "failures": {"SVC": "log_loss needs a model with predict_proba; this one has none"}}
    found = beside(Requirement(metric="rmse", maximum=3.0), {}, **facts)
    assert found.status == "skip"
    assert "predict_proba" in found.message


def test_other_metric_is_skipped_with_the_reason():
    """A requirement on a metric that is not forecast cannot be judged."""
    found = required(0.9, metric="accuracy")
    assert found.status == "skip"
    assert "'accuracy'" in found.message
