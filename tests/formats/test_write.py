from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prefit import formats
from prefit.errors import UsageError
from prefit.formats import FORMATS, check_directory, parse_formats, write, write_json
from prefit.report import Report


def names(directory: Path) -> set[str]:
    """Return everything in a directory, hidden things included."""
    return {path.name for path in directory.iterdir()}


def test_every_format_is_written_to_its_file(report: Report, tmp_path: Path) -> None:
    """A directory that does not exist is made, and holds the files and nothing else."""
    texts = [name for name in FORMATS if name != "pdf"]
    written = write(report, tmp_path / "a" / "b", texts)
    assert written == [tmp_path / "a" / "b" / FORMATS[name] for name in texts]
    assert names(tmp_path / "a" / "b") == {"index.html", "report.json", "summary.md", "junit.xml", "report.sarif"}
    assert all(path.stat().st_size > 1000 for path in written)


def test_files_of_an_earlier_report_are_replaced_and_others_kept(report: Report, tmp_path: Path) -> None:
    """Only the files of the formats are touched."""
    (tmp_path / "summary.md").write_text("old")
    (tmp_path / "mine.txt").write_text("mine")
    write(report, tmp_path, ["md"])
    assert (tmp_path / "summary.md").read_text().startswith("# Not ready")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_suspects_of_an_earlier_report_do_not_stay(report: Report, tmp_path: Path) -> None:
    """They would be taken for those of this one, which looked at no labels."""
    suspects = pa.table({"row": [3], "score": [0.9]})
    write(replace(report, label_issues=suspects), tmp_path, ["md"])
    assert pq.read_table(tmp_path / "label_issues.parquet").equals(suspects)
    write(report, tmp_path, ["md"])
    assert names(tmp_path) == {"summary.md"}


@pytest.mark.parametrize("reason", [KeyboardInterrupt, MemoryError])
def test_an_interruption_while_moving_puts_the_earlier_report_back(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: type[BaseException]
) -> None:
    """Stopped between two files, the directory is what it was before."""
    (tmp_path / "index.html").write_text("old page")
    move = Path.replace

    def stop_at_json(source: Path, target: Path) -> Path:
        if target == tmp_path / "report.json":
            raise reason
        return move(source, target)

    monkeypatch.setattr(Path, "replace", stop_at_json)
    with pytest.raises(reason):
        write(report, tmp_path, ["html", "md", "json"])
    assert names(tmp_path) == {"index.html"}
    assert (tmp_path / "index.html").read_text() == "old page"


def test_an_interruption_while_writing_leaves_no_directory(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Directories that were made for the report are removed with it."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(report, tmp_path / "a" / "b", ["json"])
    assert names(tmp_path) == set()


def test_a_format_that_fails_leaves_nothing(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All formats are rendered before the directory is made."""
    monkeypatch.setattr(formats.markdown, "render", lambda _report: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(report, tmp_path / "new", ["html", "md"])
    assert names(tmp_path) == set()


@pytest.mark.parametrize("text", ["html,jsn", "docx"])
def test_an_unknown_format_is_refused_with_those_that_exist(text: str) -> None:
    """The message names the formats."""
    with pytest.raises(UsageError, match=r"^format must be one .* got '(jsn|docx)'\. Formats: html, json, md, "):
        parse_formats(text)


def test_a_misspelt_format_gets_a_suggestion(report: Report, tmp_path: Path) -> None:
    """The nearest name is proposed, and nothing is written."""
    with pytest.raises(UsageError, match="Did you mean 'html'"):
        write(report, tmp_path / "new", ["htm"])
    assert names(tmp_path) == set()


def test_no_format_at_all_is_refused() -> None:
    """An empty list would write nothing and look like success."""
    with pytest.raises(UsageError, match="at least one format; got ' , '"):
        parse_formats(" , ")


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_in_the_place_of_the_directory_is_refused(report: Report, tmp_path: Path, below: str) -> None:
    """The message names the file, and the file stays."""
    file = tmp_path / "taken"
    file.write_text("mine")
    with pytest.raises(UsageError, match=r"output must be a directory; got the file '.*taken'\. Choose another"):
        write(report, file / below, ["md"])
    assert file.read_text() == "mine"


def test_a_directory_in_the_place_of_a_file_is_refused_and_kept(report: Report, tmp_path: Path) -> None:
    """A folder that happens to be called summary.md loses nothing."""
    (tmp_path / "summary.md").mkdir()
    (tmp_path / "summary.md" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="must be writable"):
        write(report, tmp_path, ["json", "md"])
    assert names(tmp_path) == {"summary.md"}
    assert (tmp_path / "summary.md" / "mine.txt").read_text() == "mine"


def test_a_directory_that_cannot_be_written_is_refused(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal of the system becomes a message with the next step."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    with pytest.raises(UsageError, match=r"must be writable; got 'Permission denied'\. Choose another .* --output"):
        write(report, tmp_path, ["md"])


def test_plain_data_is_written_like_a_report(tmp_path: Path) -> None:
    """The profile command writes through the same door."""
    path = write_json({"rows": 3, "mean": float("nan")}, tmp_path, "profile.json")
    assert path.read_text() == '{\n "rows": 3,\n "mean": null\n}\n'


def test_a_directory_is_checked_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that could be made is fine and is not made; one without the permission is refused."""
    check_directory(tmp_path / "a" / "b")
    assert not (tmp_path / "a").exists()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(UsageError, match="must be writable; got 'Permission denied'"):
        check_directory(tmp_path / "a" / "b")
