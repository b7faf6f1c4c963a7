"""Arrow columns of every type that the fold has to take, drawn by hypothesis."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

_NAIVE = st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))
_FLOATS = st.one_of(st.floats(-1000, 1000), st.sampled_from([float("nan"), float("inf"), float("-inf"), -0.0, 0.0]))
_WORDS = st.one_of(
    st.sampled_from(
        ["", " ", "\u00a0\t", "a", "b", "ä", "naïve text of more than thirty-two bytes, twice as long: " * 2]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
_DECIMALS = st.decimals(-(10**20), 10**20, places=2, allow_nan=False)

TYPES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "int8": (pa.int8(), st.integers(-128, 127)),
    "int64": (pa.int64(), st.one_of(st.integers(-5, 5), st.integers(-(2**63), 2**63 - 1))),
    "uint64": (pa.uint64(), st.one_of(st.integers(0, 5), st.integers(0, 2**64 - 1))),
    "float32": (pa.float32(), st.one_of(st.floats(-1000, 1000, width=32), st.just(float("nan")))),
    "float64": (pa.float64(), _FLOATS),
    "bool": (pa.bool_(), st.booleans()),
    "string": (pa.string(), _WORDS),
    "large_string": (pa.large_string(), _WORDS),
    "string_view": (pa.string_view(), _WORDS),
    "dictionary": (pa.dictionary(pa.int32(), pa.string()), _WORDS),
    "dictionary of numbers": (pa.dictionary(pa.int8(), pa.int64()), st.integers(-3, 3)),
    "binary": (pa.binary(), st.binary(max_size=12)),
    "decimal": (pa.decimal128(38, 2), _DECIMALS.map(lambda value: value.quantize(decimal.Decimal("0.01")))),
    "date": (pa.date32(), st.dates()),
    "timestamp": (pa.timestamp("ns"), _NAIVE),
    "zoned": (pa.timestamp("us", "Europe/Berlin"), _NAIVE),
    "time": (pa.time64("us"), st.times()),
    "list": (pa.list_(pa.float64()), st.lists(st.one_of(st.none(), _FLOATS), max_size=3)),
    "embedding": (pa.list_(pa.float32(), 2), st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=2)),
    "struct": (
        pa.struct([("a", pa.int64()), ("b", pa.string())]),
        st.fixed_dictionaries({"a": st.integers(0, 2), "b": st.one_of(st.none(), _WORDS)}),
    ),
    "map": (pa.map_(pa.string(), pa.int64()), st.lists(st.tuples(_WORDS, st.integers(0, 2)), max_size=2)),
    "null": (pa.null(), st.none()),
}


@st.composite
def columns(draw: st.DrawFn, *, max_size: int = 30) -> pa.Array:
    """Draw a column of any type, often with nulls, often of few distinct values; it may be empty."""
    type_, values = TYPES[draw(st.sampled_from(sorted(TYPES)))]
    few = st.sampled_from(draw(st.lists(values, min_size=1, max_size=4)))
    entry = st.one_of(draw(st.sampled_from([values, few])), st.none())
    return as_array(draw(st.lists(entry, max_size=max_size)), type_)


def as_array(values: list[Any], type_: pa.DataType) -> pa.Array:
    """Make an array, also of an encoded type."""
    if pa.types.is_dictionary(type_):
        return pa.array(values, type_.value_type).dictionary_encode().cast(type_)
    return pa.array(values, type_)
