"""Which files are found, and what is said when there are none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prefit.errors import InputError, InputNotFound, UnreadableInput, UsageError
from prefit.sources import open_source
from prefit.sources.files import find_files

from .reading import read, written


def test_misspelt_file_names_the_near_one(tmp_path: Path) -> None:
    """A missing file names what is in its folder."""
    written(tmp_path / "train.csv", "a\n1\n")
    with pytest.raises(InputNotFound, match=r"Did you mean 'train.csv'\?"):
        open_source(tmp_path / "trian.csv")


def test_folder_passes_over_hidden_files(tmp_path: Path) -> None:
    """Markers and checksums of other tools are no data, at any depth."""
    for name in ("b.csv", "a.csv", "sub/c.csv", "_SUCCESS", ".a.csv.crc", ".hidden/d.csv", "_tmp/e.csv", "README.md"):
        written(tmp_path / name, "x\n1\n")
    name, files = find_files(str(tmp_path))
    assert name == tmp_path.name
    assert [file.label for file in files] == ["a.csv", "b.csv", "sub/c.csv"]


def test_glob_matches_files_in_order(tmp_path: Path) -> None:
    """A pattern gives its files, sorted."""
    for name in ("p2.csv", "p1.csv", "other.txt"):
        written(tmp_path / name, f"x\n{name}\n")
    rows, _ = read(open_source(tmp_path / "p*.csv"))
    assert [row["x"] for row in rows] == ["p1.csv", "p2.csv"]


def test_glob_without_match_is_not_found(tmp_path: Path) -> None:
    """A pattern that matches nothing says what is there."""
    written(tmp_path / "part.csv", "x\n1\n")
    with pytest.raises(InputNotFound, match=r"part\.csv"):
        open_source(tmp_path / "*.parquet")


def test_name_with_glob_characters_is_a_file(tmp_path: Path) -> None:
    """A file whose name looks like a pattern is read as itself."""
    written(tmp_path / "a1.csv", "x\n1\n")
    path = written(tmp_path / "a[1]*?'.csv", "x\n2\n")
    assert read(open_source(path))[0] == [{"x": 2}]


def test_folder_without_data_is_refused(tmp_path: Path) -> None:
    """An empty folder and one with other files both say so."""
    with pytest.raises(InputError, match="got no file"):
        open_source(tmp_path)
    written(tmp_path / "notes.md", "hello")
    with pytest.raises(InputError, match="got 1 file of other kinds"):
        open_source(tmp_path)


def test_folder_with_two_kinds_is_refused(tmp_path: Path) -> None:
    """Which of them is the data, only the user knows."""
    written(tmp_path / "a.csv", "x\n1\n")
    written(tmp_path / "b.jsonl", '{"x": 1}\n')
    with pytest.raises(InputError, match=r"csv \(a.csv\), json \(b.jsonl\)"):
        open_source(tmp_path)


@pytest.mark.parametrize("name", ["table.xyz", "table"])
def test_unknown_kind_lists_the_supported_ones(tmp_path: Path, name: str) -> None:
    """An extension that is not known, or none on bytes that are no text, is refused."""
    with pytest.raises(InputError, match=r"\.parquet .*\.csv"):
        open_source(written(tmp_path / name, b"\0\1\2\3"))


@pytest.mark.parametrize(
    ("name", "head", "what"), [("t.csv", b"PK\3\4", "ZIP"), ("t.txt", b"SQLite format 3\0", "SQLite")]
)
def test_foreign_bytes_are_named(tmp_path: Path, name: str, head: bytes, what: str) -> None:
    """A file that is something else says what it is, whatever its name."""
    with pytest.raises(InputError, match=what):
        open_source(written(tmp_path / name, head + b"rest"))


@pytest.mark.parametrize("name", ["table.csv", "table"])
def test_parquet_is_known_by_its_bytes(tmp_path: Path, name: str) -> None:
    """A Parquet file under a wrong name, or none, is read as Parquet."""
    pq.write_table(pa.table({"x": [1]}), tmp_path / name)
    assert read(open_source(tmp_path / name))[0] == [{"x": 1}]


def test_text_without_extension_is_csv(tmp_path: Path) -> None:
    """A text file without an extension is taken as CSV."""
    assert read(open_source(written(tmp_path / "table", "x,y\n1,2\n")))[0] == [{"x": 1, "y": 2}]


@pytest.mark.parametrize("scheme", ["nosuch", "postgresql"])
def test_uri_is_refused_without_its_password(scheme: str) -> None:
    """A scheme that is not supported is named; what follows it is not shown."""
    with pytest.raises(UsageError, match=scheme) as refused:
        open_source(f"{scheme}://user:secret@host/data")
    assert "secret" not in str(refused.value)


def test_file_uri_is_a_path(tmp_path: Path) -> None:
    """file:// with escapes leads to the file."""
    path = written(tmp_path / "a b.csv", "x\n1\n")
    assert read(open_source(path.as_uri()))[0] == [{"x": 1}]


def test_source_is_named_after_its_file(tmp_path: Path) -> None:
    """The name is short: no folder, no extension."""
    assert open_source(written(tmp_path / "income.csv", "x\n1\n")).name == "income"


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
def test_lack_of_permission_is_said(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that must not be read says so (root may read all, so the refusal is made)."""
    path = written(tmp_path / name, "x\n1\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableInput, match="permission denied"):
        open_source(path)


def test_file_that_a_disk_does_not_give_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no defect of prefit."""
    path = written(tmp_path / "t.csv", "x\n1\n")
    monkeypatch.setattr(Path, "open", lambda *_, **__: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    with pytest.raises(UnreadableInput, match=r"t\.csv must be readable; got Input/output error\. Check the disk"):
        open_source(path)


@pytest.mark.parametrize("pattern", ["", "*/*.csv", "**/*.csv"], ids=["folder", "glob", "recursive glob"])
def test_folder_that_must_not_be_looked_into_is_named(
    tmp_path: Path, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are not left out in silence (root may read all, so the refusal is made)."""
    for name in ("a/1.csv", "b/2.csv"):
        written(tmp_path / name, "x\n1\n")
    scan, permitted = os.scandir, os.access

    def refusing(place: Any) -> Any:
        if os.fspath(place).rstrip("/").endswith("/b"):
            raise PermissionError(13, "Permission denied", place)
        return scan(place)

    monkeypatch.setattr(os, "scandir", refusing)
    monkeypatch.setattr(os, "access", lambda place, mode: not str(place).endswith("/b") and permitted(place, mode))
    with pytest.raises(UnreadableInput, match="b must be readable; got permission denied"):
        find_files(str(tmp_path / pattern))


def test_links_are_followed_once(tmp_path: Path) -> None:
    """A folder elsewhere counts, one that leads back does not, and a link to nothing is named."""
    written(tmp_path / "elsewhere" / "2.csv", "x\n1\n")
    written(tmp_path / "data" / "1.csv", "x\n1\n")
    (tmp_path / "data" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data" / "back").symlink_to(tmp_path / "data")
    assert [file.label for file in find_files(str(tmp_path / "data"))[1]] == ["1.csv", "linked/2.csv"]
    (tmp_path / "data" / "linked" / "3.csv").symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(UnreadableInput, match=r"linked/3\.csv must lead to a file"):
        find_files(str(tmp_path / "data"))
