"""States as bytes: canonical, whole again when read back, and never trusted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profiling.strategies import TYPES, as_array, columns
from tests.profiling.tables import Slice, cut

from prefit.errors import InputError, PrefitError, UnreadableInput, UsageError
from prefit.profiling import Plan, State, fold, make_plan, stored
from prefit.profiling.arrow_bytes import ByteReader, can_store, pack_array, unpack_array
from prefit.profiling.values import MalformedRow

SMALL = {"sample_rows": 6, "class_rows": 2, "max_classes": 3, "key_capacity": 4, "row_capacity": 5}


def table_of(x: pa.Array) -> pa.Table:
    """Put a label of a few values beside a column."""
    labels = [["a", "b", None, "c", "d"][row % (5 if len(x) % 2 else 3)] for row in range(len(x))]
    return pa.table({"x": x, "y": pa.array(labels, pa.string())})


def plan_of(table: pa.Table, **sizes: int) -> Plan:
    """Plan with capacities so small that a few rows exceed them."""
    return replace(make_plan(table.schema, target="y"), **SMALL | sizes)


def folded(partitions: list[Slice], plan: Plan) -> State:
    """Fold each partition alone, and sum."""
    return reduce(add, [fold(partition, plan) for partition in partitions], State.empty(plan))


def rewritten(data: bytes, change: Any) -> bytes:
    """Change the body of stored bytes, and make the header fit it again, as someone who means harm would."""
    magic, header, body = data.split(b"\n", 2)
    body = change(body)
    told = json.loads(header) | {"size": len(body), "digest": hashlib.blake2b(body, digest_size=16).hexdigest()}
    return b"\n".join([magic, json.dumps(told).encode(), body])


def with_header(data: bytes, **entries: Any) -> bytes:
    """Change entries of the header."""
    magic, header, body = data.split(b"\n", 2)
    return b"\n".join([magic, json.dumps(json.loads(header) | entries).encode(), body])


@pytest.fixture(scope="module")
def example() -> tuple[bytes, Plan]:
    """Return the bytes of a table of several types, and its plan."""
    names = ["int64", "string", "list", "embedding", "struct", "decimal128", "timestamp us", "bool"]
    values = {"int64": 7, "string": "text", "list": [1.0, None], "embedding": [1.0, 2.0], "bool": True, "decimal128": 3}
    values |= {"struct": {"a": 1, "b": None}, "timestamp us": 0}
    table = pa.table(
        {name: as_array([values[name], None, values[name]] * 5, TYPES[name][0]) for name in names}
        | {"y": ["a", "b", "a"] * 5}
    )
    plan = plan_of(table)
    return fold(Slice(table, malformed=[MalformedRow(3, "f.csv", "short")]), plan).to_bytes(plan), plan


@settings(deadline=None, max_examples=150)
@given(x=columns(), edges=st.lists(st.floats(0, 1), max_size=3), batch_rows=st.integers(1, 40))
def test_bytes_do_not_depend_on_the_cut(x: pa.Array, edges: list[float], batch_rows: int) -> None:
    """However a table is cut into partitions and batches, its state has the same bytes."""
    table = table_of(x)
    plan = plan_of(table)
    parts = cut(table, *sorted(int(edge * len(x)) for edge in edges), batch_rows=batch_rows)
    assert folded(parts, plan).to_bytes(plan) == fold(Slice(table), plan).to_bytes(plan)


@settings(deadline=None, max_examples=100)
@given(x=columns(), edge=st.floats(0, 1))
def test_sums_go_on_after_reading(x: pa.Array, edge: float) -> None:
    """A state that was read back adds up to the same bytes as one that was never written."""
    table = table_of(x)
    plan = plan_of(table)
    first, second = (fold(part, plan) for part in cut(table, int(edge * len(x))))
    read = State.from_bytes(first.to_bytes(plan), plan)
    assert read.to_bytes(plan) == first.to_bytes(plan)
    assert (read + second).to_bytes(plan) == (first + second).to_bytes(plan)


def test_bytes_do_not_depend_on_the_rows_awaited() -> None:
    """A sample that left rows out early, as the number of rows was known, ends with the same bytes."""
    table = table_of(pa.array(np.arange(4_000)))
    plan = plan_of(table, sample_rows=50)
    known = replace(plan, n_rows=4_000)
    fewer = replace(plan, n_rows=2_000)
    first, second = cut(table, 2_000)
    grown = fold(first, fewer) + fold(second, known)
    assert len(fold(first, known).sample.rows) < 1_000
    assert grown.to_bytes(known) == fold(Slice(table), known).to_bytes(known) == fold(Slice(table), plan).to_bytes(plan)


def test_carrying_on_gives_the_same_bytes() -> None:
    """A state that is carried from partition to partition ends with the bytes of the sum."""
    table = table_of(pa.array(np.arange(3_000) % 700))
    plan = plan_of(table)
    state = State.empty(plan)
    for part in cut(table, 500, 1_700):
        state = fold(part, plan, onto=state)
    assert state.to_bytes(plan) == folded(cut(table, 100), plan).to_bytes(plan)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"format": 0}, "this format, 3; got '0'"),
        ({"hash": -1}, "version of the hash"),
        ({"prefit": "0.0.0"}, "version of prefit"),
        ({"plan": "f" * 32}, "this plan"),
        ({"size": 1}, "not those that were written"),
    ],
)
def test_other_versions_are_refused(example: tuple[bytes, Plan], entries: dict[str, Any], said: str) -> None:
    """Bytes of another format, hash, version or plan are refused, and the message says which."""
    data, plan = example
    with pytest.raises(InputError, match=said):
        State.from_bytes(with_header(data, **entries), plan)


@pytest.mark.parametrize("change", [{"seed": 1}, {"key_capacity": 5}, {"target": None}, {"not_features": {"bool"}}])
def test_another_plan_has_another_digest(example: tuple[bytes, Plan], change: dict[str, Any]) -> None:
    """Whatever decides what a state holds is part of the digest."""
    data, plan = example
    other = replace(plan, **{name: frozenset(v) if isinstance(v, set) else v for name, v in change.items()})
    with pytest.raises(InputError, match="plan"):
        State.from_bytes(data, other)


def test_another_schema_has_another_digest(example: tuple[bytes, Plan]) -> None:
    """So is the type of every column; whether texts come as dictionaries is not."""
    data, plan = example
    encoded = plan.schema.set(1, pa.field("string", pa.dictionary(pa.int32(), pa.string())))
    assert State.from_bytes(data, replace(plan, schema=encoded)).fingerprint.n_rows == 15
    with pytest.raises(InputError, match="plan"):
        State.from_bytes(data, replace(plan, schema=plan.schema.set(1, pa.field("string", pa.binary()))))


@settings(deadline=None, max_examples=150)
@given(cut_at=st.floats(0, 1), flips=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), max_size=4))
def test_damaged_bytes_are_refused(example: tuple[bytes, Plan], cut_at: float, flips: list[tuple[float, int]]) -> None:
    """Truncated bytes, or bytes with a bit turned, end in an error for the person who asked."""
    data, plan = example
    damaged = bytearray(data[: int(cut_at * len(data))])
    for place, bits in flips:
        if damaged:
            damaged[int(place * (len(damaged) - 1))] ^= bits
    if bytes(damaged) != data:
        with pytest.raises(InputError):
            State.from_bytes(bytes(damaged), plan)


@settings(deadline=None, max_examples=400)
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4), in_tree=st.booleans())
def test_forged_bytes_are_an_error_or_a_state(
    example: tuple[bytes, Plan], flips: list[tuple[float, int]], in_tree: bool
) -> None:
    """Bytes that were changed with a fitting digest are refused, or are a state that can be used like any other."""
    data, plan = example

    def change(body: bytes) -> bytes:
        forged = bytearray(body)
        end = 8 + int.from_bytes(body[:8], "little") if in_tree else len(body)
        for place, byte in flips:
            forged[int(place * (end - 1))] = byte
        return bytes(forged)

    try:
        state = State.from_bytes(rewritten(data, change), plan)
    except PrefitError:
        return
    assert isinstance(state.to_bytes(plan), bytes)


@pytest.mark.parametrize("tree", [b"[" * 100_000, b"null", b"{}", b"1" * 5_000, b"[[]]", b"\xff", b""])
def test_a_tree_of_another_form_is_refused(example: tuple[bytes, Plan], tree: bytes) -> None:
    """Deep nesting, huge numbers and other trees end in an error too."""
    data, plan = example
    with pytest.raises(UnreadableInput, match="whole and sound"):
        State.from_bytes(rewritten(data, lambda _: len(tree).to_bytes(8, "little") + tree), plan)


@pytest.mark.parametrize("name", sorted(TYPES.keys() - {"raw timestamp"}))  # Python has no such dates to compare
@settings(deadline=None, max_examples=25)
@given(drawn=st.data())
def test_arrays_come_back(name: str, drawn: st.DataObject) -> None:
    """Arrays of every type come back equal, and equal arrays have equal bytes whatever slice they are."""
    type_, values = TYPES[name]
    array = as_array(drawn.draw(st.lists(st.one_of(st.none(), values), max_size=12)), type_)
    if not can_store(type_):
        assert name.startswith("run ends")
        return
    blobs: list[bytes] = []
    pack_array(array, blobs)
    reader = ByteReader(b"".join(blobs))
    back = unpack_array(type_, len(array), reader)
    assert reader.empty
    assert repr(back.to_pylist()) == repr(array.to_pylist())
    longer = as_array([*array.to_pylist()[:1], *array.to_pylist()], type_).slice(min(1, len(array)))
    again: list[bytes] = []
    pack_array(longer, again)
    assert b"".join(again) == b"".join(blobs)


def test_what_lies_under_nulls_is_not_stored() -> None:
    """Values behind a null, and the validity of a column without nulls, leave no trace."""
    mask = pa.py_buffer(b"\x05")
    one, other = (pa.Array.from_buffers(pa.int8(), 3, [mask, pa.py_buffer(bytes([1, x, 3]))]) for x in (9, 0))
    assert one.null_count == 1
    stored_bytes: list[list[bytes]] = [[], []]
    for array, blobs in zip((one, other), stored_bytes, strict=True):
        pack_array(array, blobs)
    assert stored_bytes[0] == stored_bytes[1]


def test_columns_without_a_stored_form_are_refused() -> None:
    """A union has no stored form, and the message names the column."""
    union = pa.dense_union([pa.field("a", pa.int64()), pa.field("b", pa.string())])
    with pytest.raises(UsageError, match="'u'"):
        stored.check_storable(Plan(schema=pa.schema([("a", pa.int64()), ("u", union)])))
