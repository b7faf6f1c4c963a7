"""Accumulators against an exact computation by other means."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profiling.tables import cut, profile, profile_of

from prefit.profiling.values import ValueCount

RNG = np.random.default_rng(7)


def test_counts_tell_null_nan_and_infinity_apart() -> None:
    """NaN is missing, infinity is not, and zero has no sign."""
    column = profile_of(pa.array([1.0, None, np.nan, np.inf, -np.inf, 0.0, -0.0, -2.0], from_pandas=False))
    assert (column.n_null, column.n_nan, column.n_infinite, column.n_zero, column.n_negative) == (1, 1, 2, 2, 2)
    assert (column.n_missing, column.n_present) == (2, 6)


def test_counts_tell_empty_from_blank_texts() -> None:
    """White space of any script is blank, and a word after a space is not."""
    column = profile_of(["", " ", "\t\n", "\u00a0", "\u2003", "\u3000", " a", "é", None])
    assert (column.n_null, column.n_empty, column.n_blank, column.n_present) == (1, 1, 5, 2)


def test_texts_that_repeat_are_counted_through_their_dictionary() -> None:
    """A column long enough to be encoded gives the same counts as a short one."""
    column = profile_of(["", " ", "b", None] * 1_000)
    assert (column.n_null, column.n_empty, column.n_blank) == (1_000, 1_000, 1_000)
    assert column.lengths is not None
    assert column.lengths.mean == pytest.approx(2 / 3)
    assert column.distinct.estimate == 3


def test_false_is_zero() -> None:
    """Booleans count as numbers."""
    column = profile_of([True, False, False, None])
    assert (column.n_zero, column.minimum, column.maximum, column.mean) == (2, False, True, pytest.approx(1 / 3))
    assert column.minimum is False


@pytest.mark.parametrize(
    ("values", "type_", "least", "greatest"),
    [
        ([2**63 - 1, None, -(2**63)], pa.int64(), -(2**63), 2**63 - 1),
        ([2**64 - 1, 2**64 - 2], pa.uint64(), 2**64 - 2, 2**64 - 1),
        ([float("nan"), 1.5, float("inf")], pa.float32(), 1.5, float("inf")),
        ([float("nan"), None], pa.float64(), None, None),
        (["b", "a", "ä", None], pa.string(), "a", "ä"),
        ([decimal.Decimal("12345678901234567890.01"), decimal.Decimal(-1)], pa.decimal128(38, 2),
         decimal.Decimal("-1.00"), decimal.Decimal("12345678901234567890.01")),
        ([dt.date(2024, 2, 29), dt.date(1, 1, 1)], pa.date32(),
         dt.date(1, 1, 1), dt.date(2024, 2, 29)),
        ([dt.datetime(2024, 1, 1, 0, 0, 0, 1)] * 2, pa.timestamp("ns"),
         dt.datetime(2024, 1, 1, 0, 0, 0, 1), dt.datetime(2024, 1, 1, 0, 0, 0, 1)),
        ([0, 2**60], pa.timestamp("s"), dt.datetime(1970, 1, 1), "36534630048-05-13T13:56:16"),
        ([0, 2**62], pa.duration("s"), dt.timedelta(0), str(np.timedelta64(2**62, "s"))),
        ([dt.time(23, 59), dt.time(1, 2, 3)], pa.time32("s"), dt.time(1, 2, 3), dt.time(23, 59)),
        ([[1], [2]], pa.list_(pa.int8()), None, None),
        ([], pa.int64(), None, None),
    ],
)  # fmt: skip
def test_extremes_are_exact(values: list[object], type_: pa.DataType, least: object, greatest: object) -> None:
    """Minimum and maximum of every type, as Python objects."""
    column = profile_of(values, type_)
    assert (column.minimum, column.maximum) == (least, greatest)


def test_extremes_keep_the_time_zone() -> None:
    """A zoned timestamp comes back as an aware dt."""
    when = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
    column = profile_of([when], pa.timestamp("us", "Europe/Berlin"))
    assert column.maximum == when
    assert column.maximum.utcoffset() == dt.timedelta(hours=2)


@settings(max_examples=30, deadline=None)
@given(
    mean=st.sampled_from([0.0, 5.0, -1e6]),
    scale=st.sampled_from([1e-3, 1.0, 1e9]),
    cuts=st.lists(st.integers(0, 3_000), max_size=5).map(sorted),
)
def test_moments_are_those_of_scipy(mean: float, scale: float, cuts: list[int]) -> None:
    """Mean, deviation, skewness and kurtosis over any split agree to nine digits."""
    from scipy import stats

    values = mean + scale * np.random.default_rng(1).gamma(2.0, size=3_000)
    table = pa.table({"x": values})
    column = profile(table, partitions=cut(table, *cuts)).columns["x"]
    assert column.mean == pytest.approx(values.mean(), rel=1e-9)
    assert column.std == pytest.approx((values - np.median(values)).std(ddof=1), rel=1e-9)
    centred = values - np.median(values)  # exact, and spares scipy the rounding of a large mean
    assert column.skewness == pytest.approx(stats.skew(centred), rel=1e-9)
    assert column.kurtosis == pytest.approx(stats.kurtosis(centred), rel=1e-9)


def test_moments_of_a_constant_have_no_shape() -> None:
    """0.1 has no exact sum; the rounding of its mean is not taken for spread."""
    column = profile_of([0.1] * 1_000)
    assert (column.mean, column.std, column.skewness, column.kurtosis) == (pytest.approx(0.1), 0.0, None, None)


def test_moments_beyond_float64_are_none() -> None:
    """An overflow is said to be unknown, without a warning."""
    column = profile_of([1e200, -1e200, 3e200])
    assert (column.mean, column.std) == (pytest.approx(1e200), pytest.approx(2e200))
    column = profile_of([*range(9_000), 1e200])
    assert column.mean == pytest.approx(1e200 / 9_001)
    assert (column.std, column.skewness, column.kurtosis) == (None, None, None)
    assert profile_of([None, np.nan, np.inf]).mean is None


def test_distinct_and_top_agree_with_pandas() -> None:
    """Exact counts while the values fit the key sample."""
    values = RNG.zipf(1.5, size=20_000).clip(max=500)
    column = profile_of(values)
    counts = pd.Series(values).value_counts()
    assert column.distinct.exact
    assert column.distinct.low == column.distinct.high == len(counts)
    assert [entry.count for entry in column.top] == counts.head(100).tolist()
    assert {entry.value: entry.count for entry in column.top[:10]} == counts.head(10).to_dict()


def test_distinct_is_estimated_within_its_interval() -> None:
    """Beyond the capacity the 90 % interval holds the truth in about nine columns of ten."""
    truth, n = 5_000, 20_000
    table = pa.table({f"x{i}": RNG.integers(0, truth, n) + 10**6 * i for i in range(60)})
    columns = profile(table, key_capacity=256, sample_rows=100).columns.values()
    exact = [len(np.unique(table.column(column.name))) for column in columns]
    assert not any(column.distinct.exact for column in columns)
    held = [column.distinct.low <= n <= column.distinct.high for column, n in zip(columns, exact, strict=True)]
    errors = [column.distinct.estimate / n - 1 for column, n in zip(columns, exact, strict=True)]
    assert 0.78 <= np.mean(held) <= 1.0
    assert abs(np.mean(errors)) < 0.03
    assert np.std(errors) == pytest.approx(1 / 16, rel=0.4)


def test_top_beyond_the_capacity_is_scaled_from_the_sample() -> None:
    """A value in half of the rows is found with about its count, which is said not to be exact."""
    values = np.where(RNG.random(20_000) < 0.5, -1, np.arange(20_000))
    column = profile(pa.table({"x": values}), key_capacity=64, sample_rows=2_000).columns["x"]
    assert column.top[0].value == -1
    assert column.top[0].count == pytest.approx((values == -1).sum(), rel=0.1)
    assert not column.top_exact


def test_a_sample_of_all_rows_makes_the_counts_exact() -> None:
    """A small table of many distinct values needs no estimate."""
    column = profile(pa.table({"x": np.arange(5_000)}), key_capacity=64).columns["x"]
    assert (column.distinct.estimate, column.distinct.exact, column.top_exact) == (5_000, True, True)


def test_values_that_are_too_large_to_keep_leave_the_distinct_count_exact() -> None:
    """Texts beyond the limit are counted by key, and shown from the sample."""
    texts = [f"{i % 50} " + "x" * 100 for i in range(1_000)]
    column = profile(pa.table({"x": texts}), value_bytes=1_000, sample_rows=200).columns["x"]
    assert (column.distinct.estimate, column.distinct.exact, column.top_exact) == (50, True, False)
    assert column.top[0].value in texts


def test_nan_is_no_value_and_an_empty_text_is_one() -> None:
    """Distinct counts what is there, not what is missing in the sense of the checks."""
    assert profile_of([np.nan, 1.0, 1.0]).top == (ValueCount(1.0, 2),)
    assert profile_of(["", "a", None]).distinct.estimate == 2


def test_lengths_are_bytes_of_utf8() -> None:
    """Two bytes for an umlaut."""
    lengths = profile_of(["ä", "abc", None, ""]).lengths
    assert lengths is not None
    assert (lengths.minimum, lengths.maximum, lengths.mean) == (0, 3, pytest.approx(5 / 3))
    assert profile_of([1]).lengths is None
