"""Moments against sums of fractions, which round nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profiling.tables import cut, profile, profile_of

from prefit.profiling import State, fold, make_plan
from prefit.profiling.numeric import NumericBatch
from prefit.profiling.power_sums import power_sums

RNG = np.random.default_rng(3)
ANY_FLOAT = st.one_of(
    st.floats(), st.floats(-5, 5), st.sampled_from([1e200, -1e200, 5e-324, -3e-310, 1.7e308, -1.7e308, 0.0, 2.0**46])
)


def exact(values: Any) -> tuple[float, float, float, float]:
    """Return mean, standard deviation, skewness and excess kurtosis, rounded once each."""
    numbers = [Fraction(value if isinstance(value, int) else float(value)) for value in values]
    n = len(numbers)
    mean = sum(numbers, Fraction()) / n
    m2, m3, m4 = (sum(((x - mean) ** power for x in numbers), Fraction()) / n for power in (2, 3, 4))
    skewness = root(m3**2 / m2**3) * (1 if m3 > 0 else -1)
    return float(mean), root(m2 * Fraction(n, n - 1)), skewness, float(m4 / m2**2 - 3)


def root(exact_: Fraction) -> float:
    """Return the square root of a fraction."""
    with localcontext(prec=60):
        return float((Decimal(exact_.numerator) / Decimal(exact_.denominator)).sqrt())


def found(column: Any) -> tuple[float, float, float, float]:
    """Return what the profile says."""
    return column.mean, column.std, column.skewness, column.kurtosis


@pytest.mark.parametrize(
    "values",
    [
        RNG.normal(size=2_000),
        RNG.normal(1e9, 1.0, 2_000),
        RNG.normal(-1e-5, 1e-14, 2_000),
        RNG.lognormal(0, 1.5, 2_000),
        np.append(RNG.normal(size=8_300), 1e12),
        np.append(np.zeros(8_300), RNG.normal(1e6, 1.0, 700)),
        RNG.normal(size=2_000) * 1e-300,
        RNG.integers(0, 3, 2_000) * 5e-324,
        RNG.normal(size=2_000) * 1e150,
        np.where(np.arange(9_000) < 8_192, 1e8, 7.0),
        np.arange(20_000.0),
    ],
    ids=["normal", "offset", "tiny", "skewed", "outlier", "zeros first", "1e-300", "denormal", "1e150", "late", "run"],
)
def test_moments_are_exact_to_twelve_digits(values: np.ndarray) -> None:
    """Whatever the mean, the spread and the outliers are, and however little the first rows say of them."""
    column = profile_of(values)
    mean, std, *shape = exact(values)
    assert column.mean == pytest.approx(mean, rel=1e-12, abs=1e-12 * std)
    assert column.std == pytest.approx(std, rel=1e-11)
    assert [column.skewness, column.kurtosis] == pytest.approx(shape, rel=1e-8, abs=1e-8)


def test_a_mean_of_a_billion_deviations_costs_nothing_even_unplanned() -> None:
    """A column whose first 8,192 rows are null is centred by nothing."""
    values = RNG.normal(1e9, 1.0, 1_000)
    table = pa.table({"x": pa.concat_arrays([pa.nulls(8_192, pa.float64()), pa.array(values)])})
    column = profile(table).columns["x"]
    mean, std, *_ = exact(values)
    assert (column.mean, column.std) == (pytest.approx(mean, rel=1e-15), pytest.approx(std, rel=1e-9))
    assert (column.skewness, column.kurtosis) == (None, None)


@pytest.mark.parametrize("type_", [pa.int64(), pa.uint64()], ids=str)
def test_integers_beyond_two_to_the_53_keep_their_spread(type_: pa.DataType) -> None:
    """The difference from the center is taken in integers."""
    values = [2**62 + int(i) for i in RNG.integers(0, 100, 3_000)]
    column = profile_of(values, type_)
    assert found(column) == pytest.approx(exact(values), rel=1e-9)
    assert profile_of([0, 2**64 - 1], pa.uint64()).std == pytest.approx(2**63.5)
    assert profile_of([-(2**63), 2**63 - 1], pa.int64()).std == pytest.approx(2**63.5)


@settings(max_examples=150, deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), ANY_FLOAT), max_size=40),
    n_planned=st.integers(0, 40),
    edges=st.lists(st.integers(0, 40), max_size=4).map(sorted),
)
def test_any_cut_gives_the_same_bytes(values: list[float | None], n_planned: int, edges: list[int]) -> None:
    """All of float64 from any plan: equal sums, to the last bit."""
    table = pa.table({"x": pa.array(values, pa.float64())})
    plan = make_plan(table.schema, first_rows=table.slice(0, n_planned).to_batches())
    whole = fold(cut(table)[0], plan)
    parts = cut(table, *(min(edge, len(values)) for edge in edges))
    merged = State.empty(plan)
    for part in reversed(parts):
        merged = fold(part, plan) + merged
    assert merged.columns[0].moments.canonical() == whole.columns[0].moments.canonical()
    whole.columns[0].moments.value(plan.scales[0])


def test_numbers_that_repeat_are_summed_as_if_they_did_not() -> None:
    """Counted by number over three batches, with a long tail, NaN, infinity and nulls: the integers of all rows."""
    x = RNG.zipf(1.5, 30_000) % 10_000 / 8
    x[RNG.random(30_000) < 0.01], x[7], x[8] = np.nan, np.inf, -0.0
    gaps = RNG.random(30_000) < 0.05
    table = pa.table({"x": pa.array(x, mask=gaps)})
    plan = make_plan(table.schema, first_rows=table.to_batches())
    moments = fold(cut(table, batch_rows=10_000)[0], plan).columns[0].moments
    numbers, scale = NumericBatch.of_values(x[np.isfinite(x) & ~gaps]), plan.scales[0]
    assert moments.waiting
    assert moments.canonical().sums == power_sums(numbers, scale, numbers.reach(scale))
    assert moments.n == numbers.n


def test_a_plan_does_not_depend_on_how_the_first_rows_come() -> None:
    """Batches of any size, and rows beyond the 8,192nd, make no difference."""
    table = pa.table({"x": RNG.normal(size=20_000)})
    whole = make_plan(table.schema, first_rows=table.to_batches())
    for rows in (7, 5_000, 8_192):
        assert make_plan(table.schema, first_rows=table.to_batches(max_chunksize=rows)) == whole
    assert replace(whole, scales=()).column_scales[0].known is False


@pytest.mark.parametrize("values", [[], [None, None], [np.nan, np.inf], [3.5], [True, False]])
def test_odd_first_rows_make_a_plan(values: list[Any]) -> None:
    """Empty, all null, nothing finite, constant and boolean columns."""
    table = pa.table({"x": pa.array(values, from_pandas=False)})
    column = profile(table).columns["x"]
    numbers = [float(value) for value in values if value is not None and np.isfinite(value)]
    assert column.mean == (pytest.approx(np.mean(numbers)) if numbers else None)
