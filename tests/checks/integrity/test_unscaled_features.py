"""Tests of ``unscaled-features``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.integrity.unscaled_features import UnscaledFeatures

CHECK = UnscaledFeatures()


def test_different_ranges_pass_and_are_told():
    """Standardizing, the default, evens out ranges; the finding says what it has to do."""
    found = judged(CHECK, evidence(numbers("a", std=0.001), numbers("b", std=1000.0)))
    assert (found.status, found.measured) == ("pass", pytest.approx(1e6))


@pytest.mark.parametrize(("mean", "expected"), [(0.0, "pass"), (1e6, "pass"), (1.1e6, "warn"), (-1e9, "warn")])
def test_offset_that_single_precision_cannot_hold(mean, expected):
    """At a million standard deviations the values are rounded to 0.12 of one."""
    assert status(CHECK, evidence(numbers(mean=mean, minimum=mean - 3, maximum=mean + 3))) == expected


@pytest.mark.parametrize(("largest", "expected"), [(1e12, "pass"), (1e18, "pass"), (1e19, "warn")])
def test_values_whose_squares_overflow(largest, expected):
    """The square of 1e19 is beyond single precision."""
    assert status(CHECK, evidence(numbers(maximum=largest, std=largest / 3))) == expected


def test_table_without_numbers_is_silent():
    """Categories have no scale."""
    assert judged(CHECK, evidence(categories())) is None


def test_worst_column_comes_first():
    """All columns are one finding."""
    found = judged(CHECK, evidence(numbers("a", mean=1e7), numbers("b", mean=1e9), numbers("c")))
    assert (found.columns, found.measured) == (("b", "a"), 1e9)
