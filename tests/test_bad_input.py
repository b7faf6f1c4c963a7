"""Bad input ends in a clear message and exit code 2, with nothing half-written; bad data end in a finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import Outcome

import prefit

Run = Callable[..., Outcome]


@pytest.fixture
def data(tmp_path: Path, signal: pa.Table) -> Path:
    """Return a healthy Parquet file."""
    path = tmp_path / "healthy.parquet"
    pq.write_table(signal, path)
    return path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "lable"], "target 'lable' is not a column; columns: .*Did you mean 'label'?"),
        (["--target", "label", "--drop", "colr"], "drop: 'colr' is not a column.*Did you mean 'colour'?"),
        (["--target", "label", "--drop", "a", "--drop", "b", "--drop", "c", "--drop", "colour"], "features must be"),
        (["--target", "label", "--level", "quik"], "Did you mean 'quick'"),
        (["--target", "label", "--only", "integritty"], "Did you mean 'integrity'"),
        (
            ["--target", "label", "--level", "standard", "--require", "r2>=0.3"],
            "require speaks of r2, but the task is classification",
        ),
        (["--target", "label", "--format", "pptx"], "got 'pptx'. Formats: html"),
        (["--target", "label", "--test", "nowhere.parquet"], "test data: .*nowhere.parquet"),
        (["--target", "label", "--expectations", "none.json"], "none.json"),
        (["--target", "colour", "--task", "regression"], "must be numeric for regression"),
        (["--config", "none.toml"], "configuration 'none.toml' is not there"),
        (["--config", ""], "Invalid value for '--config': it is empty"),
        (["--state", ""], "Invalid value for '--state': it is empty"),
        (["--tarmac"], "No such option"),
    ],
)
def test_wrong_usage_is_refused(run: Run, data: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    """The message says what is wrong and what there is instead; no report appears."""
    output = tmp_path / "readiness"
    outcome = run("check", data, "--level", "quick", *arguments, "--output", output)
    assert outcome.code == 2, outcome
    assert re.search(message, outcome.err, re.DOTALL), outcome.err
    assert not output.exists()


@pytest.mark.parametrize("command", ["check", "profile"])
def test_output_that_cannot_be_is_refused_before_the_work(
    run: Run, data: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of a minute must not be lost for want of a place to write to."""
    monkeypatch.setattr("prefit.reading.open_source", lambda *_, **__: pytest.fail("the data were opened"))
    (tmp_path / "file").write_text("here already")
    for output in (tmp_path / "file", tmp_path / "file" / "below"):
        outcome = run(command, data, "--output", output)
        assert outcome.code == 2
        assert "output must be a directory; got the file" in outcome.err


@pytest.mark.parametrize("option", ["--output", "--baseline", "--expectations", "--state", "--config"])
def test_path_that_cannot_be_is_no_defect(run: Run, data: Path, option: str) -> None:
    """A name that is too long, a folder that may not be entered: what the system says of it, and exit code 2."""
    outcome = run("check", data, "--level", "quick", option, "a" * 5_000)
    assert outcome.code == 2
    assert "File name too long" in outcome.err
    assert "defect" not in outcome.err


def test_missing_file_is_refused(run: Run, data: Path) -> None:
    """A file that is nearly named so is suggested."""
    outcome = run("check", data.with_name("helthy.parquet"))
    assert outcome.code == 2
    assert "healthy.parquet" in outcome.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header_only.csv", b"a,b,label\n"),
        ("twice.csv", b"a,a,label\n1,2,0\n3,4,1\n"),
        ("junk.csv", bytes(range(256)) * 40),
        ("truncated.parquet", b"PAR1" + b"\x00" * 100),
        ("notes.docx", b"PK\x03\x04hello"),
    ],
)
def test_unreadable_data_are_refused(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    """The file is named, and nothing is written."""
    path = tmp_path / name
    path.write_bytes(content)
    outcome = run("check", path, "--target", "label", "--output", tmp_path / "readiness")
    assert outcome.code == 2, outcome
    assert name.split(".", maxsplit=1)[0] in outcome.err
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "readiness").exists()


def test_directory_without_data_is_refused(run: Run, tmp_path: Path) -> None:
    """A folder that holds no table is not an empty table."""
    (tmp_path / "README.md").write_text("nothing")
    assert run("check", tmp_path).code == 2


@pytest.mark.parametrize(
    ("label", "check"),
    [
        (pa.array([1] * 600), "single-class"),
        (pa.nulls(600, pa.int64()), "missing-label"),
        (pa.nulls(600), "missing-label"),
    ],
)
def test_target_without_information_is_a_finding(signal: pa.Table, label: pa.Array, check: str) -> None:
    """What can be read and judged is not ready, and says by which check."""
    report = prefit.check(signal.set_column(4, "label", label), target="label")
    assert report.exit_code == 1
    assert check in {finding.check for finding in report.findings if finding.status == "fail"}


def test_one_row_is_a_finding(signal: pa.Table) -> None:
    """One row can be read, and is too few."""
    report = prefit.check(signal.slice(0, 1), target="label")
    assert report.exit_code == 1
    assert "too-few-rows" in {finding.check for finding in report.findings if finding.status == "fail"}


HOSTILE = ["sp ace", 'quo"te', "new\nline", "emoji 🎉", "<script>alert(1)</script>", "[bold]", "a,b", "\x1b[31mred"]


def test_hostile_column_names_are_legal(run: Run, signal: pa.Table, tmp_path: Path) -> None:
    """They are read, judged, and do nothing in any format."""
    columns = {name: signal["a"].combine_chunks() for name in HOSTILE} | {"label": signal["label"].combine_chunks()}
    path = tmp_path / "hostile.parquet"
    pq.write_table(pa.table(columns), path)
    outcome = run("check", path, "--target", "label", "--budget", "5s", "--output", tmp_path / "out")
    assert outcome.code in (0, 1), outcome
    assert "\x1b[31m" not in outcome.out
    assert "<script>alert" not in (tmp_path / "out" / "index.html").read_text()


def test_interrupt_leaves_no_report(run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C exits non-zero and writes nothing."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("prefit.gate.gather", interrupt)
    outcome = run("check", data, "--target", "label", "--output", tmp_path / "readiness")
    assert outcome.code == 130
    assert not (tmp_path / "readiness").exists()


def test_internal_error_is_told_apart(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect of prefit is exit code 4 in one line, not a traceback."""

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("prefit.gate.gather", crash)
    outcome = run("check", data, "--target", "label")
    assert outcome.code == 4
    assert "internal error: RuntimeError: boom" in outcome.err
    assert "Traceback" not in outcome.err
