"""Arrow columns of every type that the fold has to take, drawn by hypothesis."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import strategies as st

_NAIVE = st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))
_WORDS = st.one_of(
    st.sampled_from(
        ["", " ", "\u00a0\t", "a", "b", "ä", "naïve text of more than thirty-two bytes, twice as long: " * 2]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
_EXACT = decimal.Context(prec=80)
_SPANS = st.timedeltas(dt.timedelta(days=-100_000), dt.timedelta(days=100_000))
_SECONDS = _SPANS.map(lambda span: dt.timedelta(seconds=span // dt.timedelta(seconds=1)))


def _decimals(digits: int) -> st.SearchStrategy[decimal.Decimal]:
    """Numbers of so many digits, two of them after the point."""
    return st.integers(1 - 10**digits, 10**digits - 1).map(lambda number: decimal.Decimal(number).scaleb(-2, _EXACT))


def _integers(bits: int, *, signed: bool) -> st.SearchStrategy[int]:
    """Integers of a width, of which many are small."""
    least, greatest = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return st.one_of(st.integers(max(least, -5), 5), st.integers(least, greatest))


def _floats(bits: int) -> st.SearchStrategy[float]:
    """Floats of a width."""
    special = st.sampled_from([float("nan"), float("inf"), float("-inf"), -0.0, 0.0])
    return st.one_of(st.floats(-1000, 1000, width=bits), special)  # type: ignore[arg-type]


_FLOATS = _floats(64)

TYPES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    **{f"int{bits}": (getattr(pa, f"int{bits}")(), _integers(bits, signed=True)) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (getattr(pa, f"uint{bits}")(), _integers(bits, signed=False)) for bits in (8, 16, 32, 64)},
    **{f"float{bits}": (getattr(pa, f"float{bits}")(), _floats(bits)) for bits in (16, 32, 64)},
    "large float64": (pa.float64(), st.floats()),
    "bool": (pa.bool_(), st.booleans()),
    "string": (pa.string(), _WORDS),
    "large_string": (pa.large_string(), _WORDS),
    "string_view": (pa.string_view(), _WORDS),
    "dictionary": (pa.dictionary(pa.int32(), pa.string()), _WORDS),
    "dictionary of numbers": (pa.dictionary(pa.int8(), pa.int64()), st.integers(-3, 3)),
    "dictionary of large strings": (pa.dictionary(pa.uint16(), pa.large_string()), _WORDS),
    "run ends": (pa.run_end_encoded(pa.int32(), pa.float64()), _FLOATS),
    "run ends of words": (pa.run_end_encoded(pa.int16(), pa.string()), _WORDS),
    "binary": (pa.binary(), st.binary(max_size=12)),
    "large_binary": (pa.large_binary(), st.binary(max_size=12)),
    "binary_view": (pa.binary_view(), st.binary(max_size=20)),
    "fixed binary": (pa.binary(3), st.binary(min_size=3, max_size=3)),
    **{
        f"decimal{bits}": (getattr(pa, f"decimal{bits}")(digits, 2), _decimals(digits))
        for bits, digits in ((32, 9), (64, 18), (128, 38), (256, 76))
    },
    "date32": (pa.date32(), st.dates()),
    "date64": (pa.date64(), st.dates()),
    **{f"timestamp {unit}": (pa.timestamp(unit), _NAIVE) for unit in ("s", "ms", "us", "ns")},
    **{f"zoned {unit}": (pa.timestamp(unit, "Europe/Berlin"), _NAIVE) for unit in ("s", "ms", "us", "ns")},
    "raw timestamp": (pa.timestamp("s"), st.integers(-(2**60), 2**60)),
    **{f"time32 {unit}": (pa.time32(unit), st.times()) for unit in ("s", "ms")},
    **{f"time64 {unit}": (pa.time64(unit), st.times()) for unit in ("us", "ns")},
    **{f"duration {unit}": (pa.duration(unit), _SECONDS) for unit in ("s", "ms", "us", "ns")},
    "interval": (pa.month_day_nano_interval(), st.tuples(*[st.integers(-3, 3)] * 3)),
    "large list": (pa.large_list(pa.string()), st.lists(st.one_of(st.none(), _WORDS), max_size=3)),
    "list view": (pa.list_view(pa.int64()), st.lists(st.integers(0, 2), max_size=3)),
    "list of structs": (pa.list_(pa.struct([("a", pa.bool_())])), st.lists(st.just({"a": True}), max_size=2)),
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
    if pa.types.is_run_end_encoded(type_):
        return pc.run_end_encode(pa.array(values, type_.value_type), type_.run_end_type)
    return pa.array(values, type_)
