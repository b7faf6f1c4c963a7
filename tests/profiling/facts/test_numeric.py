"""Quantiles, outliers, histograms and sentinels of numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests.profiling.tables import profile, profile_of

from prefit.profiling.values import Histogram, NumericFacts

RNG = np.random.default_rng(2)


def facts_of(values: object, type_: pa.DataType | None = None) -> NumericFacts:
    """Describe one numeric column."""
    facts = profile_of(values, type_).numeric
    assert isinstance(facts, NumericFacts)
    return facts


def histogram_of(values: object) -> Histogram:
    """Draw one column."""
    histogram = profile_of(values).histogram
    assert isinstance(histogram, Histogram)
    return histogram


def test_quantiles_are_those_of_numpy() -> None:
    """NaN, null and infinity are left out."""
    values = RNG.normal(size=5_000)
    facts = facts_of(pa.array([*values, np.nan, np.inf, None], from_pandas=False))
    expected = np.quantile(values, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99], method="inverted_cdf")
    assert list(facts.quantiles.values()) == pytest.approx(list(expected))
    assert facts.n_values == 5_000


def test_outliers_are_counted_in_robust_deviations() -> None:
    """Two of a thousand values a hundred deviations away do not hide themselves."""
    values = np.append(RNG.normal(size=998), [100.0, -100.0])
    facts = facts_of(values)
    assert facts.robust_std == pytest.approx(np.clip(values, *np.quantile(values, [0.05, 0.95])).std(), rel=0.01)
    assert facts.outlier_fraction == pytest.approx(0.002)
    assert facts.max_robust_z == pytest.approx(100 / facts.robust_std, rel=0.01)


@pytest.mark.parametrize("tail", [RNG.normal(size=990), RNG.lognormal(0, 1, 990)], ids=["normal", "long tail"])
def test_strays_lie_beyond_a_gap(tail: object) -> None:
    """Ten times as far from the median as all others."""
    assert facts_of(np.append(tail, [5_000.0] * 6 + [-9_000.0])).stray_fraction == pytest.approx(7 / 997)
    assert facts_of(tail).stray_fraction == 0.0


def test_a_column_that_hardly_varies_has_no_outliers() -> None:
    """Without spread there is no distance."""
    facts = facts_of([0.0] * 99 + [1.0])
    assert (facts.robust_std, facts.outlier_fraction, facts.max_robust_z) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("values", "whole"), [([1, 2], True), ([1.0, 2.0, None], True), ([1.5], False)])
def test_whole_numbers_are_told(values: list[float], whole: bool) -> None:
    """Also when stored as floats, as pandas does with missing values."""
    assert facts_of(values).integer_valued is whole


def test_a_column_without_numbers_has_empty_facts() -> None:
    """No finite value, no quantile."""
    assert facts_of([None, None], pa.float64()) == NumericFacts(n_values=0)
    assert profile_of([np.nan]).histogram is None


AGES = RNG.integers(18, 80, 2_000)


@pytest.mark.parametrize("code", [-999, 999, -1, 9999, 1000])
def test_a_frequent_code_far_from_the_others_is_disguised_missing(code: int) -> None:
    """Outlying, frequent and looking like a code."""
    facts = facts_of(np.where(RNG.random(2_000) < 0.1, code, AGES))
    assert [entry.value for entry in facts.disguised] == [code]
    assert facts.disguised[0].count == pytest.approx(200, abs=80)


PRESSURES = RNG.normal(72, 11, 2_000).round()


@pytest.mark.parametrize("share", [0.01, 0.4])
def test_a_zero_that_cannot_be_measured_is_disguised_missing(share: float) -> None:
    """Nobody has a blood pressure of 0, and nobody one near it."""
    facts = facts_of(np.where(RNG.random(2_000) < share, 0.0, PRESSURES))
    assert [entry.value for entry in facts.disguised] == [0]


def test_a_rare_code_very_far_from_the_others_is_disguised_missing() -> None:
    """Years of school of 99 in five rows, fewer than have any of the usual values."""
    facts = facts_of(np.append(RNG.integers(3, 18, 2_000), [99] * 6))
    assert [entry.value for entry in facts.disguised] == [99]


@pytest.mark.parametrize(
    "values",
    [
        np.where(RNG.random(2_000) < 0.3, 0.0, RNG.gamma(2.0, 50.0, 2_000)),
        np.where(RNG.random(2_000) < 0.9, 0.0, PRESSURES),
        RNG.poisson(6, 2_000),
        np.append(PRESSURES, [0.0]),
        RNG.choice([0, 50, 60], 2_000),
    ],
    ids=["amounts", "mostly zero", "counts", "once", "doses"],
)
def test_a_zero_that_can_be_measured_is_a_number(values: object) -> None:
    """Small amounts come near it, or it is the usual value, or there are a few steps only."""
    assert facts_of(values).disguised == ()


@pytest.mark.parametrize(
    "values",
    [
        np.append(AGES, [999]),  # once is an error, not a code
        np.append(AGES, [317] * 300),  # frequent and far, but no code
        np.append(AGES, [77] * 300),  # a code inside the range
        RNG.integers(-50, 50, 2_000),  # -1 among other negative numbers
        RNG.choice([-1, 0, 1], 2_000),  # a coded answer
        np.round(RNG.lognormal(4, 2, 2_000)),  # heavy tail
        np.arange(101).repeat(20),  # per cent, up to 100
        [-999] * 20,
    ],
    ids=["once", "no code", "inside", "negatives", "answers", "heavy tail", "per cent", "constant"],
)
def test_what_lacks_one_of_the_three_signs_is_no_disguised_missing(values: object) -> None:
    """All of them must hold."""
    assert facts_of(values).disguised == ()


def test_histogram_counts_every_finite_value_between_rounded_edges() -> None:
    """Edges are a multiple of 1, 2, 2.5 or 5 times a power of ten, and increase."""
    histogram = histogram_of(RNG.normal(50, 10, 3_000))
    steps = np.diff(histogram.edges)
    assert sum(histogram.counts) == 3_000
    assert steps == pytest.approx(np.full(len(steps), 2.5))
    assert all(edge % 2.5 == 0 for edge in histogram.edges)


def test_histogram_does_not_give_extremes_away() -> None:
    """A value far out is in the last bin, whose edge is near the others."""
    histogram = histogram_of(np.append(RNG.normal(size=2_000), 123_456.0))
    assert max(histogram.edges) < 10
    assert histogram.counts[-1] >= 1


@pytest.mark.parametrize("values", [[3], [0.0], [1e-9], [-1e12], [True + 0, 2, 3], [1e308, -1e308], [0.1] * 5])
def test_histogram_of_odd_columns(values: list[float]) -> None:
    """Constants and extreme magnitudes have a histogram that counts them all."""
    histogram = histogram_of(values)
    assert sum(histogram.counts) == len(values)
    assert (np.diff(histogram.edges) > 0).all()


@pytest.mark.parametrize("values", [[-1.7976931348623157e308, -8.8e15], [2.2e-309], [-2.2e-309, -2.3e-308, 0.0]])
def test_histogram_at_the_ends_of_float64_is_sound_or_none(values: list[float]) -> None:
    """Edges that overflow, or are finer than a decimal fraction can say, are no reason to stop."""
    histogram = profile_of(values).histogram
    assert histogram is None or sum(histogram.counts) == len(values)


def test_decimals_are_numbers() -> None:
    """They have quantiles and a histogram."""
    column = profile_of(pa.array([1, 2, 3]).cast(pa.decimal128(21, 2)))
    assert column.numeric is not None
    assert column.numeric.quantiles[0.5] == 2.0
    assert column.histogram is not None


def correlations(**columns: object) -> list[tuple[str, str, float, int]]:
    """Find strong pairs, rounded."""
    found = profile(pa.table(columns)).correlations
    return [(pair.first, pair.second, round(pair.r, 6), pair.n_rows) for pair in found]


def test_strong_correlations_agree_with_pandas_on_shared_rows() -> None:
    """Missing values are left out pair by pair; inf is missing."""
    x = RNG.normal(size=500)
    y = np.where(RNG.random(500) < 0.3, np.nan, 1e6 - 3 * x + RNG.normal(scale=0.5, size=500))
    z = pa.array(np.where(RNG.random(500) < 0.2, None, x + RNG.normal(scale=0.1, size=500)), pa.float64())
    table = pa.table(
        {"x": np.append(x, 1.0), "y": np.append(y, np.inf), "z": pa.concat_arrays([z, pa.nulls(1, z.type)])}
    )
    expected = table.to_pandas().replace(np.inf, np.nan).corr()
    found = profile(table).correlations
    assert {(pair.first, pair.second) for pair in found} == {("x", "y"), ("x", "z"), ("y", "z")}
    assert all(pair.r == pytest.approx(expected.loc[pair.first, pair.second], abs=1e-9) for pair in found)
    assert [abs(pair.r) for pair in found] == sorted((abs(pair.r) for pair in found), reverse=True)


def test_weak_constant_and_thin_pairs_are_no_correlation() -> None:
    """Nor are two columns that share only a few rows, or texts."""
    x = RNG.normal(size=100)
    thin = [float(value) if i < 9 else None for i, value in enumerate(x)]
    assert correlations(x=x, noise=RNG.normal(size=100), constant=[0.1] * 100, thin=thin, t=[str(v) for v in x]) == []


def test_booleans_and_integers_correlate() -> None:
    """A flag that says the same as a number is found."""
    flag = RNG.random(200) < 0.5
    assert correlations(flag=flag, number=flag.astype(int) * 7 - 3) == [("flag", "number", 1.0, 200)]
