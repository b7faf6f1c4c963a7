"""Tests of ``more-data-helps``."""

import pytest
from tests.checks.builders import judged, status
from tests.checks.built_curves import curves, forecast, judged_curves

from prefit.checks.curves.more_data_helps import MoreDataHelps
from prefit.evidence import Forecast

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


def test_lower_end_at_the_limit_helps():
    """A gain whose lower end is the limit itself is one."""
    given = curves({"linear": 0.8}, forecasts={"linear": forecast(0.8, gain=Forecast(0.02, 0.01, 0.03))})
    assert judged(CHECK, judged_curves(given)).message.startswith("More rows help:")


def test_family_that_failed_is_skipped():
    """Without a forecast nothing is known of the gain."""
    assert status(CHECK, judged_curves(curves({"linear": 0.8}, chosen="neural"))) == "skip"
