"""Keys: equal values have equal keys, others do not."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profiling.strategies import columns

from prefit.profiling.arrays import plain
from prefit.profiling.hashing import NAN_KEY, NULL_KEY, hash_array, salt_of, splitmix64

DAY = dt.datetime(2020, 2, 29)


@pytest.mark.parametrize(
    "type_", [pa.int8(), pa.uint64(), pa.float16(), pa.float32(), pa.float64(), pa.bool_(), pa.decimal128(9, 4)]
)
def test_one_has_one_key_in_every_numeric_type(type_: pa.DataType) -> None:
    """The width of a column does not matter to row keys."""
    one = pa.array([1], pa.int64())
    other = pa.array([True]) if type_ == pa.bool_() else pa.array([1.0]).cast(type_)
    assert hash_array(one) == hash_array(other)


def test_big_integers_keep_all_their_digits() -> None:
    """Neighbours beyond 2**53, where float64 has gaps, have keys of their own."""
    big = [2**53, 2**53 + 1, 2**62, 2**62 + 1, 2**63 - 1, -(2**53) - 1, -(2**63)]
    keys = hash_array(pa.array(big, pa.int64()))
    assert len(set(keys.tolist())) == len(big)
    assert hash_array(pa.array([2**62 + 1], pa.uint64())) == keys[3]
    assert hash_array(pa.array([float(2**62)])) == keys[2]


def test_nan_zero_and_null_have_one_key_each() -> None:
    """All NaN are alike, so are 0.0 and -0.0, and null is neither."""
    other_nan = np.array([0x7FF8000000000001], np.uint64).view(np.float64)[0]
    keys = hash_array(pa.array([np.nan, other_nan, 0.0, -0.0, None], from_pandas=False))
    assert keys[0] == keys[1] == NAN_KEY
    assert keys[2] == keys[3]
    assert keys[4] == NULL_KEY


@pytest.mark.parametrize(("bits", "dtype"), [(0x7FA00000, np.uint32), (0x7FF4000000000000, np.uint64)])
@pytest.mark.filterwarnings("error")
def test_signalling_nan_is_nan(bits: int, dtype: type[np.unsignedinteger[Any]]) -> None:
    """Without a warning; memory under a null may look like one, too."""
    values = np.array([bits, bits], dtype).view(f"f{np.dtype(dtype).itemsize}")
    assert hash_array(pa.array(values, from_pandas=False)).tolist() == [NAN_KEY, NAN_KEY]


@settings(max_examples=200, deadline=None)
@given(column=columns(), data=st.data())
def test_the_key_of_a_value_does_not_depend_on_its_place(column: pa.Array, data: st.DataObject) -> None:
    """Slices, reordering and decoding leave the keys as they are."""
    keys = hash_array(column)
    order = data.draw(st.permutations(range(len(column))))
    start = data.draw(st.integers(0, len(column)))
    assert hash_array(column[start:]).tolist() == keys[start:].tolist()
    decoded = plain(column)
    assert hash_array(decoded).tolist() == keys.tolist()
    assert hash_array(decoded.take(pa.array(order, pa.int64()))).tolist() == keys[list(order)].tolist()


def _numbered(column: pa.Array) -> pa.Array:
    """Turn dates and times into integers: Python has none before the year 1."""
    if not pa.types.is_temporal(column.type) or pa.types.is_interval(column.type):
        return column
    return column.view(pa.int32() if column.type.bit_width == 32 else pa.int64())


@settings(max_examples=200, deadline=None)
@given(column=columns())
def test_different_values_have_different_keys(column: pa.Array) -> None:
    """As many keys as values, by their Python text (which keeps 0.0 apart from -0.0)."""
    values = {repr(value).replace("-0.0", "0.0") for value in _numbered(plain(column)).to_pylist()}
    assert len(set(hash_array(column).tolist())) == len(values)


@settings(max_examples=50, deadline=None)
@given(texts=st.lists(st.binary(max_size=100)))
def test_texts_of_all_encodings_have_the_same_keys(texts: list[bytes]) -> None:
    """Offsets of 32 or 64 bits, views, dictionaries and nulls in between do not matter."""
    column = pa.array(texts, pa.binary())
    keys = hash_array(column).tolist()
    assert hash_array(column.cast(pa.large_binary())).tolist() == keys
    assert hash_array(column.cast(pa.binary_view())).tolist() == keys
    assert hash_array(column.dictionary_encode()).tolist() == keys
    assert [int(hash_array(pa.array([None, text]))[1]) for text in texts] == keys


def test_long_texts_are_hashed_in_blocks() -> None:
    """A text longer than a block differs from one that differs in its last byte, or in the order of its blocks."""
    long = b"0123456789abcdef" * 200_000
    texts = [long, long[:-1] + b"x", long[8:] + long[:8], long + b"\0", b""]
    keys = hash_array(pa.array(texts, pa.large_binary()))
    assert len(set(keys.tolist())) == 5
    assert hash_array(pa.array([b"pad", long]))[1] == keys[0]


def test_trailing_zero_bytes_count() -> None:
    """Padding to whole words does not make texts equal."""
    keys = hash_array(pa.array([b"", b"\0", b"\0\0", b"\0" * 8, b"\0" * 9, b"\0" * 40]))
    assert len(set(keys.tolist())) == 6


def test_an_instant_has_one_key_in_every_unit() -> None:
    """Seconds, nanoseconds and dates of the same instant are alike; another nanosecond is not."""
    types = [pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us", "UTC"), pa.timestamp("ns")]
    keys = [int(hash_array(pa.array([DAY]).cast(type_))[0]) for type_ in types]
    keys += [int(hash_array(pa.array([DAY.date()], type_))[0]) for type_ in (pa.date32(), pa.date64())]
    assert len(set(keys)) == 1
    assert hash_array(pa.array([1], pa.timestamp("ns"))) != hash_array(pa.array([0], pa.timestamp("ns")))


def test_long_decimals_keep_all_their_digits() -> None:
    """Decimals beyond 15 digits differ in the last one."""
    values = [decimal.Decimal("12345678901234567890.01"), decimal.Decimal("12345678901234567890.02")]
    keys = hash_array(pa.array(values, pa.decimal128(38, 2)))
    assert keys[0] != keys[1]
    assert hash_array(pa.array(values, pa.decimal256(60, 2))).tolist() == keys.tolist()


def test_the_key_of_a_decimal_does_not_depend_on_longer_ones_beside_it() -> None:
    """Beyond 38 digits decimals have keys of their own kind, the others keep theirs."""
    short, long = [decimal.Decimal("0.00"), decimal.Decimal(-1), None], [decimal.Decimal(10) ** 50]
    keys = hash_array(pa.array(short + long, pa.decimal256(76, 2))).tolist()
    assert keys[:3] == hash_array(pa.array(short, pa.decimal128(38, 2))).tolist()
    assert keys[3:] == hash_array(pa.array(long, pa.decimal256(76, 2))).tolist()
    assert len(set(keys)) == 4


def test_large_embeddings_are_hashed_in_pieces() -> None:
    """A column of more numbers than a block has the keys of its rows."""
    numbers = pa.array(np.arange(300_000 * 4, dtype=np.float32))
    column = pa.FixedSizeListArray.from_arrays(numbers, 4)
    keys = hash_array(column)
    assert len(np.unique(keys)) == 300_000
    assert hash_array(column[200_000:200_001])[0] == keys[200_000]


def test_splitmix64_is_the_published_one() -> None:
    """The first outputs of the reference implementation for seed 0, so that saved states stay readable."""
    gamma = 0x9E3779B97F4A7C15
    mixed = splitmix64(np.array([0, gamma], np.uint64))
    assert [hex(value) for value in mixed] == ["0xe220a8397b1dcdaf", "0x6e789e6aa1b965f4"]


def test_keys_are_the_same_in_every_version() -> None:
    """Keys are written into states and baselines: a change needs a new HASH_VERSION."""
    assert hex(hash_array(pa.array(["prefit"]))[0]) == "0x5616b09c01807dea"
    assert hex(hash_array(pa.array([1.5]))[0]) == "0xd6dab18e1392608a"
    assert hex(hash_array(pa.array([[1, None]]))[0]) == "0xc74a00545a4fe5de"
    assert hex(salt_of("age")) == "0x7eaff8bc5f19e7db"
