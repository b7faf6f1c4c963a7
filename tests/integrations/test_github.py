from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.formats.samples import HOSTILE_NAMES, REPORT, hostile

from prefit.errors import UsageError
from prefit.finding import Finding
from prefit.integrations.github import MAX_ANNOTATIONS, annotate, write_step


def test_what_decides_is_an_error_and_warnings_are_warnings() -> None:
    """What did not run is an error too; what passed or is waived is none."""
    lines = annotate(REPORT)
    assert [line.split("::")[1] for line in lines] == [
        "error title=prefit%3A target-leakage",
        "error title=prefit%3A duplicate-rows",
        "error title=prefit%3A label-drift did not run",
        "error title=prefit%3A outliers did not run",
        "warning title=prefit%3A overfitting-risk",
        "warning title=prefit%3A missing-values",
    ]


def test_a_history_that_could_not_take_the_run_is_an_error() -> None:
    """It fails the step though no finding does."""
    lost = {"place": "sqlite:///runs.db", "runs": None, "error": "the disk is full"}
    [line] = annotate(replace(REPORT, findings=(), history=lost))
    assert line == "::error title=prefit%3A history::This run is not in its history: the disk is full"


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "\n::error::mine", "100%0A", "\r::stop-commands::x"])
def test_hostile_names_stay_inside_their_command(name: str) -> None:
    """One finding is one line, and what a name says is not decoded into another."""
    finding = Finding(check="mixed-types", status="fail", message=f"Column {name}", columns=(name,))
    [line] = annotate(replace(REPORT, findings=(finding,)))
    assert line.startswith("::error title=prefit%3A mixed-types::Column ")
    assert line.isprintable()
    assert "%0A" not in line.replace("%250A", "")


def test_more_than_github_shows_are_counted() -> None:
    """Ten of a kind, the last of which says how many there are beyond."""
    findings = tuple(Finding(check=f"check-{i}", status="fail", message="m") for i in range(25))
    lines = annotate(replace(REPORT, findings=findings))
    assert len(lines) == MAX_ANNOTATIONS
    assert lines[-1] == "::error title=prefit::And 16 more, in the summary of the step."


def test_forty_findings_of_one_check_are_one_annotation() -> None:
    """A suite with many failures must not push the others out."""
    [line] = [line for line in annotate(hostile()) if "mixed-types" in line]
    assert "more of this kind." in line


def test_the_summary_is_appended(tmp_path: Path) -> None:
    """Other tools of the step have written there as well."""
    (tmp_path / "summary").write_text("mine\n")
    write_step(REPORT, {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")})
    assert (tmp_path / "summary").read_text().startswith("mine\n# Not ready")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The message says which variable is wrong."""
    with pytest.raises(UsageError, match="GITHUB_OUTPUT must name a file that can be written"):
        write_step(REPORT, {"GITHUB_OUTPUT": str(tmp_path)})
