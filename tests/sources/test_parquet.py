"""Parquet files: what is read as a dictionary, in which batches, and what tells partitions apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prefit.profiling import first_rows
from prefit.sources import open_source

from .reading import read

N_ROWS = 20_000


def _written(path: Path, **options: object) -> Path:
    rng = np.random.default_rng(0)
    few = pa.array(["red", "green", "blue", None, ""]).take(pa.array(rng.integers(0, 5, N_ROWS)))
    many = pa.array([f"{number:x}" for number in rng.integers(0, 1 << 60, N_ROWS)])
    columns = {"few": few, "many": many, "large": few.cast(pa.large_string()), "bytes": few.cast(pa.binary())}
    pq.write_table(pa.table(columns), path, **options)
    return path


def _types(path: Path) -> dict[str, bool]:
    [batch, *_] = open_source(path).partitions()[0].batches(print)
    return {field.name: pa.types.is_dictionary(field.type) for field in batch.schema}


def test_texts_that_repeat_come_as_dictionaries(tmp_path: Path) -> None:
    """Those that are written as short codes; others come as they are, and so do bytes."""
    found = _types(_written(tmp_path / "t.parquet"))
    assert found == {"few": True, "many": False, "large": True, "bytes": False}


def test_texts_without_a_dictionary_in_the_file_come_plain(tmp_path: Path) -> None:
    """The footer tells."""
    assert not any(_types(_written(tmp_path / "t.parquet", use_dictionary=False)).values())


def test_dictionaries_hold_the_same_values(tmp_path: Path) -> None:
    """Nulls and empty texts among them, over row groups."""
    path = _written(tmp_path / "t.parquet", row_group_size=3_000)
    assert open_source(path).to_table()["few"].to_pylist() == pq.read_table(path)["few"].to_pylist()
    assert len(read(open_source(path))[0]) == N_ROWS


@pytest.mark.parametrize(
    ("n_rows", "sizes"), [(131_072, [131_072]), (262_144, [131_072] * 2), (300_000, [100_000] * 3)]
)
def test_large_row_groups_come_in_equal_batches(tmp_path: Path, n_rows: int, sizes: list[int]) -> None:
    """No small rest, which costs as much as a large batch."""
    pq.write_table(pa.table({"x": np.arange(n_rows)}), tmp_path / "t.parquet", row_group_size=n_rows)
    [part] = open_source(tmp_path / "t.parquet").partitions()
    assert [batch.num_rows for batch in part.batches(print)] == sizes


def test_identity_tells_pieces_and_contents_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for the same file, another one for each piece, and for a file written again or beside others."""
    monkeypatch.setattr("prefit.sources.columnar._MOST_PARTITION_BYTES", 1)
    path = _written(tmp_path / "1.parquet", row_group_size=10_000)
    first = [part.identity for part in open_source(tmp_path).partitions()]
    assert len(set(first)) == 2
    _written(tmp_path / "2.parquet", row_group_size=10_000)
    assert [part.identity for part in open_source(tmp_path).partitions()][:2] == first
    _written(path, row_group_size=10_000, compression="none")
    assert not set(first) & {part.identity for part in open_source(tmp_path).partitions()}


@pytest.mark.parametrize("nested", [False, True])
def test_first_rows_are_decoded_alone(tmp_path: Path, nested: bool) -> None:
    """So many rows as are asked for, over row groups, whatever names and types; the last group may hold fewer."""
    table = pa.table({"a": np.arange(50), "a.b": ["x", None] * 25, "c": pa.nulls(50)})
    table = table.append_column("n", pa.array([{"a": 1, "b": [2]}] * 50)) if nested else table
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=20)
    [partition] = open_source(tmp_path / "t.parquet").partitions()
    heads = {n_rows: pa.Table.from_batches(partition.head(n_rows), table.schema) for n_rows in (1, 20, 45, 70)}
    assert [head.num_rows for head in heads.values()] == [1, 20, 45, 50]
    assert all(head.equals(table.slice(0, head.num_rows)) for head in heads.values())


def test_first_rows_of_a_damaged_file_are_none(tmp_path: Path) -> None:
    """Planning passes over what cannot be read, which the fold will name."""
    path = _written(tmp_path / "t.parquet")
    partitions = open_source(path).partitions()
    path.write_bytes(b"\0" * path.stat().st_size)
    assert first_rows(partitions) == []


def test_a_file_that_is_written_again_is_read_by_its_new_footer(tmp_path: Path) -> None:
    """What is remembered of a footer belongs to the file as it was."""
    path = tmp_path / "t.parquet"
    for values in ([1, 2, 3], ["a", "b"], [4.5] * 70_000):
        pq.write_table(pa.table({"x": values}), path)
        assert read(open_source(path))[0] == [{"x": value} for value in values]
