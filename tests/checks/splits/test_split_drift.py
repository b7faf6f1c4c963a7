"""Tests of ``split-drift``."""

from dataclasses import replace

import pytest
from tests.checks.builders import evidence, judged, numbers, status

from prefit.checks.splits.split_drift import SplitDrift
from prefit.evidence import DomainTest, Evidence, FeatureDrift

CHECK = SplitDrift()


def told_apart(auc: float, half_width: float = 0.02, drift: tuple[FeatureDrift, ...] = ()) -> Evidence:
    """Return the evidence of a domain classifier with this score."""
    drivers = (("price", 0.6), ("year", 0.35), ("shop", 0.05))
    test = DomainTest(auc=auc, low=auc - half_width, high=auc + half_width, drivers=drivers)
    return evidence(numbers("price"), numbers("year"), numbers("shop"), numbers("row"), domain=test, drift=drift)


def drifting(column: str = "price", low: float = 0.2, chance: float = 1e-6, **more: object) -> FeatureDrift:
    """Return a feature of which so many test rows lie elsewhere."""
    return FeatureDrift(column=column, distance=low + 0.03, low=low, high=low + 0.06, chance=chance, **more)


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


def test_one_finding_names_the_drifting_features_worst_first():
    """What drifts is one finding, with what the classifier needs those columns for."""
    drift = (drifting("year", 0.1), drifting("shop", 0.01), drifting("price", 0.3))
    found = judged(CHECK, told_apart(0.7, drift=drift))
    assert (found.status, found.columns) == ("warn", ("price", "year"))
    assert "2 of 3 features" in found.message
    assert "95 % of its gain" in found.message


@pytest.mark.parametrize(("low", "expected"), [(0.05, "pass"), (0.051, "warn")])
def test_share_of_rows_must_pass_the_limit(low, expected):
    """The lower end of the interval decides, whatever the AUC of all features."""
    assert status(CHECK, told_apart(0.5, drift=(drifting(low=low),))) == expected


@pytest.mark.parametrize(("chance", "expected"), [(0.003, "warn"), (0.0031, "pass")])
def test_chance_is_no_drift(chance, expected):
    """Of many features some differ by chance."""
    assert status(CHECK, told_apart(0.5, drift=(drifting(chance=chance),))) == expected


def test_other_shares_of_missing_values_are_drift():
    """A column that is suddenly missing is another column."""
    gap = {"missing": 0.3, "missing_low": 0.25, "missing_high": 0.35, "missing_chance": 1e-9}
    found = judged(CHECK, told_apart(0.5, drift=(drifting(low=0.0, chance=1.0, **gap),)))
    assert (found.status, found.measured, found.interval) == ("warn", 0.3, (0.25, 0.35))
    assert "missing values of 'price'" in found.message


def test_a_running_number_is_only_mentioned():
    """What numbers the rows differs by nature, and is no warning."""
    running = drifting("row", 0.99, runs_on=True)
    assert status(CHECK, told_apart(0.5, drift=(running,))) == "pass"
    found = judged(CHECK, told_apart(0.5, drift=(running, drifting())))
    assert found.columns == ("price",)


def test_a_changed_unit_fails():
    """A feature that tells every test row makes the AUC, and with it the verdict."""
    found = judged(CHECK, told_apart(1.0, drift=(replace(drifting(low=0.9), shift=21.0),)))
    assert found.status == "fail"
    assert "+21 standard deviations" in found.message


def test_dropped_columns_are_not_named():
    """What is no feature does not drift."""
    given = told_apart(0.5, drift=(drifting(),))
    assert status(CHECK, replace(given, task=given.task.without(frozenset({"price"})))) == "pass"
