"""What is known of labels and of the planned training, in a sentence each, for the terminal and the summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from prefit.formats.figures import span
from prefit.report import Report
from prefit.wording import percent, probability, two_digits

__all__ = ["Doubt", "ceiling", "doubt", "harmless", "seen", "told"]

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


def seen(probe: Mapping[str, Any]) -> str:
    """Say what the probe of the plan saw of the network and of its inputs; losses as shares of a constant's.

    Parameters
    ----------
    probe : mapping
        The ``training.probe`` of ``report.json``.
    """
    first, last, layers, inputs = probe["losses"][0], probe["losses"][-1], probe["layers"], probe["inputs"]
    hidden = layers[:-1]  # what the last one gives on is the answer
    units = f" Units that are dead: at most {_most(hidden, 'dead')} in a layer, saturated {_most(hidden, 'saturated')}."
    return (
        f"The loss is {_loss(first['loss'])} of that of a constant prediction before the first step, "
        f"{_loss(last['loss'])} after {last['step']:,} steps, and {_loss(probe['without_inputs'])} with all inputs "
        f"zero; one batch alone is learnt to {_loss(probe['one_batch'])}.{units if hidden else ''} The condition "
        f"number of the inputs is {_figure(inputs['condition'])}, and the largest cell lies "
        f"{_figure(inputs['tail'])} standard deviations from the mean of its column."
    )


def _loss(value: float | None) -> str:
    return "no number" if value is None else f"{two_digits(100 * value)} %"


def _figure(value: float | None) -> str:
    return "beyond all numbers" if value is None else two_digits(value)


def _most(layers: Sequence[Mapping[str, Any]], key: str) -> str:
    return percent(max(layer[key] or 0.0 for layer in layers))


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
