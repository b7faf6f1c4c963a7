"""Tests of ``outliers``."""

from dataclasses import replace
from math import exp

import numpy as np
import pyarrow as pa
import pytest
from tests.checks.builders import evidence, indicator, judged, numbers, status, tops

from prefit.checks.integrity.outliers import Outliers
from prefit.profiling.values import RowSample

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


def sampled(values: np.ndarray, **facts):
    """Return the evidence of a column of these values, beside others if the table is sparse, all rows in the sample."""
    column = ages(float(values.max()), rows=len(values), **facts)
    others = [indicator(f"word{i}", 3, rows=len(values)) for i in range(3)] if facts.get("type") else []
    given = evidence(column, *others)
    table = pa.table({"age": values})
    return replace(given, profile=replace(given.profile, sample=RowSample(table, np.arange(len(values)))))


def test_a_heavy_tail_reaches_far_in_many_rows():
    """Of a power law with index 3, the hundred thousandth value lies at 46; a slip beyond its end is told apart."""
    tail = 5 * (np.arange(1, 101) / 101) ** (-1 / 3)
    bulk = np.linspace(-2, 2, 10_000)
    assert status(CHECK, sampled(np.concatenate([bulk, tail * 2.5]), robust={"outlier_fraction": 0.009})) == "pass"
    assert status(CHECK, sampled(np.concatenate([bulk, tail, [3600.0]]), robust={"outlier_fraction": 0.009})) == "warn"
    assert status(CHECK, sampled(np.concatenate([bulk, tail[:20], [60.0]]))) == "warn"


def test_counts_of_a_sparse_table_are_no_strays():
    """One posting that uses a word 25 times is how words are; one count far out in a dense table is not."""
    values = np.repeat([0.0, 1.0, 60.0], [900, 99, 1])
    counts = {"robust": {"integer_valued": True}, "minimum": 0, "top": tops([900, 99, 1], [0, 1, 60])}
    assert status(CHECK, sampled(values, type="int64", **counts)) == "pass"
    assert status(CHECK, sampled(values, **counts)) == "warn"


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
