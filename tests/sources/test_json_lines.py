"""JSON Lines and arrays of records."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefit.errors import InputError, UnreadableInput
from prefit.sources import open_source
from prefit.sources.json_kinds import merge_kinds

from .reading import read, written

pytestmark = pytest.mark.usefixtures("either_reader")


def _lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_lines_and_arrays_give_the_same_table(tmp_path: Path) -> None:
    """One record per line, or all in an array under .json, pretty-printed or not."""
    records = [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]
    for name, content in (
        ("t.jsonl", _lines(*records)),
        ("t.json", json.dumps(records, indent=2)),
        ("u.json", _lines(*records)),
    ):
        assert read(open_source(written(tmp_path / name, content))) == (records, [])


@pytest.mark.parametrize(
    ("values", "kind", "found"),
    [
        ([1, 2], pa.int64(), [1, 2]),
        ([1, 2.5], pa.float64(), [1.0, 2.5]),
        ([True, False], pa.bool_(), [True, False]),
        (["1", "2"], pa.string(), ["1", "2"]),
        (["2020-01-31", None], pa.date32(), [dt.date(2020, 1, 31), None]),
        ([1, "x"], pa.string(), ["1", "x"]),
        ([True, [1]], pa.string(), ["true", "[1]"]),
        ([None, None], pa.string(), [None, None]),
        ([2**63, 1], pa.string(), [str(2**63), "1"]),
        ([[1, 2.5], [3]], pa.list_(pa.float64()), [[1.0, 2.5], [3.0]]),
        ([{"k": 1}, {"k": None}], pa.struct([("k", pa.int64())]), [{"k": 1}, {"k": None}]),
    ],
)
def test_type_fits_every_value(tmp_path: Path, values: list[Any], kind: pa.DataType, found: list[Any]) -> None:
    """Plain values, lists and objects; a mixture is text."""
    source = open_source(written(tmp_path / "t.jsonl", _lines(*({"id": 0, "v": value} for value in values))))
    assert source.schema.field("v").type == kind
    assert [row["v"] for row in read(source)[0]] == found


def test_malformed_lines_are_told_and_the_others_read(tmp_path: Path) -> None:
    """Broken JSON, a list and a cut last line, each with its number; blank lines are nothing."""
    content = '{bad\n{"a": 1}\n\n[1]\n{"a": 2}\n"text"\n{"a": 3'
    rows, malformed = read(open_source(written(tmp_path / "t.jsonl", content)))
    assert [row["a"] for row in rows] == [1, 2]
    assert [(row.line, row.reason) for row in malformed] == [
        (1, "not valid JSON"), (4, "not a JSON object"), (6, "not a JSON object"), (7, "not valid JSON"),
    ]  # fmt: skip


@pytest.mark.parametrize("noise", [b"\0", b'{"a": 1\0}', b"\xff\0\xfe", bytes(range(128, 256)) + b"\0"])
def test_line_of_noise_is_malformed(tmp_path: Path, noise: bytes) -> None:
    """Whatever bytes it has, and the others are read."""
    content = b'{"a": 1}\n' * 40 + noise + b"\n" + b'{"a": 2}\n'
    rows, malformed = read(open_source(written(tmp_path / "t.jsonl", content)))
    assert ([row["a"] for row in rows], [row.line for row in malformed]) == ([1] * 40 + [2], [41])


def test_keys_that_come_and_go_are_null(tmp_path: Path) -> None:
    """The columns are all keys, in order of appearance, in all files."""
    written(tmp_path / "1.jsonl", _lines({"a": 1}, {"b": 2}))
    written(tmp_path / "2.jsonl", _lines({"c": "x", "a": 0.5}))
    assert read(open_source(tmp_path))[0] == [
        {"a": 1.0, "b": None, "c": None}, {"a": None, "b": 2, "c": None}, {"a": 0.5, "b": None, "c": "x"},
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a b", 'q"x', "it's", "n\nl", "😀", "a.b", "a/b", "a~b", "$", "*", "[0]", "0"])
def test_any_text_is_a_key(tmp_path: Path, name: str) -> None:
    """Nothing in a key is taken for syntax, and case tells keys apart."""
    record = {name: 1, "K": 2, "k": 3}
    assert read(open_source(written(tmp_path / "t.jsonl", _lines(record))))[0] == [record]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.json", '[{"a": 1}, {"a"', "Malformed JSON"),
        ("t.json", "[1, 2]", "2 elements that are none"),
        ("t.json", "[]", "must have columns"),
        ("t.jsonl", "hello\nworld\n", "line 1: not valid JSON"),
        ("t.jsonl", "", "empty file"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: str, message: str) -> None:
    """Damage, other values, nothing at all: a message and no path of a copy."""
    with pytest.raises(InputError, match=message) as refused:
        open_source(written(tmp_path / name, content))
    assert str(tmp_path) not in str(refused.value)


def test_change_after_opening_names_the_file(tmp_path: Path) -> None:
    """What was opened is not what would be read."""
    path = written(tmp_path / "t.jsonl", _lines({"a": 1}))
    source = open_source(path)
    written(path, _lines({"a": "x"}))
    with pytest.raises(UnreadableInput, match=r"^t\.jsonl must not change"):
        read(source)


def test_partition_can_be_pickled(tmp_path: Path) -> None:
    """Another process reads the same rows."""
    source = open_source(written(tmp_path / "t.jsonl", _lines({"a": [1.5]}, {"a": []})))
    assert read(pickle.loads(pickle.dumps(source))) == read(source)


kinds = st.recursive(
    st.sampled_from([None, "BOOLEAN", "BIGINT", "DOUBLE", "VARCHAR"]),
    lambda inner: st.one_of(st.tuples(inner).map(list), st.dictionaries(st.sampled_from("ab"), inner, min_size=1)),
    max_leaves=4,
)


@settings(deadline=None)
@given(first=kinds, second=kinds)
def test_kinds_merge_either_way(first: Any, second: Any) -> None:
    """Order does not matter, null is neutral, and a kind holds itself."""
    assert merge_kinds(first, second) == merge_kinds(second, first)
    assert merge_kinds(first, None) == first
    assert merge_kinds(first, first) == first


def test_empty_objects_are_text_unless_others_have_keys(tmp_path: Path) -> None:
    """Arrow has no type for objects that are all empty."""
    assert read(open_source(written(tmp_path / "t.jsonl", _lines({"o": {}}, {"o": {}}))))[0] == [{"o": "{}"}] * 2
    found = read(open_source(written(tmp_path / "u.jsonl", _lines({"o": {}}, {"o": {"k": 1}}))))[0]
    assert found == [{"o": {"k": None}}, {"o": {"k": 1}}]
