"""Parquet, Arrow IPC, Feather and ORC: pieces, partitions, several files, damage."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather, orc

import prefit
from prefit.errors import InputError, UnreadableInput
from prefit.sources import columnar, open_source

from .reading import read


def _table(n_rows: int = 10, start: int = 0) -> pa.Table:
    numbers = np.arange(start, start + n_rows)
    return pa.table({"n": numbers, "text": [f"v{number}" for number in numbers]})


def _write(table: pa.Table, path: Path) -> None:
    match path.suffix:
        case ".parquet":
            pq.write_table(table, path, row_group_size=4)
        case ".feather":
            feather.write_feather(table, path, chunksize=4)
        case ".orc":
            orc.write_table(table, path)
        case ".arrow":
            with pa.ipc.new_file(path, table.schema) as writer:
                writer.write_table(table, max_chunksize=4)
        case ".ipc":
            with pa.ipc.new_stream(path, table.schema) as writer:
                writer.write_table(table, max_chunksize=4)


FORMATS = ["parquet", "feather", "orc", "arrow", "ipc"]


@pytest.mark.parametrize("extension", FORMATS)
def test_file_is_read_as_written(tmp_path: Path, extension: str) -> None:
    """Every format gives back its rows, types and count."""
    _write(_table(), tmp_path / f"t.{extension}")
    source = open_source(tmp_path / f"t.{extension}")
    assert source.to_table().equals(_table())
    assert source.n_rows == 10


@pytest.mark.parametrize("extension", FORMATS)
def test_small_partitions_cover_every_row_once(tmp_path: Path, extension: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut piece by piece and read out of order after pickling, the rows are the same."""
    monkeypatch.setattr(columnar, "_MOST_PARTITION_BYTES", 1)
    _write(_table(), tmp_path / f"t.{extension}")
    parts = pickle.loads(pickle.dumps(open_source(tmp_path / f"t.{extension}").partitions()))
    assert [part.first_row for part in parts] == ([0] if extension == "orc" else [0, 4, 8])
    found = {
        part.first_row: [value for batch in part.batches(print) for value in batch["n"].to_pylist()]
        for part in parts[::-1]
    }
    assert [value for start in sorted(found) for value in found[start]] == list(range(10))


@pytest.mark.parametrize("extension", FORMATS)
def test_large_pieces_come_in_small_batches(tmp_path: Path, extension: str) -> None:
    """No batch has more than 131,072 rows, however large the row group."""
    table = pa.table({"n": np.arange(200_000)})
    match extension:
        case "parquet":
            pq.write_table(table, tmp_path / "t.parquet")
        case "feather":
            feather.write_feather(table, tmp_path / "t.feather", chunksize=200_000)
        case "orc":
            orc.write_table(table, tmp_path / "t.orc")
        case _:
            opened = pa.ipc.new_file if extension == "arrow" else pa.ipc.new_stream
            with opened(tmp_path / f"t.{extension}", table.schema) as writer:
                writer.write_table(table)
    rows, _ = read(open_source(tmp_path / f"t.{extension}"))
    assert [row["n"] for row in rows] == list(range(200_000))


def test_several_files_widen_numbers(tmp_path: Path) -> None:
    """int32 and int64 are read as int64, int and float as float, null and text as text."""
    pq.write_table(pa.table({"a": pa.array([1], pa.int32()), "b": [1], "c": pa.nulls(1)}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"c": ["x"], "a": pa.array([2], pa.int64()), "b": [2.5]}), tmp_path / "2.parquet")
    source = open_source(tmp_path)
    assert source.schema.types == [pa.int64(), pa.float64(), pa.string()]
    assert read(source)[0] == [{"a": 1, "b": 1.0, "c": None}, {"a": 2, "b": 2.5, "c": "x"}]


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"a": ["x"], "b": [1]}, "int64 in 1.parquet and string in 2.parquet"),
        ({"a": [1]}, "2.parquet without column 'b'"),
        ({"a": [1], "b": [1], "c": [1]}, "column 'c' in 2.parquet"),
    ],
)
def test_files_that_do_not_fit_are_named(tmp_path: Path, other: dict[str, list[object]], named: str) -> None:
    """A conflict of types, a missing and an added column name the file and the column."""
    pq.write_table(pa.table({"a": [1], "b": [1]}), tmp_path / "1.parquet")
    pq.write_table(pa.table(other), tmp_path / "2.parquet")
    with pytest.raises(InputError, match=named):
        open_source(tmp_path)


def test_hive_folders_become_columns(tmp_path: Path) -> None:
    """key=value folders give typed columns, escapes and nulls included."""
    for folder, number in (("year=2019/city=New%20York", 1), ("year=2020/city=__HIVE_DEFAULT_PARTITION__", 2)):
        (tmp_path / folder).mkdir(parents=True)
        pq.write_table(pa.table({"n": [number]}), tmp_path / folder / "part-0.parquet")
    expected = [{"n": 1, "year": 2019, "city": "New York"}, {"n": 2, "year": 2020, "city": None}]
    assert read(open_source(tmp_path))[0] == expected
    assert read(open_source(tmp_path / "year=*" / "*" / "*.parquet"))[0] == expected


