from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from tests.formats.sample_findings import FINDINGS
from tests.formats.samples import REPORT, hostile, wide, without_target

from prefit.formats import terminal
from prefit.formats.wording import counts_sentence
from prefit.report import Report


def plain(width: int = 100) -> Console:
    """Return a console as it is when the output is piped."""
    return Console(width=width, file=io.StringIO())


def test_the_first_lines_say_verdict_reason_and_counts(report: Report) -> None:
    """What did not run is counted on the first lines."""
    first, second, third = terminal.render(report, console=plain()).splitlines()[:3]
    assert first.startswith(" NOT READY   target-leakage: Column 'capital_code'")
    assert "2 not run (1 skipped, 1 crashed)" in third
    assert third.endswith("exit code 1")
    assert second


@pytest.mark.parametrize("make", [lambda: REPORT, hostile, without_target, lambda: wide(300)])
def test_the_report_is_one_screen(make: type[Report]) -> None:
    """At 100 columns it has at most 40 lines, a few more beside a baseline, a remedy or a metric, none too wide."""
    report = make()
    lines = terminal.render(report, written=[Path("readiness/index.html")], console=plain()).splitlines()
    metric = report.forecast is not None and report.forecast.get("beside") is not None
    beside = (report.baseline is not None, bool(report.remedies), report.label_noise is not None)
    assert len(lines) <= 40 + 2 * sum(beside) + 3 * metric
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("width", [40, 80, 160])
def test_the_width_is_respected(width: int) -> None:
    """Long names and tables never run over the edge."""
    text = terminal.render(hostile(), verbose=True, console=plain(width))
    assert max(map(len, text.splitlines())) <= width


def test_hostile_names_steer_nothing() -> None:
    """Markup is shown as it is; escape sequences and overrides are spelled out."""
    text = terminal.render(hostile(), verbose=True, console=plain(160))
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "[bold]loud[/bold]" in text
    assert r"\x1b[31mred\x1b[0m" in text


def test_piped_output_has_no_colour_and_a_terminal_has(report: Report) -> None:
    """Escape sequences are for terminals alone, and for ours alone."""
    colour = Console(width=100, file=io.StringIO(), force_terminal=True, color_system="standard")
    assert "\x1b[" not in terminal.render(report, console=plain())
    assert "\x1b[" in terminal.render(report, console=colour)


def test_what_the_output_cannot_encode_is_spelled_out(report: Report) -> None:
    """A pipe in ASCII gets escapes, not a crash."""
    ascii_file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    text = terminal.render(report, console=Console(width=100, file=ascii_file))
    assert text.isascii()
    assert r"\xb7" in text


def test_the_forecast_names_every_family_with_interval_and_risks(report: Report) -> None:
    """The family that is judged is marked, the best forecast stands first."""
    lines = terminal.render(report, console=plain()).splitlines()
    rows = [line.split() for line in lines if line.startswith(("linear", "boosting", "forest", "neural"))]
    assert [row[0] for row in rows] == ["boosting", "forest", "neural", "linear"]
    assert rows[0] == ["boosting", "*", "0.83", "0.81", "to", "0.85", "0.88", "64", "%", "3", "%", "<1", "%"]


def test_findings_beyond_the_screen_are_counted() -> None:
    """Eight findings are shown, the others are said to exist."""
    findings = tuple(replace(FINDINGS[0], check=f"check-{index}") for index in range(20))
    text = terminal.render(replace(REPORT, findings=findings), console=plain())
    assert "check-7 " in text
    assert "check-8 " not in text
    assert "and 12 more: --verbose" in text


def test_findings_of_one_check_are_one_line(report: Report) -> None:
    """Forty failed expectations do not push the other causes off the screen; --verbose shows each."""
    many = replace(report, findings=(*[replace(FINDINGS[0], check="expectation-failed")] * 40, *FINDINGS))
    text = terminal.render(many, console=plain())
    assert text.count("FAIL   expectation-failed") == 1
    assert "And 39 more of this kind." in text
    assert "FAIL   duplicate-rows" in text
    assert terminal.render(many, verbose=True, console=plain()).count("FAIL   expectation-failed") == 40


def test_quiet_is_the_verdict_and_the_counts(report: Report) -> None:
    """A script that prints little still says what did not run."""
    text = terminal.render(report, quiet=True, console=plain())
    assert len(text.splitlines()) == 3
    assert counts_sentence(report.counts) in text


def test_verbose_shows_every_finding_and_column(report: Report) -> None:
    """Passed checks and the inferred schema are printed as well."""
    text = terminal.render(report, verbose=True, console=plain(160))
    assert all(finding.check in text for finding in report.findings)
    assert all(column["name"] in text for column in report.columns)


def test_the_columns_are_a_table_with_reasons(report: Report) -> None:
    """Column, type, kind and why, missing and distinct, estimates marked."""
    lines = terminal.render_columns(report.columns, console=plain(160)).splitlines()
    assert lines[0].split() == ["column", "type", "kind", "because", "missing", "distinct"]
    assert lines[4].split()[:3] == ["occupation", "string", "categorical"]
    assert lines[4].endswith("31.5 %         8")
    assert lines[1].endswith("~21,648")


def test_a_page_of_documentation_is_laid_out() -> None:
    """Markdown becomes text of the width of the terminal."""
    text = terminal.render_markdown("# Title\n\n" + "word " * 60, console=plain(60))
    assert "Title" in text
    assert "#" not in text
    assert max(map(len, text.splitlines())) <= 60


def test_where_the_report_was_written_is_said_last(report: Report) -> None:
    """The last line names the files."""
    written = [Path("readiness/index.html"), Path("readiness/report.json")]
    last = terminal.render(report, written=written, console=plain()).splitlines()[-1]
    assert last == "Report: readiness/index.html, report.json"


def test_a_pipe_is_a_hundred_columns_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without COLUMNS a log gets more room than rich assumes; with it, that much."""
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: False, encoding="utf-8", write=len, flush=int))
    monkeypatch.delenv("COLUMNS", raising=False)
    assert max(map(len, terminal.render(hostile()).splitlines())) in range(90, 101)
    monkeypatch.setenv("COLUMNS", "70")
    assert max(map(len, terminal.render(hostile()).splitlines())) <= 70


def test_the_inferred_kinds_are_shown_with_their_columns(report: Report) -> None:
    """A wrong kind is seen before anything else is believed; roles such as a dropped column stand apart."""
    lines = terminal.render(report, console=plain()).splitlines()
    for column in report.columns[:4]:
        group = column["kind"] if column["role"] in ("feature", "target") else column["role"]
        line = next(line for line in lines if line.startswith(f"{group} "))
        assert column["name"][:20] in line


def test_what_keeps_the_verdict_from_being_whole_is_said(report: Report) -> None:
    """A selection of checks, and a clock that ended the probing; nothing where neither is the case."""
    narrowed = {"only": ["size", "classes"], "skip": ["rare-class"], "clock_struck": True}
    text = terminal.render(replace(report, environment={**report.environment, **narrowed}), console=plain())
    assert "Judged by size, classes only." in text
    assert "Not judged by rare-class." in text
    assert "The clock ended the probing early" in text
    whole = terminal.render(report, console=plain())
    assert "udged by" not in whole
    assert "clock" not in whole
