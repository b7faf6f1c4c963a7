"""Rows in which columns have no value together, against a count of all pairs."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pyarrow as pa
from tests.profiling.tables import cut, profile

from prefit.profiling.accumulators import co_missing
from prefit.profiling.joint_values import CoMissing

RNG = np.random.default_rng(3)


def gappy(n_rows: int = 5_000) -> pa.Table:
    """Make a table with null, NaN, empty and blank values, and columns without a gap between."""
    lost = [RNG.random(n_rows) < share for share in (0.3, 0.05, 0.6)]
    return pa.table(
        {
            "whole": np.arange(n_rows),
            "null": pa.array(np.arange(n_rows), mask=lost[0]),
            "nan": np.where(lost[1], np.nan, 1.0),
            "text": np.where(lost[2], np.where(lost[0], "", "  "), "x"),
            "none": pa.nulls(n_rows),
            "y": np.where(lost[1] & lost[0], "a", "b"),
        }
    )


def counted(table: pa.Table, names: tuple[str, ...]) -> list[list[int]]:
    """Count pair by pair."""
    frame = table.select(names).to_pandas()
    lost = [(column.isna() | (column.astype(str).str.strip() == "")).to_numpy() for _, column in frame.items()]
    return [[int((one & other).sum()) for other in lost] for one in lost]


def test_counts_are_those_of_all_rows() -> None:
    """Over partitions and batches, beside a sample of 50 rows; the diagonal is what each column says itself."""
    table = gappy()
    found = profile(table, target="y", partitions=cut(table, 1_700, batch_rows=400), sample_rows=50)
    co = found.co_missing
    assert co.columns == ("null", "nan", "text", "none")
    assert co.counts.tolist() == counted(table, co.columns)
    assert np.diag(co.counts).tolist() == [found.columns[name].n_missing for name in co.columns]
    assert co.n_left_out == 0


def test_the_first_columns_are_kept_whatever_the_cut() -> None:
    """Of more columns with gaps than are counted, the first of the table are, also where they come late."""
    late = pa.table({f"x{i}": pa.array([1, 2] if i else [1, None]) for i in range(4)})
    early = pa.table({f"x{i}": pa.array([None if i else 1, 2]) for i in range(4)})
    table = pa.concat_tables([early, late])
    with patch.object(co_missing, "_MAX_COLUMNS", 2):
        for parts in (cut(table), cut(table, 2)):
            co = profile(table, partitions=parts).co_missing
            assert (co.columns, co.counts.tolist(), co.n_left_out) == (("x0", "x1"), [[1, 0], [0, 1]], 2)


def test_groups_are_columns_without_value_in_the_same_rows() -> None:
    """One row in a hundred may differ; each column is in one group at most."""
    counts = np.array([[100, 99, 0, 0], [99, 99, 0, 0], [0, 0, 50, 49], [0, 0, 49, 50]])
    assert CoMissing(("a", "b", "c", "d"), counts, n_rows=300).together() == (("a", "b"),)
    assert CoMissing().together() == ()


def test_columns_that_are_nearly_empty_do_not_belong_together_by_chance() -> None:
    """Two columns with other values each in 5 of 1,000 rows have no value in 99 % of the rows, both."""
    apart, same = np.array([[995, 990], [990, 995]]), np.array([[995, 995], [995, 995]])
    assert CoMissing(("a", "b"), apart, n_rows=1_000).together() == ()
    assert CoMissing(("a", "b"), same, n_rows=1_000).together() == (("a", "b"),)
