"""Known keys are found, others are not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from tests.profiling.tables import cut, profile

from prefit.profiling.hashing import splitmix64
from prefit.profiling.lookup import Lookup, Memo

KEYS = np.sort(splitmix64(np.arange(4_096, dtype=np.uint64)))


def test_what_is_found_is_the_key_itself() -> None:
    """Most known keys are found, and no unknown one is."""
    places, found = Lookup(KEYS, np.ones(len(KEYS), np.int64)).find(KEYS)
    assert found.mean() > 0.9
    assert (KEYS[places[found]] == KEYS[found]).all()
    assert not Lookup(KEYS, np.ones(len(KEYS), np.int64)).find(KEYS + np.uint64(1))[1].any()


def test_of_two_keys_in_one_place_the_more_frequent_is_found() -> None:
    """So that the common case stays the quick one."""
    keys = np.array([5, 5 + (1 << 40)], np.uint64)
    assert Lookup(keys, np.array([9, 1])).find(keys)[1].tolist() == [True, False]
    assert Lookup(keys, np.array([1, 9])).find(keys)[1].tolist() == [False, True]


def test_a_lookup_is_made_anew_for_other_keys() -> None:
    """And not made where there are few rows to look up."""
    memo = Memo()
    counts = np.ones(len(KEYS), np.int64)
    first = memo.lookup_of(KEYS, counts, 65_536)
    assert memo.lookup_of(KEYS, counts, 65_536) is first
    assert memo.lookup_of(KEYS.copy(), counts, 65_536) is not first
    assert memo.lookup_of(KEYS, counts, 100) is None


def test_values_are_counted_alike_with_and_without_a_lookup() -> None:
    """Nulls and NaN are no values, wherever they stand."""
    rng = np.random.default_rng(3)
    numbers = pa.array(rng.integers(0, 50, 30_000).astype(float), mask=rng.random(30_000) < 0.1)
    table = pa.table({"x": numbers})
    parts = profile(table, partitions=cut(table, 10_000, batch_rows=5_000)).columns["x"]
    assert parts.top == profile(table).columns["x"].top
    assert sum(entry.count for entry in parts.top) == len(numbers) - numbers.null_count
