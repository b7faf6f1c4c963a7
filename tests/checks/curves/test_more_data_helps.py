"""Tests of ``more-data-helps``."""

import pytest
from tests.checks.builders import judged, status
from tests.checks.built_curves import curves, forecast, judged_curves

from prefit.checks.curves.more_data_helps import MoreDataHelps
from prefit.evidence import Forecast
from prefit.evidence.classes import ClassOutlook

CHECK = MoreDataHelps()


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (Forecast(0.03, 0.012, 0.05), "More rows help:"),
        (Forecast(0.01, -0.01, 0.03), "More rows may help:"),
        (Forecast(0.001, -0.002, 0.004), "More rows help little"),
    ],
)
def test_gain_is_said_with_its_interval_and_passes(gain, said):
    """It is information: clear gain, doubt and no gain all pass, each in its words."""
    given = curves({"linear": 0.8}, forecasts={"linear": forecast(0.8, gain=gain)})
    found = judged(CHECK, judged_curves(given))
    assert found.status == "pass"
    assert found.message.startswith(said)
    assert (found.measured, found.interval, found.effect.delta) == (gain.mean, (gain.low, gain.high), gain.mean)


def test_rows_that_lead_to_a_constant_predictor_do_not_help():
    """Without signal a score below that of a constant rises to it: a sure gain, and no reason to collect rows."""
    gain = Forecast(0.03, 0.02, 0.04)
    given = curves({"linear": 0.45}, forecasts={"linear": forecast(0.45, gain=gain)})
    assert judged(CHECK, judged_curves(given)).message.startswith("More rows bring it no further than a constant")


def test_lower_end_at_the_limit_helps():
    """A gain whose lower end is the limit itself is one."""
    given = curves({"linear": 0.8}, forecasts={"linear": forecast(0.8, gain=Forecast(0.02, 0.01, 0.03))})
    assert judged(CHECK, judged_curves(given)).message.startswith("More rows help:")


def test_family_that_failed_is_skipped():
    """Without a forecast nothing is known of the gain."""
    assert status(CHECK, judged_curves(curves({"linear": 0.8}, chosen="neural"))) == "skip"


def outlook(label: str, mean: float, rows_needed: int | None) -> ClassOutlook:
    """Return the outlook of a class of 100 rows, wanted at 0.8."""
    return ClassOutlook(
        label=label, rows=100, recall=mean, held_out_rows=50, mean=mean, low=mean - 0.1, high=mean + 0.1, gain=0.02,
        wanted=0.8, rows_needed=rows_needed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("needed", "said"), [(350, "about 250 more of them bring it to 0.80"), (None, "more rows are not seen to bring it")]
)
def test_the_class_that_lags_is_told_with_the_rows_it_needs(needed: int | None, said: str) -> None:
    """By a pseudonym unless values may be shown."""
    given = curves(0.8, classes=(outlook("rare one", 0.5, needed), outlook("other", 0.9, 100)))
    message = judged(CHECK, judged_curves(given)).message
    assert said in message
    assert "rare one" not in message
    assert "'rare one' lags" in judged(CHECK, judged_curves(given, show_values=True)).message


def test_classes_that_may_be_alike_are_not_told_of() -> None:
    """An interval that reaches what is wanted is no lag."""
    given = curves(0.8, classes=(outlook("a", 0.75, 150), outlook("b", 0.85, 100)))
    assert "lags" not in judged(CHECK, judged_curves(given)).message
