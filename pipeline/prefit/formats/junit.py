"""junit.xml: each finding as a test case, for CI systems that show tests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from prefit.finding import Finding
from prefit.formats.figures import bare, quantity
from prefit.formats.visible import clip, visible
from prefit.formats.wording import in_history
from prefit.report import Report
from prefit.verdict import decides

__all__ = ["FILE_NAME", "NAME", "render"]

NAME = "junit"
FILE_NAME = "junit.xml"
MAX_TEXT = 2000
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even as a reference."""


def render(report: Report) -> str:
    """Return a report as JUnit XML.

    A finding is a case: what did not run is *skipped*, a crash an *error*, and what makes the exit code 1 a *failure*
    (warnings with ``--strict``). Where prefit cannot tell, one more case, an *error*, is the verdict: a CI system lets
    what was skipped pass. So is the history where it could not take the run. Warnings else, waived findings and those
    that the baseline lets pass are cases that pass and say so. The property ``status`` of a case is that of the
    finding, so that the counts are those of every other format.
    """
    seconds = sum(timing["seconds"] for timing in report.timings)
    suite = ET.Element("testsuite", name=_text(f"prefit: {report.dataset['name']}"), timestamp=report.created)
    suite.append(_properties(_facts(report)))
    spoken = Counter(finding.check for finding in report.findings)
    for finding in report.findings:
        suite.append(_case(finding, report, alone=spoken[finding.check] == 1))
    if report.verdict == "cannot_tell":
        suite.append(_error("prefit.verdict", report.reason, "cannot_tell"))
    if report.history is not None and report.history["error"] is not None:
        suite.append(_error("prefit.history", in_history(report.history), "not_kept"))
    totals = {
        "tests": str(len(suite.findall("testcase"))),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": str(len(suite.findall("testcase/error"))),
        "skipped": str(len(suite.findall("testcase/skipped"))),
        "time": f"{seconds:.3f}",
    }
    suite.attrib.update(totals)
    suites = ET.Element("testsuites", {"name": "prefit", **totals})
    suites.append(suite)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _facts(report: Report) -> Mapping[str, Any]:
    return {
        "verdict": report.verdict,
        "reason": report.reason,
        "exit_code": report.exit_code,
        "fingerprint": report.dataset["fingerprint"],
        "rows": report.dataset["rows"],
        "prefit_version": report.prefit_version,
        **dict(report.counts.items()),
    }


def _case(finding: Finding, report: Report, *, alone: bool) -> ET.Element:
    stage = report.checks.get(finding.check, {}).get("stage", "checks")
    columns = "" if alone or not finding.columns else f" [{clip(', '.join(finding.columns), 120)}]"
    case = ET.Element("testcase", classname=f"prefit.{stage}", name=_text(finding.check + columns), time="0")
    case.append(_properties({"status": finding.status}))
    said = _told(finding)
    match finding.status:
        case "skip":
            ET.SubElement(case, "skipped", message=_text(finding.message))
        case "error":
            ET.SubElement(case, "error", message=_text(finding.message), type="crashed")
        case "fail" | "warn" if decides(finding, report.fail_on, strict=report.strict):
            kind = "failed" if finding.status == "fail" else "warning"
            ET.SubElement(case, "failure", message=_text(finding.message), type=kind).text = said
        case "fail" | "warn":
            ET.SubElement(case, "system-out").text = said
    return case


def _error(name: str, message: str, kind: str) -> ET.Element:
    """Return a case for what is no finding and fails the run all the same."""
    case = ET.Element("testcase", classname="prefit", name=name, time="0")
    ET.SubElement(case, "error", message=_text(message), type=kind)
    return case


def _told(finding: Finding) -> str:
    """Tell a finding in full: what was measured, why it matters, what to do, and why it may not decide."""
    lines = [f"{finding.status}: {_text(finding.message)}"]
    if finding.measured is not None:
        limit = "" if finding.limit is None else f", limit {bare(finding.limit, finding.unit)}"
        lines.append(_text(f"Measured {quantity(finding.measured, finding.unit)}{limit}."))
    if finding.columns:
        lines.append(_text(f"Columns: {', '.join(finding.columns[:50])}"))
    lines += [_text(line) for line in (finding.why, finding.remedy) if line]
    if finding.waived is not None:
        waived = finding.waived
        lines.append(_text(f"Waived until {waived.expires} by {waived.owner}: {waived.reason}"))
    return "\n".join(lines)


def _properties(values: Mapping[str, Any]) -> ET.Element:
    properties = ET.Element("properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=_text(str(value)))
    return properties


def _text(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", clip(visible(text), MAX_TEXT))
