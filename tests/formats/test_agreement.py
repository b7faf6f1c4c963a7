from __future__ import annotations

import io
import json
import re

import pytest
from rich.console import Console
from tests.formats.samples import REPORT, hostile, wide, without_target

from prefit.formats import render, terminal
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