def test_file_outside_the_hive_folders_is_named(tmp_path: Path) -> None:
    """A file without the key of the others has no value for that column."""
    (tmp_path / "year=2019").mkdir()
    pq.write_table(pa.table({"n": [1]}), tmp_path / "year=2019" / "part.parquet")
    pq.write_table(pa.table({"n": [2]}), tmp_path / "stray.parquet")
    with pytest.raises(InputError, match=r"no year=\.\.\. above stray\.parquet"):
        open_source(tmp_path)


def test_column_of_the_file_outranks_the_folder(tmp_path: Path) -> None:
    """Writers that keep the partition column in the file do not double it."""
    (tmp_path / "year=2019").mkdir()
    pq.write_table(pa.table({"year": [2019]}), tmp_path / "year=2019" / "part.parquet")
    assert read(open_source(tmp_path))[0] == [{"year": 2019}]


@pytest.mark.parametrize("extension", FORMATS)
def test_truncated_file_is_named(tmp_path: Path, extension: str) -> None:
    """Half a file is refused when it is opened."""
    _write(_table(1000), tmp_path / f"t.{extension}")
    whole = (tmp_path / f"t.{extension}").read_bytes()
    (tmp_path / f"t.{extension}").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableInput, match=f"t.{extension} must be a whole"):
        open_source(tmp_path / f"t.{extension}")


def test_empty_file_is_refused(tmp_path: Path) -> None:
    """Zero bytes are no Parquet file."""
    (tmp_path / "t.parquet").touch()
    with pytest.raises(UnreadableInput, match="empty file"):
        open_source(tmp_path / "t.parquet")


def test_damage_in_the_middle_names_the_partition(tmp_path: Path) -> None:
    """A page that cannot be decoded shows when it is read."""
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"text": [f"value {i}" for i in range(5000)]}), path, compression="zstd")
    data = bytearray(path.read_bytes())
    data[200:2000] = b"\xaa" * 1800
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableInput, match=r"^t\.parquet must be readable to its end"):
        read(open_source(path))


@pytest.mark.parametrize("new", [pa.ipc.new_file, pa.ipc.new_stream], ids=["file", "stream"])
def test_offsets_that_lead_nowhere_name_the_partition(tmp_path: Path, new: Any) -> None:
    """Arrow files have no checksums, and what is read at such an offset ends the process."""
    offsets = pa.py_buffer(np.array([0, 4, -9_000, 8], np.int32))
    texts = pa.StringArray.from_buffers(3, offsets, pa.py_buffer(b"abcdefgh"))
    batch = pa.record_batch({"text": texts})
    with pa.OSFile(str(tmp_path / "t.arrow"), "wb") as file, new(file, batch.schema) as writer:
        writer.write_batch(batch)
    with pytest.raises(UnreadableInput, match=r"^t\.arrow must be readable to its end"):
        read(open_source(tmp_path / "t.arrow"))


def test_texts_of_arrow_files_need_not_be_utf8(tmp_path: Path) -> None:
    """They are mended, as those of other files."""
    texts = pa.array([b"plain", b"\xff\xfe", None]).view(pa.string())
    with pa.OSFile(str(tmp_path / "t.arrow"), "wb") as file, pa.ipc.new_file(file, pa.schema({"t": texts.type})) as new:
        new.write_batch(pa.record_batch({"t": texts}))
    found = prefit.profile(tmp_path / "t.arrow").columns["t"]
    assert {entry.value for entry in found.top} == {"plain", "\ufffd\ufffd"}


def test_table_without_rows_keeps_its_schema(tmp_path: Path) -> None:
    """Zero rows are legal."""
    pq.write_table(_table().slice(0, 0), tmp_path / "t.parquet")
    source = open_source(tmp_path / "t.parquet")
    assert source.n_rows == 0
    assert source.to_table().schema.equals(_table().schema)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    """Arrow can hold them; nobody can say which is meant."""
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), tmp_path / "t.parquet")
    with pytest.raises(InputError, match=r"'a' \(2 times\)"):
        open_source(tmp_path / "t.parquet")


def test_dictionaries_are_decoded(tmp_path: Path) -> None:
    """A dictionary column is read as its values, whatever the dictionary of each row group."""
    pq.write_table(
        pa.table({"c": pa.array(["x", "y", "x"]).dictionary_encode()}), tmp_path / "t.parquet", row_group_size=2
    )
    source = open_source(tmp_path / "t.parquet")
    assert source.schema.field("c").type == pa.string()
    assert source.to_table()["c"].to_pylist() == ["x", "y", "x"]


def test_embeddings_and_odd_names_survive(tmp_path: Path) -> None:
    """Fixed-size lists keep their size, and any text may be a column name."""
    names = ["a b", 'q"x', "n\nl", "😀", "<b>hi</b>", ""]
    table = pa.table({name: pa.array([[1.0, 2.0]], pa.list_(pa.float32(), 2)) for name in names})
    pq.write_table(table, tmp_path / "t.parquet")
    assert open_source(tmp_path / "t.parquet").to_table().equals(table)
