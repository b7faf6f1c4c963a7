"""Duplicates, conflicts, empty rows, fingerprint and row keys."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.profiling.tables import Slice, cut, profile

from prefit.profiling.values import MalformedRow

RNG = np.random.default_rng(11)


def rows(n: int = 4_000) -> pa.Table:
    """Rows of few values, so that many are equal and many equal ones have two labels."""
    frame = {
        "a": RNG.integers(0, 60, n),
        "b": RNG.choice(["u", "v", None], n),
        "y": RNG.choice(["p", "q"], n, p=[0.9, 0.1]),
    }
    return pa.table({name: pa.array(values) for name, values in frame.items()})


def exact_conflicts(frame: pd.DataFrame) -> int:
    """Count rows whose features occur with two labels."""
    classes = frame.groupby(["a", "b"], dropna=False)["y"].transform("nunique")
    return int((classes > 1).sum())


def test_duplicates_and_conflicts_agree_with_pandas() -> None:
    """Exact counts over any split, with positions of such rows."""
    table = rows()
    frame = table.to_pandas()
    result = profile(table, "y", cut(table, 1, 1_000, batch_rows=300))
    assert (result.duplicates.estimate, result.duplicates.exact) == (frame.duplicated().sum(), True)
    assert frame.duplicated()[list(result.duplicates.positions)].all()
    assert result.conflicts is not None
    assert result.conflicts.estimate == exact_conflicts(frame)
    assert len(result.conflicts.positions) == 100


def test_duplicates_beyond_the_capacity_are_estimated() -> None:
    """With a fifth of the distinct rows kept, the interval holds the truth for most tables."""
    held = []
    for seed in range(20):
        values = np.random.default_rng(seed).integers(0, 5_000, 6_000)
        found = profile(pa.table({"x": values, "y": values % 7}), "y", row_capacity=700, sample_rows=10).duplicates
        assert not found.exact
        held.append(found.low <= len(values) - len(np.unique(values)) <= found.high)
    assert sum(held) >= 15


@pytest.mark.parametrize("n_distinct", [300, 3_000, 30_000])
def test_rows_that_wait_are_counted_like_all_others(n_distinct: int) -> None:
    """Whether they are dropped by a lower ceiling, put together because many are equal, or sorted in the end."""
    rng = np.random.default_rng(n_distinct)
    values = rng.integers(0, n_distinct, 20_000)
    table = pa.table({"x": values, "y": values % 7 + rng.integers(0, 2, 20_000)})
    parts = profile(table, "y", cut(table, 7, 9_000, batch_rows=250), row_capacity=1_000)
    whole = profile(table, "y", row_capacity=1_000)
    assert (parts.duplicates, parts.conflicts) == (whole.duplicates, whole.conflicts)
    assert np.array_equal(parts.row_keys, whole.row_keys)


def test_no_duplicate_among_the_kept_rows_still_has_an_upper_bound() -> None:
    """Not having seen one is not the same as there being none."""
    found = profile(pa.table({"x": np.arange(5_000)}), row_capacity=500).duplicates
    assert (found.estimate, found.low) == (0, 0)
    assert found.high == pytest.approx(30, rel=0.2)


def test_a_missing_label_contradicts_nothing() -> None:
    """Null, empty and NaN labels are no second opinion."""
    table = pa.table({"a": [1, 1, 1, 2, 2], "y": ["p", None, "", "p", "q"]})
    conflicts = profile(table, "y").conflicts
    assert conflicts is not None
    assert (conflicts.estimate, conflicts.positions) == (2, (3, 4))


def test_null_and_nan_are_different_values_of_a_row() -> None:
    """A row with null is no duplicate of a row with NaN."""
    table = pa.table({"a": pa.array([None, np.nan, np.nan], from_pandas=False)})
    assert profile(table).duplicates.estimate == 1


def test_without_a_target_there_are_no_conflicts() -> None:
    """The question does not arise."""
    result = profile(rows())
    assert (result.conflicts, result.class_counts, result.class_sample) == (None, None, None)


def test_columns_that_are_no_features_do_not_hide_a_conflict() -> None:
    """A dropped row number must not make all rows differ."""
    table = pa.table({"n": [1, 2], "a": [5, 5], "y": ["p", "q"]})
    assert profile(table, "y", not_features=frozenset({"n"})).conflicts.estimate == 2  # type: ignore[union-attr]
    assert profile(table, "y").conflicts.estimate == 0  # type: ignore[union-attr]


def test_rows_without_a_value_in_any_feature_are_empty() -> None:
    """The target does not count, nor do blanks."""
    table = pa.table({"a": pa.array([None, np.nan, 1.0], from_pandas=False), "b": ["", " ", "x"], "y": [1, 1, 1]})
    assert profile(table, "y").n_empty_rows == 2
    assert profile(table).n_empty_rows == 0
    assert profile(table.select(["y"]), "y").n_empty_rows == 0


def test_the_fingerprint_does_not_heed_the_order_of_rows() -> None:
    """Nor the split; but it does heed values, repetitions, names and types."""
    table = rows(500)
    original = profile(table).fingerprint
    shuffled = table.take(pa.array(RNG.permutation(500)))
    assert profile(shuffled, partitions=cut(shuffled, 100)).fingerprint == original
    assert profile(table.slice(1)).fingerprint != original
    assert profile(table.rename_columns(["a", "c", "y"])).fingerprint != original
    assert profile(table.set_column(0, "a", table["a"].cast(pa.int32()))).fingerprint != original
    assert profile(pa.concat_tables([table, table])).fingerprint != original


def test_row_keys_find_equal_rows_in_another_table() -> None:
    """Whatever the width and the order of the columns."""
    train, test = pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]}), pa.table({"b": ["y", "n"], "a": [2.0, 9.0]})
    keys = profile(train).row_keys
    assert len(np.intersect1d(keys, profile(test).row_keys)) == 1
    assert np.array_equal(keys, np.sort(keys))


def test_feature_keys_find_equal_features_in_a_table_without_target() -> None:
    """Whatever the label, also where it is missing, and whatever is no feature."""
    train = pa.table({"n": [1, 2, 3], "a": [5, 6, 7], "y": ["p", None, "q"]})
    drop = frozenset({"n"})
    keys = profile(train, "y", not_features=drop).feature_keys
    assert len(np.intersect1d(keys, profile(train.drop_columns(["y"]), not_features=drop).feature_keys)) == 3
    assert len(np.intersect1d(keys, profile(train.select(["a"])).feature_keys)) == 3


def test_conflicts_count_labelled_rows_only() -> None:
    """A row without a label, before or after, neither makes a conflict nor counts in one."""
    table = pa.table({"a": [1, 1, 1, 2, 2, 3], "y": [None, "p", "q", None, "p", None]})
    conflicts = profile(table, "y").conflicts
    assert conflicts is not None
    assert (conflicts.estimate, conflicts.positions) == (2, (1, 2))


def test_malformed_lines_are_counted_and_the_first_shown() -> None:
    """By file and line, whatever order they are met in."""
    table = pa.table({"a": [1, 2]})
    lines = [MalformedRow(line, "f.csv", "too many fields") for line in range(150, 0, -1)]
    malformed = profile(table, partitions=[Slice(table, malformed=lines)]).malformed
    assert malformed.count == 150
    assert [row.line for row in malformed.examples] == list(range(1, 101))
