"""index.html: the report as one self-contained page. It is complete without its script, which searches and sorts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from prefit.finding import Finding
from prefit.formats import cards, column_chart, curve_chart, figures, prose, story, training_chart, wording
from prefit.formats.gauge import gauge
from prefit.formats.tried import OUTCOMES
from prefit.formats.visible import clip, visible
from prefit.report import Report
from prefit.verdict import worst_first
from prefit.wording import count, metric_word, percent, plural, probability

if TYPE_CHECKING:
    import pyarrow as pa
    from jinja2 import Environment, Template

__all__ = ["FILE_NAME", "NAME", "environment", "render"]

NAME = "html"
FILE_NAME = "index.html"
MAX_CAUSES = 5
MAX_CARDS = 100
"""Cards per status; the others are counted on the page and listed in report.json."""
MAX_ISSUES = 10
"""Rows whose labels are suspicious that the page lists; all of them are in label_issues.parquet."""
MAX_TEXT = 2000
_FILTERS: tuple[Callable[..., str], ...] = (
    figures.bare, count, figures.duration, figures.number, percent, probability,
    figures.quantity, figures.score, figures.signed, figures.span, metric_word, plural,
    figures.toml, figures.value, figures.value_span, wording.risk_word,
)  # fmt: skip
_GROUPS = {"fail": "Failed", "norun": "Not run", "warn": "Warnings", "waived": "Waived", "pass": "Passed"}
_GROUP_OF = {"error": "norun", "skip": "norun"}
MAX_NAME = 80


def render(report: Report) -> str:
    """Return the report as an HTML page that needs nothing else: no font, no network, and no script but its own.

    Every value passes through :func:`~prefit.formats.visible.visible` and is escaped: no text from the data can act.
    """
    findings = worst_first(report.findings)
    numbers = {id(finding): f"f{index}" for index, finding in enumerate(findings, start=1)}
    live = [finding for finding in findings if finding.status in ("fail", "warn") and finding.waived is None]
    causes = wording.by_check(live)
    return _template().render(
        report=report,
        data=report.dataset,
        **_charts(report.forecast),
        causes=causes[:MAX_CAUSES],
        more_causes=sum(1 + alike for _, alike in causes[MAX_CAUSES:]),
        groups=_groups(findings),
        anchor=lambda finding: numbers[id(finding)],
        found_in=_found_in(findings, numbers),
        **_issues(report.label_issues),
        gauge=gauge,
        waived=sum(finding.waived is not None for finding in findings),
        seconds=sum(timing["seconds"] for timing in report.timings),
    )


def _charts(forecast: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the charts of the forecast, and of the metric beside it."""
    if forecast is None:
        return {"forecast": None, "charts": [], "beside": None, "beside_charts": []}
    metric = forecast.get("beside")
    score, beside = curve_chart.drawn(forecast), None if metric is None else curve_chart.drawn(forecast, metric)
    return {
        "forecast": score,
        "charts": curve_chart.curve_charts(score),
        "beside": beside,
        "beside_charts": [] if beside is None else curve_chart.curve_charts(beside),
    }


def _groups(findings: Sequence[Finding]) -> list[tuple[str, str, list[Finding], int]]:
    """Group the findings for reading: key, heading, those that get a card, and how many do not."""
    grouped: dict[str, list[Finding]] = {key: [] for key in _GROUPS}
    for finding in findings:
        grouped["waived" if finding.waived is not None else _GROUP_OF.get(finding.status, finding.status)].append(
            finding
        )
    return [
        (key, _GROUPS[key], group[:MAX_CARDS], max(0, len(group) - MAX_CARDS))
        for key, group in grouped.items()
        if group
    ]


def _found_in(findings: Sequence[Finding], numbers: Mapping[int, str]) -> dict[str, list[tuple[str, Finding]]]:
    """Say for each column which checks failed or warned of it, three at most."""
    found: dict[str, list[tuple[str, Finding]]] = {}
    for _, _, group, _ in _groups(findings):
        for finding in group:
            for column in finding.columns if finding.status in ("fail", "warn") else ():
                known = found.setdefault(column, [])
                if len(known) < 3 and finding.check not in (other.check for _, other in known):
                    known.append((numbers[id(finding)], finding))
    return found


def _issues(table: pa.Table | None) -> dict[str, Any]:
    """Return the rows whose labels are to be looked at, most suspicious first, and how many seem right."""
    if table is None:
        return {"issues": [], "issues_right": 0}
    first = table.slice(0, 10 * MAX_ISSUES).to_pylist()
    tiers = table.column("tier").to_pylist() if "tier" in table.column_names else []
    issues = [row for row in first if row.get("tier") != "ok"][:MAX_ISSUES]
    shown = [name for name in table.column_names if any(row[name] is not None for row in issues)]
    return {
        "issues": [{name: row[name] for name in shown} for row in issues],
        "issues_right": tiers.count("ok"),
    }


@cache
def _template() -> Template:
    return environment().get_template("report.html")


def environment() -> Environment:
    """Return the template environment: escaping is always on, and no name may be undefined."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("prefit.formats"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = files("prefit.formats").joinpath("templates", "columns.js").read_text(encoding="utf-8")
    environment.filters.update({function.__name__: function for function in (*_FILTERS, _name, _when)})
    environment.globals.update(
        EVENTS=wording.EVENTS,
        OUTCOMES=OUTCOMES,
        STATUS_WORDS=wording.STATUS_WORDS,
        VERDICT_WORDS=wording.VERDICT_WORDS,
        ceiling=story.ceiling,
        column_chart=column_chart.column_chart,
        doubt=story.doubt,
        harmless=story.harmless,
        in_history=wording.in_history,
        interval=figures.interval,
        risk_level=wording.risk_level,
        limits_of=cards.limits_of,
        prose_parts=prose.parts,
        remedies_of=cards.remedies_of,
        typical=_typical,
        seen=story.seen,
        waiver_of=cards.waiver_of,
        SCRIPT=Markup(script),  # noqa: S704 - our own file, with nothing of the data in it
        SCRIPT_HASH=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        CURVE=curve_chart,
        PANEL=training_chart,
        training_charts=training_chart.training_charts,
        SPARK=column_chart,
    )
    return environment


def _shown(value: Any) -> Any:
    """Make a value fit for the page; jinja escapes it afterwards. Markup is a text that jinja has made."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return clip(visible(value), MAX_TEXT)


def _name(value: Any) -> str:
    return clip(visible(str(value)), MAX_NAME)


def _when(created: str) -> str:
    """Write an ISO time for people."""
    moment = datetime.fromisoformat(created)
    return f"{moment:%d %b %Y, %H:%M} {moment.tzname() or ''}".strip()


def _typical(column: Mapping[str, Any]) -> str:
    """Say in a few figures what the values of a column are like."""
    quantiles = column["quantiles"] or {}
    if quantiles.get("0.5") is not None and quantiles.get("0.05") is not None and quantiles.get("0.95") is not None:
        low, middle, high = (figures.number(quantiles[p]) for p in ("0.05", "0.5", "0.95"))
        return middle if low == high else f"{middle} ({low} to {high})"
    if column["kind"] in ("categorical", "boolean") and column["top"] and column["rows"]:
        return f"most frequent {percent(column['top'][0]['count'] / column['rows'])}"
    if column["lengths"]:
        return f"{figures.number(column['lengths']['mean'])} bytes on average"
    return ""
