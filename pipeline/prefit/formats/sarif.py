"""report.sarif: failures and warnings in the Static Analysis Results Interchange Format 2.1.0, for code scanning."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from prefit.finding import Finding
from prefit.formats.json import dump
from prefit.formats.visible import clip, visible
from prefit.formats.wording import in_history
from prefit.report import Report

__all__ = ["FILE_NAME", "NAME", "render"]

NAME = "sarif"
FILE_NAME = "report.sarif"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_TEXT = 1000
MAX_COLUMNS = 100
_LEVELS = {"fail": "error", "warn": "warning"}


def render(report: Report) -> str:
    """Return a report as a SARIF log of one run.

    Failures and warnings are results. What did not run is a notification of the tool, as is a history that could not
    take the run, and the execution is then not successful: an empty list of results must not look like a pass. What
    passed is counted in the properties of the run.
    A waived finding is suppressed with its reason; beside a baseline each result is new, updated (worse) or unchanged.
    What is gone since then is not listed: code scanning knows no ``absent`` state, closes the alerts that are not named
    any more, and would open those again that are.

    Data have no lines: a result points to line 1 of the artifact that the data set is called by (``--name``), and to
    its columns as logical locations. The fingerprint follows from data set, check and columns alone.
    """
    rules = [check for check in report.checks if any(finding.check == check for finding in report.findings)]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "prefit",
                "semanticVersion": report.prefit_version,
                "rules": [_rule(check, report.checks[check]) for check in rules],
            }
        },
        "automationDetails": {"id": f"prefit/{_text(report.dataset['name'])}/"},
        "invocations": [_invocation(report, rules)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, report, rules) for finding in report.findings if finding.status in _LEVELS],
        "properties": {
            "verdict": report.verdict,
            "reason": _text(report.reason),
            "counts": report.counts,
            "fingerprint": report.dataset["fingerprint"],
        },
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(check: str, guide: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": check,
        "name": "".join(word.capitalize() for word in check.split("-")),
        "shortDescription": {"text": guide["question"]},
        "fullDescription": {"text": f"{guide['question']} When it may be a false alarm: {guide['false_alarm']}"},
        "help": {
            "text": f"prefit explain {check}",
            "markdown": f"`prefit explain {check}` prints the page of the check.",
        },
        "properties": {"tags": ["data", guide["stage"]]},
    }


def _invocation(report: Report, rules: list[str]) -> dict[str, Any]:
    unjudged = [finding for finding in report.findings if finding.status in ("skip", "error")]
    notifications = [
        {
            "level": "error",
            "message": {"text": f"{finding.check} did not run: {_text(finding.message)}"},
            "descriptor": {"id": finding.status},
            "associatedRule": _reference(finding.check, rules),
        }
        for finding in unjudged
    ]
    if report.history is not None and report.history["error"] is not None:
        said = {"text": _text(in_history(report.history))}
        notifications.append({"level": "error", "message": said, "descriptor": {"id": "history"}})
    return {
        "executionSuccessful": not notifications,
        "exitCode": report.exit_code,
        "exitCodeDescription": report.verdict.replace("_", " "),
        "endTimeUtc": report.created.replace("+00:00", "Z"),
        "toolExecutionNotifications": notifications,
    }


def _reference(check: str, rules: list[str]) -> dict[str, Any]:
    return {"id": check, "index": rules.index(check)} if check in rules else {"id": check}


def _result(finding: Finding, report: Report, rules: list[str]) -> dict[str, Any]:
    name = report.dataset["name"]
    identity = _fingerprint(finding, name)
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "kind": "fail",
        "level": _LEVELS[finding.status],
        "message": {"text": " ".join(filter(None, (_text(finding.message), _text(finding.remedy))))},
        "locations": [_location(finding, name)],
        "partialFingerprints": {"prefitFinding/v1": identity, "primaryLocationLineHash": f"{identity}:1"},
        "properties": {
            "measured": finding.measured,
            "limit": finding.limit,
            "unit": finding.unit,
            "interval": finding.interval,
        },
    }
    if finding.check in rules:
        result["ruleIndex"] = rules.index(finding.check)
    if finding.new is not None:
        result["baselineState"] = "new" if finding.new else "updated" if finding.worse else "unchanged"
    if finding.waived is not None:
        waived = finding.waived
        said = _text(f"{waived.reason} ({waived.owner}, until {waived.expires})")
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": said}]
    return result


def _location(finding: Finding, name: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(visible(name), safe="/")},
            "region": {"startLine": 1, "startColumn": 1},
        }
    }
    if finding.columns:
        location["logicalLocations"] = [
            {"name": column, "fullyQualifiedName": f"{_text(name)}/{column}", "kind": "column"}
            for column in dict.fromkeys(map(_text, finding.columns[:MAX_COLUMNS]))  # none may stand twice
        ]
    return location


def _fingerprint(finding: Finding, name: str) -> str:
    """Return what stays the same from run to run while the finding does: its figures are not in it."""
    parts = "\0".join((name, finding.check, *sorted(finding.columns)))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _text(text: str) -> str:
    return clip(visible(text), MAX_TEXT)
