"""Files that cannot be read, as the command line tells of them: what, got, next step; no report that looks whole."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.rights import run_with_permissions

from prefit import gate
from prefit.errors import UnreadableInput
from prefit.sources import open_source

from .reading import written

N_ROWS, GROUP_ROWS = 4_000, 1_000
Run = Callable[..., Any]


@pytest.fixture
def small_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    """One partition for each row group, so that some can be read."""
    monkeypatch.setattr("prefit.sources.columnar._MOST_PARTITION_BYTES", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two Parquet files of several row groups."""
    for name in ("1", "2"):
        _write(tmp_path / "data" / f"{name}.parquet", pa.float64())
    return tmp_path / "data"


def _write(path: Path, kind: pa.DataType, names: tuple[str, ...] = ("x", "y")) -> None:
    path.parent.mkdir(exist_ok=True)
    numbers = np.random.default_rng(0).normal(size=N_ROWS)
    columns = {name: pa.array(numbers).cast(kind) for name in names}
    pq.write_table(pa.table(columns), path, row_group_size=GROUP_ROWS, use_dictionary=False)


def _refused(run: Run, *arguments: object) -> str:
    done = run("check", *arguments, "--level", "quick", "--only", "integrity")
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    return " ".join(done.err.split())


def test_truncated_parquet_file_is_named(run: Run, folder: Path) -> None:
    """Its footer is gone."""
    path = folder / "2.parquet"
    path.write_bytes(path.read_bytes()[:-500])
    assert "2.parquet must be a whole Parquet file; got" in _refused(run, folder)


def test_missing_column_is_named(run: Run, folder: Path) -> None:
    """In the file that lacks it."""
    _write(folder / "2.parquet", pa.float64(), ("x",))
    assert "got 2.parquet without column 'y' of 1.parquet" in _refused(run, folder)


def test_other_type_is_named(run: Run, folder: Path) -> None:
    """Numbers in one file, text in another."""
    _write(folder / "2.parquet", pa.string())
    told = _refused(run, folder)
    assert "column 'x' must have one type in all files; got double in 1.parquet and string in 2.parquet" in told


