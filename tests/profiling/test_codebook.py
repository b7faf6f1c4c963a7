"""Numbers are coded so that nothing but time tells it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from tests.profiling.tables import cut

from prefit.profiling import Plan, State, fold, lookup
from prefit.profiling.arrays import as_arrow
from prefit.profiling.codebook import MOST_NUMBERS
from prefit.profiling.codebooks import codebook_of
from prefit.profiling.hashing import NULL_KEY, hash_array
from prefit.profiling.lookup import Memo

TYPES = {
    "int8": pa.int8(),
    "uint64": pa.uint64(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
}


@pytest.mark.parametrize("name", TYPES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_row_is_at_the_place_of_its_number(name: str, data: st.DataObject) -> None:
    """Whatever the numbers, also as the codebook grows from batch to batch, and in batches with nulls."""
    numbers = data.draw(arrays_of.arrays(name, st.integers(1, 300)))
    gaps = data.draw(arrays_of.arrays(np.bool_, len(numbers)))
    memo, middle = Memo(), data.draw(st.integers(0, len(numbers)))
    for rows in (slice(0, middle), slice(middle, None), slice(None)):
        coded = memo.coded(numbers[rows], gaps[rows], TYPES[name])
        if coded is not None:
            found = coded.book.numbers[coded.codes[~gaps[rows]]]
            assert np.array_equal(found, numbers[rows][~gaps[rows]], equal_nan=numbers.dtype.kind == "f")
            assert (coded.codes[gaps[rows]] == len(coded.book)).all()
            assert coded.weights.sum() == len(coded.codes)
            known = coded.book.numbers[~np.isnan(coded.book.numbers)]
            assert not coded.book.ascending or (known[1:] > known[:-1]).all()


def test_a_number_keeps_its_place_when_others_come() -> None:
    """So that counts by place can be summed; keys are those of the values."""
    memo, rng = Memo(), np.random.default_rng(0)
    numbers = np.round(rng.exponential(2.0, (20, 4_096)), 2) / 3
    first = memo.coded(numbers[0], None, pa.float64())
    assert first is not None
    for some in numbers:
        coded = memo.coded(some, None, pa.float64())
        assert coded is not None
        assert coded.book.extends(first.book.keys)
        assert (coded.book.keys == hash_array(pa.array(coded.book.numbers))).all()
        assert len(np.unique(coded.book.numbers)) == len(coded.book)
    assert coded.book.keys_and_null[-1] == NULL_KEY


def test_a_range_grows_to_both_sides_up_to_its_limit() -> None:
    """Integers beyond are added with some room; one that is too far off is looked up like any number."""
    memo = Memo()
    for numbers, ends in (([3, 5], (3, 5)), ([9], (1, 11)), ([-1], (-5, 15))):
        coded = memo.coded(np.repeat(numbers, 16), None, pa.int64())
        assert coded is not None
        assert (coded.book.numbers[0], coded.book.numbers[-1]) == ends
    for numbers in ([7, MOST_NUMBERS], [7]):
        coded = memo.coded(np.repeat(numbers, 16), None, pa.int64())
        assert coded is not None
        assert coded.book.numbers.tolist() == [7, MOST_NUMBERS]


def test_decimals_have_the_place_of_their_last_digit() -> None:
    """NaN comes first; there is room beyond, more where some were beyond; what is no decimal ends that codebook."""
    memo = Memo()
    for numbers, ends in (([0.1, 0.25, np.nan], (0.06, 0.29)), ([0.31], (-0.01, 0.38)), ([-0.0], (-0.01, 0.38))):
        coded = memo.coded(np.repeat(numbers, 99), None, pa.float64())
        assert coded is not None
        assert np.isnan(coded.book.numbers[0])
        assert (coded.book.numbers[1], coded.book.numbers[-1]) == ends
    coded = memo.coded(np.repeat([0.1, 1 / 3, np.inf], 99), None, pa.float64())
    assert coded is not None
    assert coded.book.numbers.tolist() == [0.1, 1 / 3, np.inf]


def test_a_batch_of_decimals_is_coded_at_once() -> None:
    """Its first codebook has all of them, the rare ones at the ends too, and those of batches like it."""
    rng, memo = np.random.default_rng(0), Memo(most_numbers=2_048)
    books = set()
    for numbers in np.round(rng.normal(50, 2.0, (8, 40_000)), 2):
        coded = memo.coded(numbers, None, pa.float64())
        assert coded is not None
        books.add(id(coded.book))
    assert len(books) == 1


@pytest.mark.parametrize(("n_distinct", "fits"), [(900, True), (1_200, False)])
def test_more_numbers_than_there_may_be_are_not_learnt(n_distinct: int, fits: bool) -> None:
    """As many of some rows differ as only differ where there are too many in all."""
    numbers = np.random.default_rng(0).integers(0, n_distinct, 40_000) * 1_000_000_007
    assert (codebook_of(numbers, None, pa.int64(), 1_000) is not None) is fits


def test_numbers_that_differ_are_not_tried_with_each_batch() -> None:
    """After a batch of too many the next one is passed over, then three, up to 63."""
    memo, tried = Memo(), []
    numbers = np.random.default_rng(0).normal(size=40_000)
    for _ in range(12):
        before = memo.pause
        assert memo.coded(numbers, None, pa.float64()) is None
        tried.append(memo.pause != before)
    assert tried == [True, False, True, False, False, False, True, *[False] * 5]


def test_small_batches_are_not_coded_by_a_large_book() -> None:
    """Whose counting would take longer than that of the rows; the book is kept."""
    memo = Memo()
    assert memo.coded(np.arange(1_000), None, pa.int64()) is not None
    assert memo.coded(np.arange(10), None, pa.int64()) is None
    assert memo.coded(np.arange(1_000), None, pa.int64()) is not None


def test_the_bytes_of_a_state_are_the_same_without_codebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """For booleans, integers, rounded floats with NaN, -0.0 and nulls, dates, and labels of both kinds."""
    rng, n = np.random.default_rng(1), 30_000
    rounded = np.round(rng.normal(0, 3, n), 1)
    rounded[:3] = [np.nan, -0.0, np.inf]
    table = pa.table(
        {
            "flag": pa.array(rng.random(n) < 0.3, mask=rng.random(n) < 0.1),
            "whole": rng.zipf(1.3, n) % 9_000,
            "rounded": pa.array(rounded, mask=rng.random(n) < 0.2),
            "day": as_arrow(rng.integers(0, 4_000, n).astype(np.int32), pa.date32()),
            "label": pa.array(rng.integers(0, 3, n).astype(float), mask=rng.random(n) < 0.1),
        }
    )
    plan = Plan(schema=table.schema, target="label", key_capacity=512)

    def state_bytes() -> bytes:
        state = State.empty(plan)
        for partition in cut(table, 7_000, batch_rows=2_000):
            state = fold(partition, plan, onto=state)
        return state.to_bytes(plan)

    with_books = state_bytes()
    monkeypatch.setattr(lookup, "codebook_of", lambda *_: None)
    fold.__globals__["_memos"].cache_clear()
    assert state_bytes() == with_books
