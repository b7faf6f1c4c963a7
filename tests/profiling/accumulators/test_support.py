"""Support by class against counts that pandas makes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from tests.profiling.tables import cut, profile


def test_support_equals_the_count_of_values_that_are_not_zero() -> None:
    """Numbers, flags and texts in every class, most frequent class first, however the table is cut."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "count": rng.poisson(0.3, 3_000),
            "maybe": np.where(rng.random(3_000) < 0.5, np.nan, rng.integers(0, 2, 3_000)),
            "flag": rng.random(3_000) < 0.1,
            "word": rng.choice(["a", "", " ", None], 3_000),
            "label": rng.choice(["x", "y", "z", None], 3_000, p=[0.2, 0.5, 0.1, 0.2]),
        }
    )
    table = pa.Table.from_pandas(frame, preserve_index=False)
    found = profile(table, "label", cut(table, 100, 1_700, batch_rows=300))
    values = frame.assign(maybe=frame["maybe"].fillna(0), word=frame["word"].eq("a"))
    expected = values.drop(columns="label").ne(0).groupby(frame["label"]).sum().loc[["y", "x", "z"]]
    support = found.class_support
    assert support is not None
    assert support.features == ("count", "maybe", "flag", "word")
    assert support.counts.tolist() == expected.T.to_numpy().tolist()
    assert support.n_rows.tolist() == [entry.count for entry in found.class_counts or ()]


def test_rows_of_zeros_and_gaps_are_hollow() -> None:
    """A row is hollow when it says nothing but zero; its label does not count."""
    table = pa.table({"a": [0, 0, 1, None], "b": [0.0, None, 0.0, np.nan], "y": ["u", "v", "u", None]})
    assert profile(table, "y").n_hollow_rows == 3
    assert profile(table.drop_columns("y")).n_hollow_rows == 3


def test_a_measured_target_has_no_classes() -> None:
    """More values than can be classes leave the hollow rows counted, and nothing by class."""
    table = pa.table({"a": np.arange(2_000) % 2, "y": np.arange(2_000) / 7})
    found = profile(table, "y", cut(table, 500))
    assert found.class_support is None
    assert found.n_hollow_rows == 1_000
