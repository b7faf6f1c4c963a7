"""The lowest keys are kept whatever is left out on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from prefit.profiling.accumulators.bottom_k import KeyTable, loose_ceiling
from prefit.profiling.hashing import splitmix64
from prefit.profiling.plan import EVERY_KEY

some_keys = arrays(np.uint64, st.integers(0, 60), elements=st.one_of(st.integers(0, 40), st.integers(0, EVERY_KEY)))


@settings(deadline=None)
@given(parts=st.tuples(some_keys, some_keys), capacity=st.integers(1, 20), ceiling=st.integers(0, EVERY_KEY))
def test_more_keys_than_wanted_are_at_or_below_a_loose_ceiling(
    parts: tuple[np.ndarray, np.ndarray], capacity: int, ceiling: int
) -> None:
    """Unless there are not so many below the ceiling that held before: then it is that."""
    loose = loose_ceiling(parts, capacity, ceiling)
    below = {int(key) for part in parts for key in part if key <= loose}
    assert loose <= ceiling
    assert loose == ceiling or len(below) > capacity


def test_a_loose_ceiling_is_close() -> None:
    """An eighth too many keys at most are below it."""
    keys = splitmix64(np.arange(60_000, dtype=np.uint64))
    assert 10_000 < np.count_nonzero(keys <= np.uint64(loose_ceiling((keys,), 10_000, EVERY_KEY))) < 11_250


@pytest.mark.parametrize("n_distinct", [50, 100, 101, 5_000])
def test_rows_are_grouped_as_python_would(n_distinct: int) -> None:
    """Counts add, the first row is the first; up to the capacity of 100 nothing is left out."""
    values = np.random.default_rng(n_distinct).integers(0, n_distinct, 9_000).astype(np.uint64)
    keys = splitmix64(np.concatenate([np.arange(n_distinct, dtype=np.uint64), values]))
    rows = np.arange(len(keys))
    table = KeyTable.of_rows(keys, {"count": np.ones(len(keys), np.int64), "first": rows}, capacity=100)
    lowest = sorted(set(keys.tolist()))
    assert table.keys.tolist() == lowest[:100]
    assert table.ceiling == (lowest[100] - 1 if n_distinct > 100 else EVERY_KEY)
    assert table.columns["count"].tolist() == [int((keys == key).sum()) for key in table.keys]
    assert table.columns["first"].tolist() == [int((keys == key).argmax()) for key in table.keys]
