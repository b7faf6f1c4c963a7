"""Tests of ``split-drift``."""

import pytest
from tests.checks.builders import evidence, judged, numbers, status

from prefit.checks.splits.split_drift import SplitDrift
from prefit.evidence import DomainTest, Evidence

CHECK = SplitDrift()


def told_apart(auc: float, half_width: float = 0.02) -> Evidence:
    """Return the evidence of a domain classifier with this score."""
    drivers = (("price", 0.6), ("year", 0.35), ("shop", 0.05))
    test = DomainTest(auc=auc, low=auc - half_width, high=auc + half_width, drivers=drivers)
    return evidence(numbers("price"), numbers("year"), domain=test)


def test_rows_that_can_be_told_apart_fail_with_the_columns():
    """AUC 0.9 is another distribution, and the columns that show it are named, not all that differ a little."""
    found = judged(CHECK, told_apart(0.9))
    assert (found.status, found.columns, found.interval) == ("fail", ("price", "year"), (0.88, 0.92))


def test_same_distribution_is_silent():
    """AUC 0.5 is no drift, with few rows too."""
    assert judged(CHECK, told_apart(0.5, 0.1)) is None


@pytest.mark.parametrize(("auc", "expected"), [(0.62, "pass"), (0.621, "warn"), (0.82, "warn"), (0.821, "fail")])
def test_lower_end_must_pass_the_limit(auc, expected):
    """An interval that touches the limit is not yet beyond it."""
    assert status(CHECK, told_apart(auc)) == expected
