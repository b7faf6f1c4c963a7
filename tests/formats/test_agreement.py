from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from tests.formats.samples import REPORT, hostile, wide, without_target

from prefit.formats import render, terminal
from prefit.integrations.github import write_step
from prefit.report import Report

COUNTS = re.compile(r"([\d,]+) failed \W*([\d,]+) warnings? \W*([\d,]+) passed \W*([\d,]+) not run")
PAGE_COUNTS = re.compile(r"<b>([\d,]+)</b> (failed|warnings?|not run|passed)")


def counted(text: str) -> tuple[int, ...]:
    """Return the counts of a sentence: failed, warnings, passed, not run."""
    found = COUNTS.search(text)
    assert found
    return tuple(int(number.replace(",", "")) for number in found.groups())


@pytest.mark.parametrize("make", [lambda: REPORT, without_target, hostile, lambda: wide(2000)])
def test_counts_and_verdict_agree_across_formats(make: type[Report]) -> None:
    """Whatever one reads, it is the same run."""
    report = make()
    content = json.loads(render(report, "json"))
    counts = content["counts"]
    expected = (counts["fail"], counts["warn"], counts["pass"], counts["skip"] + counts["error"])
    page = {word.rstrip("s"): int(n.replace(",", "")) for n, word in PAGE_COUNTS.findall(render(report, "html"))}
    assert counted(render(report, "md")) == expected
    assert counted(terminal.render(report, console=Console(width=100, file=io.StringIO()))) == expected
    assert (page["failed"], page["warning"], page["passed"], page["not run"]) == expected
    assert sum(counts.values()) == len(content["findings"]) == len(report.findings)
    assert content["verdict"].replace("_", " ") == render(report, "md")[2:].split(":")[0].lower()


def undecided() -> Report:
    """Return a report of which the verdict is not known."""
    return replace(REPORT, findings=tuple(finding for finding in REPORT.findings if finding.status != "fail"))


@pytest.mark.parametrize("make", [lambda: REPORT, undecided, without_target, hostile, lambda: wide(300)])
def test_counts_of_the_formats_for_machines_agree(make: Callable[[], Report]) -> None:
    """Test cases, results of code scanning and annotations tell of the same findings."""
    report = make()
    cases = Counter(
        status.get("value")
        for status in ET.fromstring(render(report, "junit")).iter("property")
        if status.get("name") == "status"
    )
    run = json.loads(render(report, "sarif"))["runs"][0]
    levels = Counter(result["level"] for result in run["results"])
    not_run = run["invocations"][0]["toolExecutionNotifications"]
    assert {status: cases[status] for status in report.counts} == report.counts == run["properties"]["counts"]
    assert (levels["error"], levels["warning"]) == (report.counts["fail"], report.counts["warn"])
    assert len(not_run) == report.counts["skip"] + report.counts["error"]


def test_the_summary_of_a_step_is_that_of_the_report(tmp_path: Path) -> None:
    """GitHub shows the Markdown summary, and the outputs say the same counts."""
    files = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "GITHUB_OUTPUT": str(tmp_path / "output")}
    write_step(REPORT, files)
    assert (tmp_path / "summary").read_text() == render(REPORT, "md")
    assert (tmp_path / "output").read_text() == "verdict=not_ready\nexit-code=1\nfailed=2\nwarnings=3\nnot-run=2\n"


def test_terminal_and_summary_tell_what_the_probes_found() -> None:
    """Labels, risks of the planned training, and what was tried, in the same words."""
    advice = {"changes": {"learning_rate": 0.003}}
    training = {"risks": {"flat_loss": 0.42, "zero_loss": 0.01, "exploding_gradient": None}, "advice": advice}
    report = replace(REPORT, training=training)
    screen = terminal.render(report, console=Console(width=200, file=io.StringIO()))
    summary = render(report, "md").replace("\\", "")
    for words in (
        "about 2.1 % wrong (1.2 % to 3.4 %); 214 of 32,561 rows to act on, 96 to review",
        "flat loss 42 %",
        "learning_rate = 0.003",
    ):
        assert words in screen
        assert words in summary
