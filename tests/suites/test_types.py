"""Entries that speak of the type of a column: two rows tell it, whatever the number of rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prefit import suites
from prefit.suites import order
from prefit.suites.rows import Rows, witnesses

TABLE = pa.table(
    {
        "whole": pa.array([*range(9), None], pa.int32()),
        "part": pa.array([0.5] * 10),
        "text": pa.array(["a"] * 9 + [None]),
        "flag": pa.array([None] * 9 + [True]),
        "kind": pa.array(["x", "y"] * 5).dictionary_encode(),
        "empty": pa.nulls(10, pa.int64()),
    }
)
TYPES = (
    "int32",
    "Int32Dtype",
    "int64",
    "float64",
    "str",
    "StringDtype",
    "object",
    "bool",
    "BooleanDtype",
    "Int64Dtype",
)


def _judged(folder: Path, data: pa.Table) -> list[tuple[bool, Any, str | None]]:
    """Return the outcomes of an entry for each column and type."""
    entries = [
        {"type": "expect_column_values_to_be_of_type", "kwargs": {"column": name, "type_": type_}}
        for name in data.column_names
        for type_ in TYPES
    ]
    path = folder / "suite.json"
    path.write_text(json.dumps({"expectations": entries}))
    return [(each.success, each.observed, each.error) for each in suites.run_suite(data, path).results]


def test_two_rows_tell_what_all_rows_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each column has the type that its whole frame has."""
    quick = _judged(tmp_path, TABLE)
    monkeypatch.setattr(order, "route_of", lambda *_, **__: "memory")
    assert quick == _judged(tmp_path, TABLE)
    assert {success for success, _, _ in quick} == {True, False}


@pytest.mark.parametrize("data", [TABLE, TABLE.slice(0, 0)], ids=["rows", "no rows"])
def test_no_column_is_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: pa.Table) -> None:
    """A table that is larger than the memory is judged too."""
    monkeypatch.setattr(order, "collected", lambda *_: pytest.fail("rows were collected"))
    assert all(error is None for _, _, error in _judged(tmp_path, data))


def test_files_are_read_by_columns(tmp_path: Path) -> None:
    """No other column is decoded, and nothing behind the rows that tell."""
    path = tmp_path / "t.parquet"
    pq.write_table(TABLE, path)
    rows = Rows(pq.read_schema(path), lambda: pytest.fail("all columns were read"), ((str(path), 10),))
    assert witnesses(rows, ("whole", "flag")).to_pydict() == {"whole": [0, None], "flag": [True, None]}
