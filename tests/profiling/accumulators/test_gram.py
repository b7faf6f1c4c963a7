"""Correlations over all rows against numpy's."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from tests.profiling.tables import cut, profile

from prefit.profiling import products
from prefit.profiling.accumulators import Gram
from prefit.profiling.batches import TableBatch
from prefit.profiling.plan import make_plan
from prefit.profiling.scales import Scale

RNG = np.random.default_rng(5)


def test_correlations_are_of_all_rows_and_not_of_the_sample() -> None:
    """Pairs with gaps in either column, far from zero, over several partitions, beside a sample of 50 rows."""
    x = RNG.normal(1e6, 1.0, 20_000)
    y = np.where(RNG.random(20_000) < 0.2, np.nan, 3 * x + RNG.normal(size=20_000))
    z = pa.array(x + RNG.normal(scale=0.3, size=20_000), mask=RNG.random(20_000) < 0.1)
    table = pa.table({"x": x, "y": y, "z": z})
    found = profile(table, partitions=cut(table, 3_000, batch_rows=1_000), sample_rows=50).correlations
    expected = table.to_pandas().corr()
    assert {(pair.first, pair.second) for pair in found} == {("x", "y"), ("x", "z"), ("y", "z")}
    assert all(pair.r == pytest.approx(expected.loc[pair.first, pair.second], abs=5e-6) for pair in found)
    assert all(pair.n_rows == len(table.select([pair.first, pair.second]).to_pandas().dropna()) for pair in found)


def test_a_column_with_a_far_value_falls_back_to_the_sample() -> None:
    """Its products would not be whole; the others stay exact."""
    x = RNG.normal(size=20_000)
    far = x.copy()
    far[15_000] = 1e9
    found = profile(pa.table({"x": x, "copy": 2 * x, "far": far}), sample_rows=500).correlations
    rows = {frozenset((pair.first, pair.second)): pair.n_rows for pair in found}
    assert rows[frozenset(("x", "copy"))] == 20_000
    assert all(n <= 500 for pair, n in rows.items() if "far" in pair)


@pytest.mark.parametrize("gap_share", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("n_columns", [3, 50])
def test_sums_are_those_of_whole_numbers(n_columns: int, gap_share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns near and far from zero, tiny and huge, with few or many gaps, against exact products of whole steps."""
    monkeypatch.setattr(products, "_BLOCK_CELLS", 2_000)
    monkeypatch.setattr(products, "_LEAST_ROWS", 70)
    offset = np.array([0.0, 1e6, -3.0, 1e200, 1e-200])[np.arange(n_columns) % 5]
    spread = np.where(offset == 0.0, 1.0, np.abs(offset) / 7)
    x = offset[:, None] + spread[:, None] * RNG.normal(size=(n_columns, 300))
    gaps = RNG.random(x.shape) < gap_share * (np.arange(n_columns) % 3)[:, None]
    table = pa.table({f"x{i}": pa.array(x[i], mask=gaps[i]) for i in range(n_columns)})
    rows = table.to_batches()
    batch = TableBatch(rows[0], 0, make_plan(table.schema, first_rows=rows))
    gram = Gram.from_batch(batch)
    steps = np.array([whole_steps(column, scale) for column, scale in zip(x, batch.plan.scales, strict=True)])
    steps, present = np.where(gaps, 0, steps), (~gaps).astype(np.int64)
    assert (gram.reach <= 2**18).all()
    assert (gram.n_both == present @ present.T).all()
    assert (gram.sums == steps @ present.T).all()
    assert (gram.products == steps @ steps.T).all()
    assert (gram.squares == np.square(steps) @ present.T).all()


def whole_steps(x: np.ndarray, scale: Scale) -> list[int]:
    """Round numbers to 2**-10 of a scale; the center too, where the exponent is a plain one."""
    step = Fraction(2) ** (scale.exponent - 10)
    center = Fraction(scale.center) / step
    center = Fraction(round(center)) if abs(scale.exponent) < 300 else center
    return [round(Fraction(value) / step - center) for value in x.tolist()]


def test_a_column_beyond_the_reach_of_one_batch_is_left_out_of_all() -> None:
    """Its sums are nothing whichever batch comes first, and it costs nothing from then on."""
    near = pa.table({"x": RNG.normal(size=100), "y": RNG.normal(size=100)})
    far = pa.table({"x": [1e9], "y": [0.0]})
    plan = make_plan(near.schema, first_rows=near.to_batches())
    first, second = (Gram.from_batch(TableBatch(table.to_batches()[0], 0, plan)) for table in (near, far))
    after = second + Gram.from_batch(TableBatch(near.to_batches()[0], 1, plan), second)
    for sum_ in (first + second, second + first, after):
        assert [sum_.n_both[0].tolist(), sum_.products[:, 0].tolist(), sum_.n_both[1, 1]] == [[0, 0], [0, 0], 101]


def test_columns_beyond_the_first_500_are_counted() -> None:
    """They are compared with none, which the profile says."""
    table = pa.table({f"x{i}": np.arange(40.0) for i in range(502)} | {"text": ["a"] * 40})
    found = profile(table)
    assert found.n_uncompared == 2
    assert {pair.second for pair in found.correlations} == {f"x{i}" for i in range(1, 500)}
