"""The report on one screen, and the columns as a table."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from prefit.finding import Finding
from prefit.formats.figures import duration, score, span
from prefit.formats.story import told
from prefit.formats.tried import headline, in_words, tried
from prefit.formats.visible import clip, visible
from prefit.formats.wording import (
    EVENTS,
    VERDICT_WORDS,
    beside_baseline,
    by_check,
    counts_sentence,
    in_history,
    in_metric,
    rows_looked_at,
)
from prefit.report import Report
from prefit.screen import inert
from prefit.verdict import worst_first
from prefit.wording import count, metric_word, percent, plural, probability

__all__ = ["draw", "render", "render_columns", "render_markdown", "standard_output"]

MAX_FINDINGS = 8
MAX_REMEDIES = 3
MAX_FAMILIES = 6
MAX_NAMES = 8
PIPED_WIDTH = 100
"""Columns where the output is no terminal and ``COLUMNS`` is not set: CI logs are wider than rich assumes."""
_VERDICT_STYLES = {"ready": "green", "at_risk": "yellow", "not_ready": "red", "cannot_tell": "magenta"}
_STATUS_STYLES = {"fail": "bold red", "error": "bold magenta", "skip": "magenta", "warn": "yellow", "pass": "green"}


def render(
    report: Report,
    *,
    quiet: bool = False,
    verbose: bool = False,
    written: Sequence[Path] = (),
    console: Console | None = None,
) -> str:
    """Return the report as one screen of text.

    Parameters
    ----------
    report : Report
    quiet : bool, default False
        Only the verdict and the counts.
    verbose : bool, default False
        All findings with their remedies, and every column.
    written : sequence of path, default ()
        Files that the report was written to, to be named at the end.
    console : rich.console.Console, optional
        Decides on width and colour; default what the standard output is: no colour when it is piped.

    Returns
    -------
    str
        Ends with a newline. Nothing in it that comes from data can steer the terminal.
    """
    console = console or standard_output()
    blocks: list[RenderableType] = [_verdict(report)]
    if not quiet:
        blocks += [_dataset(report)]
    if not (quiet or verbose):
        blocks += [_kinds(report.columns)]
    if not quiet and report.forecast is not None and report.forecast["families"]:
        blocks += [_forecast(report.forecast)]
    if not quiet and (rows := tried(report.remedies)):
        blocks += [_tried(rows, verbose=verbose)]
    if not quiet and (sentences := list(told(report))):
        blocks += [_story(sentences)]
    if not quiet:
        blocks += _findings(report, console.width, verbose=verbose)
    if verbose and not quiet:
        blocks += [_columns(report.columns)]
    if written:
        others = [path.name if path.parent == written[0].parent else str(path) for path in written[1:]]
        blocks += [Text.assemble("Report: ", (visible(", ".join([str(written[0]), *others])), "bold"))]
    if report.history is not None:
        blocks += [_history(report.history)]
    return draw(blocks, console)


def render_columns(columns: Sequence[Mapping[str, Any]], *, console: Console | None = None) -> str:
    """Return the inferred schema as a table: column, type, kind and why, missing, distinct.

    Parameters
    ----------
    columns : sequence of mapping
        The ``columns`` of ``report.json``.
    console : rich.console.Console, optional
        As in :func:`render`.
    """
    return draw([_columns(columns)], console or standard_output())


def render_markdown(text: str, *, console: Console | None = None) -> str:
    """Return a page of prefit's own documentation, laid out for the terminal."""
    return draw([Markdown(text, hyperlinks=False)], console or standard_output())


def standard_output() -> Console:
    """Return the console that a text is laid out for unless another is given."""
    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(width=PIPED_WIDTH)
    return console


def draw(blocks: Sequence[RenderableType], console: Console) -> str:
    """Lay out blocks with an empty line between them, in characters that the output can encode."""
    with console.capture() as capture:
        for index, block in enumerate(blocks):
            console.print(*[""] * (index > 0), block, sep="\n", highlight=False, markup=False, emoji=False)
    text = "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"
    return inert(text.encode(console.encoding, "backslashreplace").decode(console.encoding))


