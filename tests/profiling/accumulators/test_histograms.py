"""Numbers counted in bins, in all rows and by class, against numpy's histogram."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profiling.tables import cut, profile

from prefit.profiling.bins import NO_BINS, bins_of
from prefit.profiling.scales import scale_of
from prefit.profiling.values import ClassHistogram

RNG = np.random.default_rng(8)
LABELS = np.array(["rare", "often", "", "more"])


def counted(values: np.ndarray, found: ClassHistogram) -> list[int]:
    """Count finite values between the edges, and below and above."""
    edges = np.array(found.edges, np.int64 if values.dtype.kind == "i" else np.float64)
    places = np.searchsorted(edges, values[np.isfinite(values)], side="right")
    return np.bincount(places, minlength=66).tolist()


@pytest.mark.parametrize(
    "values",
    [
        RNG.normal(1e6, 3.0, 9_000),
        np.where(RNG.random(9_000) < 0.2, np.nan, RNG.lognormal(0, 3, 9_000)),
        np.where(RNG.random(9_000) < 0.01, np.inf, np.round(RNG.normal(size=9_000), 1)),
        RNG.integers(-5, 5, 9_000),
        RNG.integers(2**60, 2**60 + 2**20, 9_000),
        (RNG.random(9_000) < 0.3).astype(np.float32),
        np.full(9_000, 7.5),
    ],
)
def test_counts_are_those_of_all_rows(values: np.ndarray) -> None:
    """In all rows, and by class, whatever the cut; rows without a label are in no class."""
    labels = LABELS[RNG.choice(4, 9_000, p=[0.02, 0.6, 0.1, 0.28])]
    table = pa.table({"x": values, "y": labels})
    found = profile(table, target="y", partitions=cut(table, 2_500, batch_rows=700), sample_rows=60)
    histogram = found.columns["x"].class_histogram
    assert histogram is not None
    assert len(histogram.edges) == 65
    assert histogram.n_rows.tolist() == counted(values, histogram)
    assert found.class_counts is not None
    for place, label in enumerate(label.value for label in found.class_counts):
        assert histogram.counts[:, place].tolist() == counted(values[labels == label], histogram)


def test_the_target_and_other_columns_that_are_no_features_have_no_classes() -> None:
    """Of a regression with too many values nothing is counted by class."""
    few = pa.table({"x": np.arange(2_000) * 1.5, "y": np.arange(2_000) % 3, "text": ["a"] * 2_000})
    columns = profile(few, target="y").columns
    assert columns["text"].class_histogram is None
    assert [columns[name].class_histogram.counts.shape for name in "xy"] == [(66, 3), (66, 0)]
    assert profile(few, target="x").columns["y"].class_histogram.counts.shape == (66, 0)


@pytest.mark.filterwarnings("ignore:overflow")
@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=80).map(np.array))
def test_bins_span_the_middle_of_the_numbers(values: np.ndarray) -> None:
    """Edges ascend, and no more than one number in fifty is beyond them."""
    ordered = np.sort(values)
    bins = bins_of(ordered, scale_of(ordered))
    if bins == NO_BINS:
        assert not 1e-290 < np.abs(ordered).max() < 1e290
        return
    places = bins.places(ordered)
    assert ((places == 0) | (places == 65)).sum() <= 0.02 * len(ordered) + 1
    assert (np.diff(bins.edges) >= 0).all()
    assert (np.diff(places) >= 0).all()
