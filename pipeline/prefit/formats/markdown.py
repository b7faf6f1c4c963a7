"""summary.md: the report on one page, for pull requests, step summaries and mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from prefit.finding import Finding
from prefit.formats import prose
from prefit.formats.figures import bare, duration, interval, quantity, score, span
from prefit.formats.story import ceiling, told
from prefit.formats.tried import tried
from prefit.formats.visible import clip, visible
from prefit.formats.wording import (
    EVENTS,
    STATUS_WORDS,
    VERDICT_WORDS,
    beside_baseline,
    by_check,
    counts_sentence,
    in_history,
    in_metric,
    rows_looked_at,
)
from prefit.report import Report
from prefit.verdict import worst_first
from prefit.wording import metric_word, plural, probability

__all__ = ["FILE_NAME", "NAME", "render"]

NAME = "md"
FILE_NAME = "summary.md"
MAX_FINDINGS = 12
PIPE = r"\|"
_SPECIAL = re.compile(r"[\\`*_\[\]#!|~^$]")


def render(report: Report) -> str:
    """Return a summary of one page in GitHub-flavoured Markdown."""
    return "\n\n".join(block for block in _blocks(report) if block) + "\n"


def _blocks(report: Report) -> Iterator[str]:
    data = report.dataset
    target = f", target {_text(data['target'])} ({data['task']})" if data["target"] is not None else ", no target"
    seconds = sum(timing["seconds"] for timing in report.timings)
    yield f"# {VERDICT_WORDS[report.verdict]}: {_text(data['name'], 120)}"
    yield f"**{_text(report.reason, 600)}**"
    yield counts_sentence(report.counts)
    yield (
        f"{plural(data['rows'], 'row')}, {plural(data['columns'], 'column')}{target}. "
        f"Looked at: {rows_looked_at(data)}. Fingerprint {_text(data['fingerprint'])}. "
        f"prefit {_text(report.prefit_version)}, {_text(report.created)}, {duration(seconds)}."
    )
    yield from _findings(report)
    if report.baseline is not None:
        yield from _baseline(report.baseline)
    if report.forecast is not None:
        yield from _forecast(report.forecast)
    if rows := tried(report.remedies):
        yield "## What was tried"
        yield _table(("change", "gain, 90 % interval", "outcome"), [tuple(map(_text, row)) for row in rows])
    if sentences := list(told(report)):
        yield "\n".join(f"- {heading}: {_text(sentence, 400)}" for heading, sentence in sentences)
    if report.expectations is not None:
        counts = report.expectations["counts"]
        outcome = f"{counts['success']} met, {counts['failed']} failed, {counts['error']} could not be judged"
        yield f"## Expectations\n\nSuite {_text(report.expectations['name'])}: {outcome}."
    if report.history is not None:
        said = _text(in_history(report.history), 400)
        yield f"**{said}**" if report.history["error"] is not None else said


def _findings(report: Report) -> Iterator[str]:
    live = [finding for finding in worst_first(report.findings) if finding.status != "pass"]
    if not live:
        return
    merged = by_check(live)
    rows = [
        (_status(finding), _text(finding.check), _what(finding, alike), _prose(finding.remedy, 300))
        for finding, alike in merged[:MAX_FINDINGS]
    ]
    yield "## Findings"
    yield _table(("status", "check", "what was found", "what to do"), rows)
    if beyond := sum(1 + alike for _, alike in merged[MAX_FINDINGS:]):
        yield f"and {plural(beyond, 'more finding')} in report.json."


def _baseline(baseline: Mapping[str, Any]) -> Iterator[str]:
    yield "## Since the baseline"
    yield (
        f"{beside_baseline(baseline['counts'])}, beside the report on {_text(baseline['name'])} of "
        f"{_text(baseline['created'])}."
    )
    if gone := [f"{_text(found['check'])} {_text(', '.join(found['columns'][:3]))}" for found in baseline["gone"]]:
        yield f"Gone: {'; '.join(gone[:MAX_FINDINGS])}{' ...' if len(gone) > MAX_FINDINGS else ''}."


def _status(finding: Finding) -> str:
    word = STATUS_WORDS[finding.status]
    beside = "new " if finding.new else "worse " if finding.worse else ""
    return f"{word}, waived until {_text(finding.waived.expires)}" if finding.waived else f"{beside}**{word}**"


def _what(finding: Finding, alike: int) -> str:
    parts = [_prose(finding.message, 400)]
    if finding.measured is not None and finding.limit is not None:
        parts.append(f"Measured {_text(quantity(finding.measured, finding.unit))}")
        if finding.interval is not None:
            parts[-1] += f" ({_text(interval(*finding.interval, finding.unit))})"
        parts[-1] += f", limit {_text(bare(finding.limit, finding.unit))}."
    if alike:
        parts.append(f"And {alike} more of this kind.")
    return " ".join(parts)


def _forecast(forecast: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        (
            f"{_text(name)}{' (chosen)' if name == forecast['chosen'] else ''}",
            f"{score(family['held_out']['mean'])} ({span(family['held_out'])})",
            score(family["train"]["mean"]),
            *(_text(probability(family["risks"][event])) for event in EVENTS),
        )
        for name, family in forecast["families"].items()
    ]
    yield "## Forecast"
    yield (
        f"One training on {plural(forecast['planned_rows'], 'row')}: {metric_word(forecast['metric'])} on rows that "
        f"nobody has seen, with its 90 % interval. A constant predictor scores {score(forecast['constant'])}. "
        f"Ceiling: {ceiling(forecast)}."
    )
    yield _table(("family", "held-out", "training rows", *(f"{word.lower()} risk" for word in EVENTS.values())), rows)
    if forecast.get("beside"):
        yield f"{_text(in_metric(forecast['beside']), 400)}."
    if forecast["left_out"]:
        yield "Left out: " + " ".join(_text(sentence, 300) for sentence in forecast["left_out"])


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _prose(text: str, length: int) -> str:
    """Escape a sentence, but for the code in it, which becomes code: there only a pipe would end its cell."""
    pieces = prose.parts(clip(visible(text), length))
    return "".join(f"`{part.replace('|', PIPE)}`" if code else _text(part, length) for code, part in pieces)


def _text(text: Any, length: int = 120) -> str:
    """Escape what comes from data: neither markup, nor a link, nor a line break is left of it."""
    shown = clip(visible(str(text)), length).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = _SPECIAL.sub(r"\\\g<0>", shown)
    return escaped.replace("://", r":\/\/").replace("www.", r"www\.").replace("@", "&#64;")