def _dataset(report: Report) -> Text:
    data = report.dataset
    target = f"target {_name(data['target'])} ({data['task']})" if data["target"] is not None else "no target"
    size = f"{plural(data['rows'], 'row')}, {plural(data['columns'], 'column')}"
    seconds = duration(sum(timing["seconds"] for timing in report.timings))
    return Text.assemble(
        (_name(data["name"], 60), "bold"),
        f" · {size} · {target}\n",
        (f"prefit {report.prefit_version} in {seconds} · {rows_looked_at(data)} · fingerprint ", "dim"),
        (_name(data["fingerprint"][:12]), "dim"),
        *(("\n" + note, "yellow") for note in _reservations(report.environment)),
        *("\n" + line for line in (_beside(report.baseline) if report.baseline else ())),
    )


def _reservations(environment: Mapping[str, Any]) -> Iterator[str]:
    """Yield what keeps the verdict from being the whole one."""
    if environment.get("only"):
        yield f"Judged by {visible(', '.join(environment['only']))} only."
    if environment.get("skip"):
        yield f"Not judged by {visible(', '.join(environment['skip']))}."
    if environment.get("clock_struck"):
        yield "The clock ended the probing early, so that another run may probe more and forecast otherwise."


def _kinds(columns: Sequence[Mapping[str, Any]]) -> Text:
    """Return the inferred kinds, a line each, so that a wrong one is seen before anything else is believed."""
    names: dict[str, list[str]] = {}
    for column in columns:
        kind = column["kind"] if column["role"] in ("feature", "target") else column["role"]
        names.setdefault(kind, []).append(_name(column["name"], 30))
    width = max(map(len, names), default=0)
    lines = []
    for kind, members in names.items():
        shown = ", ".join(members[:MAX_NAMES])
        more = f" and {len(members) - MAX_NAMES} more" if len(members) > MAX_NAMES else ""
        lines.append(f"{kind:<{width}}  {clip(shown, 60)}{more}")
    return Text("\n".join(lines), style="dim")


def _verdict(report: Report) -> Text:
    style = _VERDICT_STYLES[report.verdict]
    return Text.assemble(
        (f" {VERDICT_WORDS[report.verdict].upper()} ", f"bold reverse {style}"),
        f"  {clip(visible(report.reason), 400)}\n",
        (counts_sentence(report.counts), "bold"),
        f" · exit code {report.exit_code}",
    )


def _history(history: Mapping[str, Any]) -> Text:
    return Text(clip(visible(in_history(history)), 400), style="bold red" if history["error"] is not None else "dim")


def _forecast(forecast: Mapping[str, Any]) -> RenderableType:
    known = span(forecast["ceiling"]) if forecast["ceiling"] else "not known"
    title = f"Forecast: {metric_word(forecast['metric'])} after {plural(forecast['planned_rows'], 'row')} "
    title += f"(constant predictor {score(forecast['constant'])}, ceiling {known})"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    table.add_column("family", overflow="fold")
    for heading in ("held-out", "90 % interval", "training rows", *(word.lower() for word in EVENTS.values())):
        table.add_column(heading, justify="right", overflow="fold", min_width=max(map(len, heading.split())))
    families = sorted(forecast["families"].items(), key=lambda item: -item[1]["held_out"]["mean"])
    for name, family in families[:MAX_FAMILIES]:
        chosen = name == forecast["chosen"]
        table.add_row(
            Text(_name(name, 20) + (" *" if chosen else "")),
            score(family["held_out"]["mean"]),
            span(family["held_out"]),
            score(family["train"]["mean"]),
            *(_risk(family["risks"][event]) for event in EVENTS),
            style="bold" if chosen else "",
        )
    if len(families) > MAX_FAMILIES:
        table.caption = f"and {plural(len(families) - MAX_FAMILIES, 'more family')}"
    beside = forecast.get("beside")
    return Group(table, Text(clip(visible(in_metric(beside)), 200))) if beside else table


