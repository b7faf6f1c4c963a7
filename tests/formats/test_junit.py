from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from tests.formats.samples import HOSTILE_NAMES, REPORT, hostile

from prefit.finding import Finding, Status
from prefit.formats.junit import render
from prefit.report import Report


def cases(report: Report) -> dict[str, ET.Element]:
    """Return every test case by its name."""
    return {case.get("name", ""): case for case in ET.fromstring(render(report)).iter("testcase")}


def test_each_status_has_its_outcome() -> None:
    """A failure fails, a crash is an error, what did not run is skipped, a warning passes and says so."""
    found = cases(REPORT)
    assert found["duplicate-rows"].find("failure") is not None
    assert found["label-drift"].find("error") is not None
    assert found["outliers"].find("skipped") is not None
    assert [child.tag for child in found["too-few-rows"]] == ["properties"]
    assert "warn: Column 'occupation'" in (found["missing-values"].findtext("system-out") or "")


def test_a_case_is_in_the_class_of_its_stage() -> None:
    """CI systems group by class."""
    assert cases(REPORT)["missing-values"].get("classname") == "prefit.sparsity"


def test_warnings_fail_under_strict_as_the_exit_code_does() -> None:
    """Unless they are waived."""
    found = cases(replace(REPORT, strict=True))
    assert found["missing-values"].find("failure") is not None
    assert found["rare-categories"].find("failure") is None


def test_failures_that_the_baseline_lets_pass_are_no_failures() -> None:
    """With --fail-on new, what was there before passes."""
    known = tuple(replace(finding, new=False, worse=False) for finding in REPORT.findings)
    assert cases(replace(REPORT, findings=known, fail_on="new"))["duplicate-rows"].find("failure") is None


def test_findings_of_one_check_are_told_apart_by_their_columns() -> None:
    """Cases of the same name would be one in most CI systems."""
    findings = [Finding(check="outliers", status="warn", message="m", columns=(name,)) for name in ("a", "b")]
    assert set(cases(replace(REPORT, findings=tuple(findings)))) == {"outliers [a]", "outliers [b]"}


@pytest.mark.parametrize("statuses", [("skip", "pass"), ("error", "pass"), ()])
def test_a_verdict_that_cannot_tell_is_an_error(statuses: tuple[Status, ...]) -> None:
    """A CI system lets skipped cases pass, and a file without any; the exit code is 3."""
    findings = [Finding(check="outliers", status=status, message="m") for status in statuses]
    report = replace(REPORT, findings=tuple(findings))
    error = cases(report)["prefit.verdict"].find("error")
    assert error is not None
    assert error.get("message") == report.reason
    suite = ET.fromstring(render(report)).find("testsuite")
    assert suite is not None
    assert suite.get("tests") == str(len(findings) + 1)
    assert suite.get("errors") == str(statuses.count("error") + 1)
    assert "prefit.verdict" not in cases(REPORT)


def test_a_history_that_could_not_take_the_run_is_an_error() -> None:
    """The exit code is not 0, though every check passed."""
    passed = (Finding(check="outliers", status="pass", message="m"),)
    lost = {"place": "sqlite:///runs.db", "runs": None, "error": "the disk is full"}
    report = replace(REPORT, findings=passed, history=lost)
    error = cases(report)["prefit.history"].find("error")
    assert report.exit_code == 2
    assert error is not None
    assert error.get("message") == "This run is not in its history: the disk is full"
    assert "prefit.history" not in cases(replace(report, history=lost | {"runs": 3, "error": None}))


def test_totals_are_those_of_the_cases() -> None:
    """A CI system reads the attributes, not the elements."""
    suite = ET.fromstring(render(REPORT)).find("testsuite")
    assert suite is not None
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["11", "2", "1", "1"]


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "\x00", "\ufffe", "\ud800"])
def test_hostile_names_leave_the_document_whole(name: str) -> None:
    """Markup is text, and what XML cannot hold is written out or replaced."""
    finding = Finding(check="mixed-types", status="fail", message=f"Column {name}", columns=(name,), remedy=name)
    document = render(replace(REPORT, findings=(finding,), dataset=dict(REPORT.dataset) | {"name": name}))
    [case] = ET.fromstring(document).iter("testcase")
    assert {element.tag for element in case.iter()} == {"testcase", "properties", "property", "failure"}
    assert "\x1b" not in document
    ET.fromstring(document.encode())


def test_a_report_of_hostile_names_is_well_formed() -> None:
    """All of them at once."""
    assert len(cases(hostile())) > 11
