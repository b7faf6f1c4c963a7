"""Correlations over all rows against numpy's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests.profiling.tables import cut, profile

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
