"""Values with their counts: only those that are wanted are put in order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefit.profiling.grouping import group_keys
from prefit.profiling.hashing import hash_array, splitmix64
from prefit.profiling.tally import Tally


@settings(deadline=None)
@given(counts=st.lists(st.integers(1, 4) | st.integers(1, 90), max_size=30), n=st.integers(0, 31))
def test_the_first_are_the_most_frequent_by_count_and_then_by_key(counts: list[int], n: int) -> None:
    """As a sort of all would put them."""
    keys = splitmix64(np.arange(len(counts), dtype=np.uint64))
    tally = Tally(pa.array(range(len(counts)), pa.int64()), np.array(counts, np.int64), keys)
    ordered = sorted(range(len(counts)), key=lambda place: (-counts[place], keys[place]))
    assert tally.first(n).values.to_pylist() == ordered[:n]
    assert tally.first().values.to_pylist() == ordered


@pytest.mark.parametrize("n_distinct", [50, 3_000, 2**40])
def test_keys_are_counted_whether_most_differ_or_not(n_distinct: int) -> None:
    """Each key with its rows, and with one of the entries that have it."""
    keys = splitmix64(np.random.default_rng(0).integers(0, n_distinct, 10_000).astype(np.uint64))
    found = group_keys(keys, np.arange(len(keys)), None)
    distinct, counts = np.unique(keys, return_counts=True)
    order = np.argsort(found.keys)
    assert (found.keys[order] == distinct).all()
    assert (found.counts[order] == counts).all()
    assert (keys[found.entries] == found.keys).all()


@pytest.mark.parametrize("n_distinct", [300, 2**40])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8"])
def test_numbers_are_counted_whether_they_are_few_or_not(dtype: str, n_distinct: int) -> None:
    """Null and NaN are none, and -0.0 is 0.0; each with the key that it has anywhere."""
    rng = np.random.default_rng(0)
    numbers = rng.integers(0, n_distinct, 9_000).astype(dtype)
    if dtype.startswith("float"):
        numbers[:5] = [np.nan, -0.0, 0.0, np.inf, -np.inf]
    gaps = rng.random(len(numbers)) < 0.1
    gaps[:5] = False
    column = pa.chunked_array([pa.array(numbers, mask=gaps)])
    found = Tally.of_column(column)
    present = numbers[~gaps]
    distinct, counts = np.unique(present[~np.isnan(present)], return_counts=True)
    order = np.argsort(found.values.to_numpy())
    assert np.array_equal(found.values.to_numpy()[order], distinct)
    assert np.array_equal(found.counts[order], counts)
    assert np.array_equal(found.keys, hash_array(found.values))
