"""Values counted by class."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.profiling.tables import cut, profile

RNG = np.random.default_rng(5)
N = 4_000
FRAME = pd.DataFrame({
    "few": RNG.choice(["u", "v", "w", None], N),
    "many": RNG.integers(0, 900, N).astype(float),
    "y": RNG.choice(["p", "q", None], N, p=[0.8, 0.15, 0.05]),
})  # fmt: skip
TABLE = pa.Table.from_pandas(FRAME, preserve_index=False)


@pytest.mark.parametrize("name", ["few", "many"])
def test_values_are_counted_by_class_as_pandas_does(name: str) -> None:
    """Over any cut; rows without a label count in all, and in no class."""
    found = profile(TABLE, "y", cut(TABLE, 7, 1_000, batch_rows=900)).columns[name].class_table
    assert found is not None
    assert found.exact
    assert found.values is not None
    expected = pd.crosstab(FRAME[name], FRAME["y"])[["p", "q"]]
    assert found.counts.tolist() == expected.reindex(found.values.to_pylist(), fill_value=0).to_numpy().tolist()
    assert found.n_rows.tolist() == FRAME[name].value_counts().loc[found.values.to_pylist()].tolist()


def test_beyond_the_capacity_the_kept_values_have_all_their_rows() -> None:
    """Which values they are is not known any more, their counts are whole."""
    found = profile(TABLE, "y", cut(TABLE, 50, 2_000), key_capacity=64).columns["many"].class_table
    assert found is not None
    assert found.values is None
    assert len(found.n_rows) == 64
    assert found.share == pytest.approx(64 / 900, rel=0.5)
    totals = FRAME["many"].value_counts()
    expected = pd.crosstab(FRAME["many"], FRAME["y"])[["p", "q"]].reindex(totals.index, fill_value=0).assign(n=totals)
    rows = set(expected.itertuples(index=False, name=None))
    assert {(*counts, n) for counts, n in zip(found.counts.tolist(), found.n_rows.tolist(), strict=True)} <= rows


def test_classes_are_those_of_the_support() -> None:
    """In its order: the most frequent first."""
    result = profile(TABLE, "y")
    table, support = result.columns["few"].class_table, result.class_support
    assert table is not None
    assert support is not None
    assert table.counts.sum(axis=0).tolist() == support.counts[0].tolist()


def test_neither_the_target_nor_a_dropped_column_has_a_class_table() -> None:
    """Nor has any column of a table without target."""
    assert profile(TABLE, "y").columns["y"].class_table is None
    assert profile(TABLE, "y", not_features=frozenset({"few"})).columns["few"].class_table is None
    assert profile(TABLE).columns["few"].class_table is None


def test_too_many_classes_have_no_class_table() -> None:
    """33 classes are beyond what is counted for a column, in whatever order they come."""
    few, many = (pa.table({"x": np.arange(660) % 7, "y": np.arange(660) % n}) for n in (32, 33))
    assert profile(few, "y").columns["x"].class_table is not None
    assert profile(many, "y", cut(many, 5, 300)).columns["x"].class_table is None


def test_rare_classes_that_come_late_are_counted() -> None:
    """A batch without a class, or with the first row of one, changes nothing of what was counted."""
    labels = ["a"] * 300 + ["0"] + ["a"] * 300 + ["b"] * 3
    table = pa.table({"x": np.arange(604) % 3, "y": labels})
    found = profile(table, "y", cut(table, batch_rows=100)).columns["x"].class_table
    assert found is not None
    assert found.counts.sum(axis=0).tolist() == [600, 3, 1]


@pytest.mark.parametrize("type_", [pa.float16(), pa.float64()])
def test_zero_has_no_sign(type_: pa.DataType) -> None:
    """Whichever of 0.0 and -0.0 came first."""
    for values in ([0.0, -0.0, 1.0], [-0.0, 0.0, 1.0]):
        table = pa.table({"x": pa.array(np.array(values, type_.to_pandas_dtype())), "y": ["p", "q", "p"]})
        found = profile(table, "y").columns["x"].class_table
        assert found is not None
        assert sorted(map(str, found.values.to_pylist())) == ["0.0", "1.0"]  # type: ignore[union-attr]
