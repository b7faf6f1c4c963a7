"""What is known of labels and of the planned training, in a sentence each, for the terminal and the summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from prefit.formats.figures import span
from prefit.report import Report
from prefit.wording import percent, probability

__all__ = ["Doubt", "ceiling", "doubt", "harmless", "told"]

Doubt = Literal["none", "which", "how many"]

SURE = 0.005
"""Share of wrong labels that must be sure before rows are called wrong: the limit of `label-errors` by default."""

VAGUE = 0.25
"""Share that may be wrong although none surely is, from which on a figure between them would say too much."""

GAPS = ("overfitting-risk", "underfitting-risk")
"""Checks that warn of an event only where it costs something."""

WORTH_TELLING = 0.2
"""Probability from which on a risk of the planned training is named on one screen."""


def told(report: Report) -> Iterator[tuple[str, str]]:
    """Yield a heading and a sentence for each: wrong labels, risks of the planned training, what to train with.

    Texts of the report stand in the sentences as they are: whoever shows them escapes them.
    """
    yield from harmless(report)
    if report.label_noise is not None:
        yield "Labels", _labels(report.label_noise)
    if report.training is not None:
        if report.training.get("risks"):
            yield "Planned training", _risks(report.training["risks"])
        if changes := (report.training.get("advice") or {}).get("changes"):
            yield "Train with", ", ".join(f"{key} = {_value(value)}" for key, value in changes.items())


def ceiling(forecast: Mapping[str, Any]) -> str:
    """Say what is the best score that seems possible, which no curve of a family alone shows."""
    known = forecast["ceiling"]
    if known is None:
        return "not known: there is no signal yet, or the scores still climb fast"
    return f"{span(known)} is the best that seems possible with these columns, whatever the rows"


def doubt(noise: Mapping[str, Any]) -> Doubt:
    """Return what the interval of the rate leaves open: nothing, which labels are wrong if any, or even how many."""
    rate = noise["rate"]
    if rate["low"] > SURE:
        return "none"
    return "how many" if rate["high"] >= VAGUE else "which"


def harmless(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the events that are likely and no warning, and why not: the table of risks shows them in red."""
    for finding in report.findings:
        event = finding.check.removesuffix("-risk").capitalize()
        likely = finding.measured is not None and finding.limit is not None and finding.measured > finding.limit
        own_words = finding.message.startswith(f"{event} ")  # what another finding explains is told there
        if finding.check in GAPS and finding.status == "pass" and likely and own_words:
            yield event, finding.message.removeprefix(f"{event} ")


def _labels(noise: Mapping[str, Any]) -> str:
    rate, flagged, reviewed = noise["rate"], noise["rows_flagged"], noise.get("rows_to_review", 0)
    if doubt(noise) == "how many":
        return f"how many are wrong cannot be told ({percent(rate['low'])} to {percent(rate['high'])})"
    told = f"about {percent(rate['mean'])} wrong ({percent(rate['low'])} to {percent(rate['high'])})"
    of = f" of {noise['rows_scored']:,}" if "rows_scored" in noise else ""
    if not flagged + reviewed:
        return f"{told}; no row{of} stands out"
    if doubt(noise) == "which":
        return f"{told}, maybe none; {flagged + reviewed:,}{of} rows to look at first"
    return f"{told}; {flagged:,}{of} rows to act on, {reviewed:,} to review"


def _risks(risks: Mapping[str, float | None]) -> str:
    known = {name: value for name, value in risks.items() if value is not None}
    told = sorted((name for name, value in known.items() if value >= WORTH_TELLING), key=lambda name: -known[name])
    if not told:
        highest = max(known.values(), default=0.0)
        at_most = "each below 1 %" if highest < 0.01 else f"at most {probability(highest)}"
        return f"no flat or zero loss, exploding or vanishing gradient to expect ({at_most})"
    return ", ".join(f"{name.replace('_', ' ')} {probability(known[name])}" for name in told)


def _value(value: Any) -> str:
    return "auto" if value is None else f"{value:.2g}" if isinstance(value, float) else str(value)
