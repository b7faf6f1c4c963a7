"""Tests of ``correlated-features``."""

from dataclasses import replace

import pytest
from tests.checks.builders import evidence, indicator, judged, numbers, status

from prefit.checks.integrity.correlated_features import CorrelatedFeatures
from prefit.profiling.values import Correlation

CHECK = CorrelatedFeatures()


def lengths(*pairs: tuple[str, str, float], n_rows: int = 1000):
    """Return four measurements with these correlations."""
    known = [Correlation(first, second, r, n_rows) for first, second, r in pairs]
    return evidence(*(numbers(name) for name in "abcd"), target=numbers("y"), correlations=known)


def test_copies_warn_and_the_first_of_each_group_stays():
    """Three copies of one thing are two too many."""
    found = judged(CHECK, lengths(("c", "b", 1.0), ("b", "a", -0.9995)))
    assert (found.status, found.columns, found.measured) == ("warn", ("b", "c"), 1.0)


@pytest.mark.parametrize(("r", "expected"), [(0.95, "pass"), (0.998, "pass"), (0.999, "warn"), (-0.999, "warn")])
def test_near_copies_are_the_limit(r, expected):
    """Related measurements are normal."""
    assert status(CHECK, lengths(("a", "b", r))) == expected


def test_correlation_with_the_target_is_another_matter():
    """A feature that repeats the target is a leak."""
    assert judged(CHECK, lengths(("a", "y", 1.0))) is None


def test_few_common_rows_prove_nothing():
    """Two rows always lie on a line."""
    assert judged(CHECK, lengths(("a", "b", 1.0), n_rows=2)) is None


def test_rare_flags_agree_by_chance():
    """Two words that stand in the same document are no copies."""
    pair = Correlation("v", "w", 1.0, 1000)
    assert judged(CHECK, evidence(indicator("v", 2), indicator("w", 2), correlations=[pair])) is None


@pytest.mark.parametrize(("r", "expected"), [(0.5, "pass"), (1.0, "warn")])
def test_columns_that_were_not_compared_are_told(r, expected):
    """Silence about columns beyond the first 500 would say that they are no copies."""
    given = lengths(("a", "b", r))
    found = judged(CHECK, replace(given, profile=replace(given.profile, n_uncompared=1_500)))
    assert found.status == expected
    assert found.message.endswith("1,500 numeric columns beyond the first 500 were not compared.")
