from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.formats.samples import REPORT, hostile, wide, without_target

from prefit.finding import Finding
from prefit.formats.sarif import render
from prefit.report import Report

SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0-rtm.5.json").read_text())
REPORTS = {"rich": REPORT, "without target": without_target(), "hostile": hostile(), "wide": wide(300)}


def run_of(report: Report) -> dict[str, Any]:
    """Return the one run of the log."""
    [run] = json.loads(render(report))["runs"]
    return dict(run)


@pytest.mark.parametrize("name", REPORTS)
def test_the_log_is_that_of_the_standard(name: str) -> None:
    """Every object has the properties of SARIF 2.1.0, of the right type, and no other."""
    jsonschema.validate(json.loads(render(REPORTS[name])), SCHEMA)


@pytest.mark.parametrize("name", REPORTS)
def test_addresses_and_times_are_written_as_the_standard_wants_them(name: str) -> None:
    """Formats are what its schema leaves open."""
    run = run_of(REPORTS[name])
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert all(re.fullmatch(r"([!$&-;=?-\[\]_a-z~A-Z]|%[0-9a-fA-F]{2})+", place) for place in places)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", run["invocations"][0]["endTimeUtc"])


@pytest.mark.parametrize("name", REPORTS)
def test_results_point_to_their_rules(name: str) -> None:
    """The index of a rule is where it stands, and each rule stands once."""
    run = run_of(REPORTS[name])
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules)) > 0
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_levels_and_kinds_go_together() -> None:
    """The standard allows a level other than none only where the kind is fail."""
    assert {(result["kind"], result["level"]) for result in run_of(REPORT)["results"]} == {
        ("fail", "error"),
        ("fail", "warning"),
    }


def test_a_run_with_checks_that_did_not_run_was_not_successful() -> None:
    """An empty list of results must not look like a pass."""
    unjudged = tuple(finding for finding in REPORT.findings if finding.status in ("skip", "error"))
    run = run_of(replace(REPORT, findings=unjudged))
    [invocation] = run["invocations"]
    assert run["results"] == []
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    assert [said["associatedRule"]["id"] for said in invocation["toolExecutionNotifications"]] == [
        "label-drift",
        "outliers",
    ]


def test_a_run_that_its_history_could_not_take_was_not_successful() -> None:
    """What was judged stands; the exit code says that something went wrong."""
    lost = {"place": "sqlite:///runs.db", "runs": None, "error": "the disk is full"}
    log = render(replace(without_target(), history=lost))
    [invocation] = json.loads(log)["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    assert "the disk is full" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    jsonschema.validate(json.loads(log), SCHEMA)


def test_a_ready_run_was_successful() -> None:
    """Nothing is said, and the counts say why."""
    run = run_of(without_target())
    assert run["invocations"][0]["executionSuccessful"] is True
    assert run["properties"]["counts"]["pass"] == 4


def test_waived_findings_are_suppressed_with_their_reason() -> None:
    """They stay in the log."""
    [waived] = [result for result in run_of(REPORT)["results"] if "suppressions" in result]
    assert waived["ruleId"] == "rare-categories"
    assert waived["suppressions"][0]["justification"].startswith("Grouped in the feature store (ana@example.org")


def test_states_are_those_beside_the_baseline() -> None:
    """New, worse and known; without a baseline there is none."""
    states = {(True, None): "new", (False, True): "updated", (False, False): "unchanged"}
    for (new, worse), state in states.items():
        finding = Finding(check="outliers", status="warn", message="m", new=new, worse=worse)
        assert run_of(replace(REPORT, findings=(finding,)))["results"][0]["baselineState"] == state
    alone = Finding(check="outliers", status="warn", message="m")
    assert "baselineState" not in run_of(replace(REPORT, findings=(alone,)))["results"][0]


def test_what_is_gone_since_the_baseline_is_no_result() -> None:
    """Code scanning would open the alert again instead of closing it."""
    assert REPORT.baseline is not None
    assert [entry["columns"] for entry in REPORT.baseline["gone"]] == [["hours"]]
    run = run_of(replace(REPORT, findings=()))
    assert run["results"] == []


def test_fingerprints_stay_while_the_figures_change() -> None:
    """So that an alert is the same alert in the next run; another column is another alert."""
    first = Finding(check="outliers", status="warn", message="3 rows", columns=("b", "a"), measured=3.0)
    later = replace(first, message="4 rows", columns=("a", "b"), measured=4.0, status="fail")
    other = replace(first, columns=("a",))
    prints = [
        run_of(replace(REPORT, findings=(finding,)))["results"][0]["partialFingerprints"]["prefitFinding/v1"]
        for finding in (first, later, other)
    ]
    assert prints[0] == prints[1] != prints[2]


def test_locations_are_the_data_set_and_its_columns() -> None:
    """The name is a relative reference, whatever it holds."""
    report = replace(REPORT, dataset=dict(REPORT.dataset) | {"name": "data/my file:1.csv"})
    location = run_of(report)["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "data/my%20file%3A1.csv"
    assert location["logicalLocations"][0]["name"] == "capital_code"


def test_columns_that_differ_beyond_what_is_shown_stand_once() -> None:
    """The standard allows no location twice."""
    finding = Finding(check="outliers", status="warn", message="m", columns=("x" * 2000 + "a", "x" * 2000 + "b"))
    log = render(replace(REPORT, findings=(finding,)))
    jsonschema.validate(json.loads(log), SCHEMA)


def test_control_characters_are_written_out() -> None:
    """Nothing in the file can steer the terminal that prints it."""
    assert not set(render(hostile())) & {"\x1b", "\x00", "\u202e"}