@pytest.mark.parametrize(
    ("name", "content"), [("t.parquet", b""), ("t.csv", b""), ("t.csv", b"\n\n"), ("t.jsonl", b"")]
)
def test_empty_file_is_named(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    """Of any format."""
    assert f"{name} must hold data; got an empty file" in _refused(run, written(tmp_path / name, content))


def test_damaged_compression_is_named(run: Run, tmp_path: Path) -> None:
    """Whatever the library that unpacks it raises."""
    packed = gzip.compress(b"x,y\n" + b"".join(b"%d,%d\n" % (i, i * i % 977) for i in range(3_000)))
    for place in range(40, 1_000):
        damaged = packed[:place] + bytes([packed[place] ^ 0x55]) + packed[place + 1 :]
        try:
            gzip.decompress(damaged)
        except zlib.error:
            (tmp_path / "t.csv.gz").write_bytes(damaged)
            break
    assert "t.csv.gz must be readable to its end; got Error -3" in _refused(run, tmp_path / "t.csv.gz")


def test_foreign_file_is_named(run: Run, folder: Path) -> None:
    """A CSV file among Parquet files is not passed over; it may be a part of the data."""
    written(folder / "notes.csv", "a,b\n1,2\n")
    told = _refused(run, folder)
    assert "must hold files of one kind; got csv (notes.csv), parquet (1.parquet)" in told


def test_file_without_permission_is_named(folder: Path) -> None:
    """One of several."""
    (folder / "2.parquet").chmod(0)
    done = run_with_permissions("check", folder, "--level", "quick", "--only", "integrity")
    assert (done.returncode, done.stdout) == (2, "")
    assert "2.parquet must be readable; got permission denied" in " ".join(done.stderr.split())


@pytest.mark.parametrize("name", ["t.parquet", "t.csv", "t.jsonl"])
def test_denied_permission_is_named(run: Run, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system would say it, for any user."""
    opened = Path.open

    def denied(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == name:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *arguments, **options)

    path = written(tmp_path / name, "a,b\n1,2\n")
    monkeypatch.setattr(Path, "open", denied)
    assert f"{name} must be readable; got permission denied" in _refused(run, path)


def _corrupt(path: Path, group: int) -> None:
    """Overwrite the pages of a row group with noise."""
    chunk = pq.read_metadata(path).row_group(group).column(0)
    content = bytearray(path.read_bytes())
    start = chunk.data_page_offset
    content[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    path.write_bytes(content)


def test_corrupt_row_group_is_named_and_no_report_looks_whole(run: Run, folder: Path, small_partitions: None) -> None:
    """The partition is a finding, and the verdict cannot tell."""
    _corrupt(folder / "2.parquet", 1)
    done = run("check", folder, "--level", "quick", "--only", "integrity")
    assert done.code == 3
    assert "CANNOT TELL" in done.out
    assert "2.parquet[1]" in done.out


def test_data_of_corrupt_row_groups_alone_is_refused(run: Run, folder: Path) -> None:
    """Nothing was read, so nothing is reported."""
    for name in ("1", "2"):
        _corrupt(folder / f"{name}.parquet", 0)
    assert "must be readable to its end" in _refused(run, folder)


def _numbers(folder: Path, name: str) -> Path:
    path = folder / name
    if name == "t.csv":
        return written(path, "x,y\n" + "".join(f"{i},{i / 7}\n" for i in range(100_000)))
    _write(path, pa.float64())
    return path


def _deed(path: Path, deed: str) -> None:
    content = path.read_bytes()
    path.unlink()
    if deed == "rewrite":
        path.write_bytes(content + b"1,2\n")


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
@pytest.mark.parametrize(("deed", "told"), [("delete", "must stay in place"), ("rewrite", "must not change")])
def test_file_gone_or_rewritten_after_it_was_opened_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, deed: str, told: str
) -> None:
    """The run ends, whatever is there now."""
    path = _numbers(tmp_path, name)
    opened = gate.open_data

    def open_and_lose(*arguments: Any, **options: Any) -> Any:
        source = opened(*arguments, **options)
        _deed(path, deed)
        return source

    monkeypatch.setattr(gate, "open_data", open_and_lose)
    assert f"{name} {told}" in _refused(run, path)


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
@pytest.mark.parametrize("least", [0, 1 << 30])
@pytest.mark.parametrize(("deed", "told"), [("delete", "must stay in place"), ("rewrite", "must not change")])
def test_file_gone_or_rewritten_while_it_is_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, least: int, deed: str, told: str
) -> None:
    """What had been read of it does not count."""
    monkeypatch.setattr("prefit.sources.csv.LARGE_BYTES", least)
    path = _numbers(tmp_path, name)
    [part] = open_source(path).partitions()
    batches = part.batches(print)
    next(batches)
    _deed(path, deed)
    with pytest.raises(UnreadableInput, match=f"^{name} {told}"):
        list(batches)


def test_late_drift_of_a_large_csv_ends_as_if_all_had_been_looked_at(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Samples say numbers; the last line says text, which is found, told, and no crash."""
    lines = [f"{i},{i / 7}" for i in range(20_000)] + ["20000,oops"]
    path = written(tmp_path / "t.csv", "x,y\n" + "\n".join(lines) + "\n")
    small = _report(run, path, tmp_path / "small")
    monkeypatch.setattr("prefit.sources.csv.LARGE_BYTES", 0)
    monkeypatch.setattr("prefit.sources.cutting._SAMPLED_HEAD_BYTES", 1 << 14)
    monkeypatch.setattr("prefit.sources.cutting._SAMPLED_RANGES", 1)
    large = _report(run, path, tmp_path / "large")
    assert any(finding["columns"] == ["y"] for finding in large["findings"])
    assert large == small


def _report(run: Run, path: Path, folder: Path) -> dict[str, Any]:
    """Return a report without its times."""
    run("check", path, "--level", "quick", "--only", "integrity", "--output", folder, "--format", "json")
    [file] = folder.glob("*.json")
    found: dict[str, Any] = json.loads(file.read_text())
    return {name: value for name, value in found.items() if name not in ("created", "timings")}
