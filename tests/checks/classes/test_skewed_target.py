"""Tests of ``skewed-target``."""

import pytest
from tests.checks.builders import evidence, judged, numbers, status

from prefit.checks.classes.skewed_target import SkewedTarget

CHECK = SkewedTarget()

SKEWED = {0.05: 0.0, 0.5: 1.0, 0.95: 8.0}
EVEN = {0.05: -1.6, 0.5: 0.0, 0.95: 1.6}


def charges(skewness: float, quantiles=SKEWED):
    """Return a regression whose target has this skewness."""
    target = numbers("charges", skewness=skewness, robust={"quantiles": quantiles})
    return evidence(numbers(), target=target)


def test_long_tail_warns():
    """A few extreme rows make up the squared error."""
    found = judged(CHECK, charges(12.0))
    assert (found.status, found.measured, found.limit) == ("warn", 12.0, 3.0)
    assert "log1p" in found.remedy


def test_symmetric_target_is_silent():
    """A normal target has no skewness."""
    assert judged(CHECK, charges(0.1, EVEN)) is None


@pytest.mark.parametrize(("skewness", "expected"), [(2.9, "pass"), (3.1, "warn"), (-3.1, "warn")])
def test_three_is_the_limit(skewness, expected):
    """The sign of the skewness does not matter."""
    assert status(CHECK, charges(skewness)) == expected


def test_single_stray_is_left_to_outliers():
    """One typing error makes the moment large and leaves the quantiles even."""
    assert judged(CHECK, charges(30.0, EVEN)) is None


def test_mostly_zero_target_warns():
    """When the middle 90 % are one value, the rest is the tail."""
    assert status(CHECK, charges(9.0, {0.05: 0.0, 0.5: 0.0, 0.95: 0.0})) == "warn"