def _tried(rows: Sequence[tuple[str, str, str]], *, verbose: bool) -> Text:
    """Say what was tried, a line for each change, or in one line what came of it."""
    more = "" if verbose else " (all: --verbose)"
    lines = [in_words(*row) for row in rows] if verbose else [headline(rows)]
    shown = "\n".join(clip(visible(line), 90 - len(more)) for line in lines)
    return Text.assemble(("Tried  ", "bold"), shown, (more, "dim"))


def _story(sentences: Sequence[tuple[str, str]]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for heading, sentence in sentences:
        table.add_row(heading, Text(clip(visible(sentence), 240)))
    return table


def _beside(baseline: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changed since the baseline; what is new or worse is marked where it is found."""
    yield f"Since the baseline of {visible(baseline['created'][:10])}: {beside_baseline(baseline['counts'])}"
    if gone := [f"{found['check']} {', '.join(found['columns'][:3])}".strip() for found in baseline["gone"]]:
        yield clip(f"Gone: {visible('; '.join(gone))}", 96)


def _risk(value: float) -> Text:
    return Text(probability(value), "red" if value >= 0.5 else "yellow" if value >= 0.2 else "")


def _findings(report: Report, width: int, *, verbose: bool) -> Iterator[RenderableType]:
    live = [finding for finding in worst_first(report.findings) if verbose or finding.status != "pass"]
    if not live:
        return
    shown = [(finding, 0) for finding in live] if verbose else by_check(live)[:MAX_FINDINGS]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for index, (finding, alike) in enumerate(shown):
        lines = 2 * (width - 10)
        table.add_row(
            Text(finding.status.upper(), _STATUS_STYLES[finding.status]),
            _sentence(finding, alike, None if verbose else lines, remedy=verbose or index < MAX_REMEDIES),
        )
    if beyond := len(live) - sum(1 + alike for _, alike in shown):
        table.add_row("", Text(f"and {beyond} more: --verbose prints all, --output writes the report", "dim"))
    yield table


def _sentence(finding: Finding, alike: int, length: int | None, *, remedy: bool) -> Text:
    """Say what a finding found, in at most `length` characters, and what to do in one line."""
    message, advice = visible(finding.message), visible(finding.remedy)
    if length is not None:
        message = clip(message, length - len(finding.check) - (36 if alike else 12))
        advice = clip(advice, length // 2 - 2)
    sentence = Text.assemble((_name(finding.check), "bold"), "  ", message)
    if finding.new or finding.worse:
        sentence.append(" (new)" if finding.new else " (worse)", "bold")
    if alike:
        sentence.append(f" And {alike} more of this kind.", "dim")
    if finding.waived is not None:
        sentence.append(f" (waived until {visible(finding.waived.expires)})", "dim")
    if remedy and advice:
        sentence.append(f"\n→ {advice}", "dim")
    return sentence


def _columns(columns: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("column", overflow="fold", ratio=3)
    table.add_column("type", overflow="fold")
    table.add_column("kind", no_wrap=True)
    table.add_column("because", overflow="fold", ratio=4)
    table.add_column("missing", justify="right", no_wrap=True)
    table.add_column("distinct", justify="right", no_wrap=True)
    for column in columns:
        role = "" if column["role"] in ("feature", "unsupported") else f" ({column['role']})"
        distinct = column["distinct"]
        table.add_row(
            Text.assemble((_name(column["name"]), "bold"), role),
            Text(_name(column["type"], 30), "dim"),
            Text(column["kind"]),
            Text(_name(column["kind_reason"], 100), "dim"),
            percent(column["missing_fraction"]),
            f"{'' if distinct['exact'] else '~'}{count(distinct['estimate'])}",
        )
    return table


def _name(text: Any, length: int = 48) -> str:
    return clip(visible(str(text)), length)
