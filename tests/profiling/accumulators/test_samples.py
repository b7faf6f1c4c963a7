"""The row sample and the sample of each class."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profiling.tables import Slice, cut, profile

from prefit.profiling import finish, make_plan
from prefit.profiling.fold import fold

N = 5_000
TABLE = pa.table({"x": np.arange(N), "y": np.where(np.arange(N) % 500 == 7, "rare", "common")})


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, N), max_size=4).map(sorted), batch_rows=st.sampled_from([97, 1_000, N]))
def test_the_sample_does_not_depend_on_the_cut(cuts: list[int], batch_rows: int) -> None:
    """The same rows in the same order, for any partitions and batches."""
    whole = profile(TABLE, "y", sample_rows=300)
    parts = profile(TABLE, "y", cut(TABLE, *cuts, batch_rows=batch_rows), sample_rows=300)
    assert parts.sample.table.equals(whole.sample.table)
    assert parts.sample.positions.tolist() == parts.sample.table["x"].to_pylist()
    assert parts.class_sample is not None
    assert whole.class_sample is not None
    assert parts.class_sample.table.equals(whole.class_sample.table)


def test_knowing_the_number_of_rows_changes_no_sampled_row() -> None:
    """A preset ceiling only spares copying."""
    known = profile(TABLE, "y", sample_rows=300, n_rows=N)
    assert known.sample.table.equals(profile(TABLE, "y", sample_rows=300).sample.table)


def test_a_small_table_is_sampled_whole() -> None:
    """In table order."""
    assert profile(TABLE).sample.table.equals(TABLE)


def test_another_seed_draws_other_rows() -> None:
    """And as many."""
    first, second = (profile(TABLE, sample_rows=300, seed=seed).sample.positions for seed in (0, 1))
    assert len(first) == len(second) == 300
    assert len(np.intersect1d(first, second)) < 60


def test_the_sample_is_uniform() -> None:
    """Every tenth of the table gives about a tenth of the sample (six standard deviations)."""
    tenths = np.bincount(profile(TABLE, sample_rows=1_000).sample.positions * 10 // N)
    assert (abs(tenths - 100) < 6 * np.sqrt(90)).all()


def test_ranks_in_the_sample_keep_the_stated_error() -> None:
    """The empirical distribution is within the Dvoretzky-Kiefer-Wolfowitz bound at 99.99 %."""
    sample = profile(TABLE, sample_rows=2_000).sample.positions
    error = np.abs(np.searchsorted(sample, np.arange(N), side="right") / 2_000 - (np.arange(N) + 1) / N).max()
    assert error < np.sqrt(np.log(2 / 1e-4) / (2 * 2_000))


def test_every_class_keeps_rows_however_rare() -> None:
    """Ten rows of a class among 5,000 are all there."""
    sample = profile(TABLE, "y", sample_rows=100, class_rows=20).class_sample
    assert sample is not None
    labels = sample.table["y"].to_pylist()
    assert (labels.count("rare"), labels.count("common")) == (10, 20)
    assert sample.positions.tolist() == sorted(sample.positions)


def test_a_target_of_too_many_values_has_no_classes() -> None:
    """Neither counts nor a sample."""
    result = profile(TABLE, "x", max_classes=100)
    assert (result.class_counts, result.class_sample) == (None, None)


def test_missing_labels_are_no_class() -> None:
    """Null, NaN, empty and blank are left out; counts come most frequent first."""
    table = pa.table({"y": ["b", None, "a", "", " ", "a"]})
    result = profile(table, "y")
    assert result.class_counts is not None
    assert [(entry.value, entry.count) for entry in result.class_counts] == [("a", 2), ("b", 1)]
    assert result.class_sample is not None
    assert result.class_sample.positions.tolist() == [0, 2, 5]


def test_blank_labels_do_not_make_too_many_classes() -> None:
    """As many classes as there may be, beside three ways to have none, in one batch or in many."""
    table = pa.table({"y": ["a", "b", None, "", " ", "\t"]})
    for batch_rows in (1, 6):
        result = profile(table, "y", cut(table, batch_rows=batch_rows), max_classes=2)
        assert result.class_sample is not None
        assert result.class_sample.positions.tolist() == [0, 1]


def test_encoded_columns_are_sampled_as_plain_values() -> None:
    """Whoever reads the sample meets no dictionary and no view."""
    table = pa.table({
        "d": pa.array(["a", "b"]).dictionary_encode(),
        "v": pa.array(["a", "b"], pa.string_view()),
        "n": pa.array([1, 1]).dictionary_encode(),
    })  # fmt: skip
    types = profile(table).sample.table.schema.types
    assert types == [pa.string(), pa.large_string(), pa.int64()]


def test_sampled_rows_do_not_hold_on_to_their_batch() -> None:
    """The bytes of a state follow from the sample, not from the table."""
    wide = pa.table({"x": ["x" * 1_000] * 2_000})
    state = fold(Slice(wide), make_plan(wide.schema))
    small = fold(Slice(wide), make_plan(wide.schema, n_rows=2_000 * 65_536 // 10))
    assert small.sample.rows.table.get_total_buffer_size() < state.sample.rows.table.get_total_buffer_size() / 10


@pytest.mark.parametrize("n_rows", [0, 1])
def test_the_smallest_tables_have_a_profile(n_rows: int) -> None:
    """No rows and one row are legal."""
    table = TABLE.slice(0, n_rows)
    plan = make_plan(table.schema, target="y")
    result = finish(fold(Slice(table), plan), plan)
    assert (result.n_rows, len(result.sample.positions), result.duplicates.estimate) == (n_rows, n_rows, 0)
