"""Large files of JSON records in lines: cut into ranges, with keys and types that hold or a contradiction."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefit.errors import Contradiction
from prefit.sources import TableSource, cutting, json_lines, open_source
from prefit.sources.files import find_files
from prefit.sources.json_lines import open_whole
from prefit.sources.json_tidy import open_tidy

from .reading import read, written

_GOOD = "".join(json.dumps({"a": i, "b": f"x{i}", "c": [i / 2]}) + "\n" for i in range(400))


@pytest.fixture
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at bytes in pieces of a few records, cut into ranges of a few pieces, and sample the first of them."""
    for name, value in {
        "_BLOCK_BYTES": 100, "_LEAST_RANGE_BYTES": 1000, "_MOST_RANGE_BYTES": 1000, "_SAMPLED_HEAD_BYTES": 600,
        "_SAMPLED_RANGES": 1,
    }.items():  # fmt: skip
        monkeypatch.setattr(cutting, name, value)


def _tidy(path: Path) -> TableSource:
    return open_tidy(*find_files(str(path)))


def _whole(path: Path) -> TableSource:
    return open_whole(*find_files(str(path)))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_ranges_hold_all_records(tmp_path: Path, small_ranges: None, line_end: str, end: str) -> None:
    """With blank lines, a byte order mark and without a last line end; in any order, in another process too."""
    content = ("\ufeff" + _GOOD.replace("3}", "3}\n\n").rstrip("\n") + end).replace("\n", line_end)
    path = written(tmp_path / "t.jsonl", content)
    source = pickle.loads(pickle.dumps(_tidy(path)))
    assert len(source.parts) > 5
    assert read(source) == read(_whole(path))
    for part in reversed(source.parts):
        assert next(part.batches(print))["a"][0].as_py() == part.first_row
    assert len({part.identity for part in source.parts}) == len(source.parts)


@pytest.mark.parametrize(
    "line",
    [
        "", '{"a": "x"}', '{"a": 1.5}', '{"z": 1}', '{"a": 1, "a": 2}', '{"b": 1}', '{"c": [98765432109876543210]}',
        '{"a": 98765432109876543210}', '{"a": tru}', '{"a": 1}{"a": 2}', '{"a":\n1}', "[1]", "x", ' {"a": 1}',
        '{"b": "\xff"}', '{"b": "x\ry"}', '{"b": {}}', '{"c": {"k": 1}}', '{"c": ["2020-01-01"]}', '{"a": NaN}',
        '{"c": [1e999]}', '{"b": "\\ud800"}', '{"b": "a\\u0000b"}',
    ],
)  # fmt: skip
def test_line_that_samples_do_not_foretell_is_read_as_exact_reading_has_it(
    tmp_path: Path, small_ranges: None, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or it is a contradiction: never another value, another type or another row."""
    path = written(tmp_path / "t.jsonl", (_GOOD + line + "\n" + _GOOD).encode("latin-1"))
    monkeypatch.setattr(json_lines, "LARGE_BYTES", 0)
    found, exact = open_source(path), _whole(path)
    assert repr(read(found)) == repr(read(exact))
    assert found.schema == exact.schema


def test_new_key_and_type_are_contradictions(tmp_path: Path, small_ranges: None) -> None:
    """The message names the range."""
    for line in ('{"z": 1}\n', '{"a": "x"}\n'):
        source = _tidy(written(tmp_path / "t.jsonl", _GOOD + line + _GOOD))
        with pytest.raises(
            Contradiction, match=r"^t\.jsonl\[\d+:\] must hold what its samples do; got a record or a value of another"
        ):
            source.to_table()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=3) | st.sampled_from(["2020-01-31", "2020-01-31T10:30:00Z", "1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("kl"), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries({"id": st.just(1)}, optional={"v": _VALUES}), min_size=2, max_size=6))
def test_records_are_read_as_exact_reading_has_them(records: list[dict[str, Any]]) -> None:
    """Or they are a contradiction, whatever the first record, which is the sample, foretells."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
        path = written(Path(folder, "t.jsonl"), "".join(lines))
        patch.setattr(cutting, "_BLOCK_BYTES", max(len(line.encode()) for line in lines))
        patch.setattr(cutting, "_SAMPLED_HEAD_BYTES", 1)
        try:
            found = _tidy(path).to_table()
        except Contradiction:
            return
        exact = _whole(path).to_table()
        assert (found.schema, found.to_pylist()) == (exact.schema, exact.to_pylist())


def test_first_rows_are_parsed_alone(tmp_path: Path) -> None:
    """A plan is made of few rows."""
    path = written(tmp_path / "t.jsonl", '{"a": "' + "x" * 60 + '"}\n')
    path = written(path, path.read_bytes() * 100_000)
    part = _tidy(path).parts[0]
    assert 100 <= next(part.head(100)).num_rows < next(part.batches(print)).num_rows


def test_types_of_samples_hold(tmp_path: Path) -> None:
    """Dates are told from texts, and a key without values is one of texts."""
    lines = '{"d": "2020-01-31", "t": "2020-01-31T10:30:00Z", "n": null, "o": {"k": [1.5]}}\n' * 50
    schema = _tidy(written(tmp_path / "t.jsonl", lines)).to_table().schema
    kinds = [pa.date32(), pa.timestamp("us", "UTC"), pa.string(), pa.struct([("k", pa.list_(pa.float64()))])]
    assert schema.types == kinds
