from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from tests.formats.sample_findings import FINDINGS
from tests.formats.samples import HOSTILE_NAMES, hostile, without_target

from prefit.finding import Finding
from prefit.formats.markdown import render
from prefit.report import Report


def page(report: Report) -> str:
    """Return the summary as HTML, made by a Markdown parser that lets raw HTML through and links addresses."""
    parser = MarkdownIt("commonmark", {"html": True, "typographer": False}).enable("table").enable("strikethrough")
    return parser.render(render(report))


def test_the_summary_begins_with_verdict_reason_and_counts(report: Report) -> None:
    """The first three paragraphs carry the message."""
    verdict, reason, counts = render(report).split("\n\n")[:3]
    assert verdict == "# Not ready: adult.csv"
    assert reason.startswith("**target-leakage: Column 'capital\\_code' alone predicts")
    assert counts == "2 failed · 3 warnings · 4 passed · 2 not run (1 skipped, 1 crashed)"


def test_hostile_names_leave_neither_elements_nor_links() -> None:
    """Whatever a name holds, the page has the elements of the summary alone."""
    made = page(hostile())
    for element in ("<script", "<img", "<a ", "<style", "<del"):
        assert element not in made
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made


def test_code_in_a_sentence_is_code(report: Report) -> None:
    """Calls and options can be copied as they are, and a pipe in them ends no cell."""
    finding = Finding(
        check="a", status="warn", message="m <b>", remedy="df = df.drop(columns=['a|b_c']), or --drop it."
    )
    made = page(replace(report, findings=(finding,)))
    assert "<td><code>df = df.drop(columns=['a|b_c'])</code>, or <code>--drop</code> it.</td>" in made
    assert "m &lt;b&gt;" in made


def test_every_row_of_a_table_keeps_its_cells() -> None:
    """Pipes, line breaks and backslashes in names do not break the table."""
    made = page(hostile())
    rows = [row for row in made.split("<tr>")[1:] if "mixed-types" in row]
    assert len(rows) == 1
    assert rows[0].count("<td>") == 4
    assert f"And {len(HOSTILE_NAMES) - 1} more of this kind." in rows[0]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_reads_as_it_is(report: Report, name: str) -> None:
    """Escapes are undone by the parser: people see the name, cut where it is long."""
    from html import unescape

    from prefit.formats.visible import clip, visible

    finding = Finding(check="mixed-types", status="fail", message=name)
    shown = unescape(page(replace(report, findings=(finding,))))
    assert clip(visible(name), 400).replace("&#64;", "@") in shown


def test_findings_that_matter_come_first_and_the_rest_is_counted(report: Report) -> None:
    """One page: twelve findings, and how many more there are; passed checks are only counted."""
    text = render(replace(report, findings=tuple(replace(f, check=f"{f.check}-{i}") for i in (1, 2) for f in FINDINGS)))
    lines = [line for line in text.splitlines() if line.startswith(("| **", "| warning"))]
    assert len(lines) == 12
    assert "and 2 more findings in report.json." in text
    assert lines[0].startswith("| **failed** | target-leakage-1 ")
    assert "too-few-rows" not in text


def test_a_run_without_a_target_has_no_forecast() -> None:
    """Parts that were not measured are left out."""
    text = render(without_target())
    assert text.startswith("# Ready: adult.csv")
    assert "no target" in text
    assert "## Forecast" not in text
    assert "## Findings" not in text


def test_the_summary_is_one_page(report: Report) -> None:
    """Even hostile and long reports fit on about a page."""
    assert len(render(report)) < 6_000
    assert len(render(hostile())) < 20_000
