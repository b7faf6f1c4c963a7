from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.csv
import pytest

from prefit.errors import UsageError
from prefit.publishing import check_output


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file in which one column is constant, so that the run is at risk."""
    path = tmp_path / "table.csv"
    pyarrow.csv.write_csv(pa.table({"a": range(200), "b": [1] * 200, "c": [0.5, 1.5] * 100}), path)
    return path


def test_standard_output_gets_the_report_and_nothing_else(run: Callable[..., object], table: Path) -> None:
    """A pipe can be read as JSON."""
    outcome = run("check", table, "--output", "-")
    assert json.loads(outcome.out)["verdict"] == "at_risk"
    assert outcome.err == ""


def test_standard_output_takes_another_format(run: Callable[..., object], table: Path) -> None:
    """Markdown for a pull request."""
    assert run("check", table, "--output", "-", "--format", "md").out.startswith("# At risk: table")


def test_standard_output_takes_one_format_only() -> None:
    """Two in one stream could not be told apart."""
    with pytest.raises(UsageError, match=r"^output - takes one format; got md, json\. Choose one of html"):
        check_output("-", "md,json")


def test_format_without_an_output_is_refused() -> None:
    """Nothing would be written, without a word."""
    with pytest.raises(UsageError, match=r"got 'md' and no output\. Add --output DIR or -"):
        check_output(None, "md")


def test_closed_standard_output_stops_no_report(
    run: Callable[..., object], table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service may have none; only what is to go there is refused."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        with pytest.raises(UsageError, match="output - needs standard output; got none"):
            check_output("-", None)
    command = [sys.executable, "-m", "prefit", "check", table, "--output", tmp_path / "out"]
    closed = ["bash", "-c", '"$@" >&-', "bash", *map(str, command)]
    assert subprocess.run(closed, check=False, capture_output=True, text=True).returncode == 0
    assert (tmp_path / "out" / "report.json").exists()


def test_all_files_of_ci_are_written(run: Callable[..., object], table: Path, tmp_path: Path) -> None:
    """JUnit and SARIF stand beside the page."""
    outcome = run("check", table, "--output", tmp_path / "out", "--format", "html,junit,sarif")
    assert outcome.code == 0
    assert ET.parse(tmp_path / "out" / "junit.xml").getroot().tag == "testsuites"
    assert json.loads((tmp_path / "out" / "report.sarif").read_text())["version"] == "2.1.0"


def test_a_step_of_github_actions_is_told(
    run: Callable[..., object], table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Summary and outputs are written, annotations printed, and what is printed else cannot command the runner."""
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    outcome = run("check", table)
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text().startswith("# At risk: table")
    assert "verdict=at_risk\n" in (tmp_path / "GITHUB_OUTPUT").read_text()
    assert "::warning title=prefit%3A constant-column::" in outcome.err


HOSTILE = "##[stop-commands]tok"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A file whose name and one constant column look like commands of the runner of GitHub Actions."""
    path = tmp_path / f"{HOSTILE}.csv"
    pyarrow.csv.write_csv(pa.table({"a": range(200), HOSTILE: [1] * 200, "c": [0.5, 1.5] * 100}), path)
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--verbose"],
        *(["check", "--output", "-", "--format", form] for form in ("json", "md", "sarif", "junit", "html")),
        ["profile"],
        ["suggest"],
        ["check", "--target", HOSTILE + "x"],
        ["check", "--expectations", HOSTILE],
        ["check", HOSTILE],
        ["check", "--debug", "--config", "\n ::add-mask::a"],
    ],
    ids=str,
)
def test_no_name_commands_the_runner(
    arguments: list[str], run: Callable[..., object], hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns and files may be called like commands; only the annotations are commands."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    outcome = run(arguments[0], hostile, *arguments[1:])
    assert "stop-commands" in outcome.out + outcome.err or "add-mask" in outcome.err
    said = [
        line for line in (outcome.out + outcome.err).splitlines() if not line.startswith(("::warning ", "::error "))
    ]
    assert not [line for line in said if "##[" in line or line.lstrip().startswith("::")]


def test_json_on_standard_output_keeps_the_names(
    run: Callable[..., object], hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written otherwise reads the same."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    columns = json.loads(run("check", hostile, "--output", "-").out)["columns"]
    assert HOSTILE in [column["name"] for column in columns]
