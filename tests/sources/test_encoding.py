"""Encodings and compressions of text files."""

from __future__ import annotations

import bz2
import gzip
import os
import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest

from prefit.errors import UnreadableInput
from prefit.sources import CsvOptions, open_source

from .reading import read, written

TEXT = "name,n\nJürgen,1\nPenélope,2\n"
ROWS = [{"name": "Jürgen", "n": 1}, {"name": "Penélope", "n": 2}]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_encoding_is_found(tmp_path: Path, codec: str) -> None:
    """Unicode with or without a mark, and the 8-bit encodings of Western Europe."""
    assert read(open_source(written(tmp_path / "t.csv", TEXT.encode(codec)))) == (ROWS, [])


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "cp437", "mac-roman"])
def test_encoding_can_be_told(tmp_path: Path, codec: str) -> None:
    """What no byte gives away, the option says."""
    path = written(tmp_path / "t.csv", TEXT.encode(codec))
    assert read(open_source(path, options=CsvOptions(encoding=codec))) == (ROWS, [])


def test_bytes_that_windows_leaves_open_are_kept(tmp_path: Path) -> None:
    """0x81 is no character of Windows-1252; it is a control character and no lost row."""
    rows, malformed = read(open_source(written(tmp_path / "t.csv", b"a,b\n1,x\x81y\xe9\n")))
    assert (rows, malformed) == ([{"a": 1, "b": "x\x81yé"}], [])


def test_wrong_encoding_is_said(tmp_path: Path) -> None:
    """An encoding that does not fit names the way out."""
    path = written(tmp_path / "t.csv", b"a,b\n1,\xff\xff\xff\n")
    with pytest.raises(UnreadableInput, match=r"t\.csv must be in the encoding.*Set encoding"):
        open_source(path, options=CsvOptions(encoding="shift_jis"))


@pytest.mark.parametrize(
    "content", [random.Random(0).randbytes(5000), b"\0\1\2\3" * 10, "a,b\n1,2\n".encode("utf-16-le")]
)
def test_binary_data_are_refused(tmp_path: Path, content: bytes) -> None:
    """Junk under the name of a CSV file is not read as text."""
    with pytest.raises(UnreadableInput, match=r"t\.csv must be text; got binary data"):
        open_source(written(tmp_path / "t.csv", content))


def test_stray_nul_is_a_character(tmp_path: Path) -> None:
    """One zero byte does not make a text binary."""
    assert read(open_source(written(tmp_path / "t.csv", b"a,b\n1,x\0y\n2,long text\n")))[0][0]["b"] == "x\0y"


def _zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd", asbytes=True))


PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "zst": _zstd}


@pytest.mark.parametrize("extension", PACKERS)
@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.jsonl"])
def test_compressed_files_are_read(tmp_path: Path, name: str, extension: str) -> None:
    """gzip, bzip2 and Zstandard, for all text formats."""
    content = '{"name": "Jürgen", "n": 1}\n{"name": "Penélope", "n": 2}\n' if name == "t.jsonl" else TEXT
    packed = PACKERS[extension](content.encode())
    assert read(open_source(written(tmp_path / f"{name}.{extension}", packed))) == (ROWS, [])


@pytest.mark.parametrize("extension", PACKERS)
def test_truncated_archive_is_named(tmp_path: Path, extension: str) -> None:
    """Half an archive is no table of half the rows."""
    packed = PACKERS[extension]("".join(f"{random.Random(i).random()},x\n" for i in range(3000)).encode())
    with pytest.raises(UnreadableInput, match=f"t.csv.{extension} must be readable to its end"):
        open_source(written(tmp_path / f"t.csv.{extension}", packed[: len(packed) // 2]))


def test_copies_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary copies are gone when the batches are read, and when they are left unread."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", os.fspath(tmp_path / "scratch"))
    source = open_source(written(tmp_path / "t.csv.gz", gzip.compress(TEXT.encode())))
    read(source)
    batches = source.partitions()[0].batches(print)
    next(batches)
    assert list((tmp_path / "scratch").iterdir()) != []
    batches.close()  # type: ignore[attr-defined]
    assert list((tmp_path / "scratch").iterdir()) == []
