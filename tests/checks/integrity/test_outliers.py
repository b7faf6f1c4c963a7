"""Tests of ``outliers``."""

from math import exp

import pytest
from tests.checks.builders import evidence, judged, numbers, status

from prefit.checks.integrity.outliers import Outliers

CHECK = Outliers()


def ages(largest: float, fraction: float = 0.001, **facts):
    """Return a column with robust standard deviation 1 around 0 and this maximum."""
    robust = {"robust_std": 1.0, "outlier_fraction": fraction, "max_robust_z": min(largest, 4.0)}
    robust |= facts.pop("robust", {})
    return numbers("age", maximum=largest, robust=robust, **facts)


def test_stray_value_warns_even_where_the_sample_missed_it():
    """The extremes are known over all rows."""
    found = judged(CHECK, evidence(ages(3600.0)))
    assert (found.status, found.columns, found.measured) == ("warn", ("age",), 3600.0)


@pytest.mark.parametrize(("largest", "expected"), [(4.0, "pass"), (50.0, "pass"), (51.0, "warn")])
def test_fifty_deviations_are_the_limit(largest, expected):
    """Such a row weighs as much as 2,500 others."""
    assert status(CHECK, evidence(ages(largest))) == expected


def test_long_tail_is_no_stray():
    """Where 4 % of the rows lie far out, that is how incomes are."""
    assert judged(CHECK, evidence(ages(3600.0, fraction=0.04))) is None


@pytest.mark.parametrize(("logarithm", "expected"), [(4.5, "pass"), (4.9, "pass"), (5.1, "warn"), (9.0, "warn")])
def test_positive_numbers_are_judged_by_their_logarithm_too(logarithm, expected):
    """The largest of some log-normal amounts is far out, and no error; a thousand times the median plainly is one."""
    amounts = {"quantiles": {0.05: exp(-1.645), 0.5: 1.0, 0.95: exp(1.645)}}
    assert status(CHECK, evidence(ages(exp(logarithm), minimum=0.01, robust=amounts))) == expected


@pytest.mark.parametrize(("fraction", "expected"), [(0.03, "warn"), (0.035, "pass")])
def test_a_few_rows_of_a_small_table_are_strays(fraction, expected):
    """Of 150 rows, five are more than 1 %, and yet five strays."""
    assert status(CHECK, evidence(ages(3600.0, fraction=fraction, rows=150))) == expected


@pytest.mark.parametrize(("strays", "expected"), [(0.0, "pass"), (0.009, "warn"), (0.03, "pass")])
def test_strays_beyond_a_gap_are_told_from_a_long_tail(strays, expected):
    """A column with a tail of its own can hold typing errors too."""
    assert status(CHECK, evidence(ages(3600.0, fraction=0.04, robust={"stray_fraction": strays}))) == expected


def test_column_without_a_scale_is_silent():
    """Where the middle 90 % are one value, or differ by rounding, there is nothing to measure by."""
    flat = numbers(robust={"robust_std": 0.0, "max_robust_z": 0.0})
    rounded = numbers("r", robust={"quantiles": {0.5: 0.1}, "robust_std": 1e-17, "max_robust_z": 1e16})
    assert judged(CHECK, evidence(flat, rounded)) is None


def test_infinite_values_are_left_to_their_check():
    """The distance of infinity is no distance."""
    assert judged(CHECK, evidence(ages(float("inf"), n_infinite=1))) is None


def test_target_of_a_regression_is_judged():
    """A typing error in the target decides the squared error."""
    assert status(CHECK, evidence(numbers(), target=ages(3600.0))) == "warn"
