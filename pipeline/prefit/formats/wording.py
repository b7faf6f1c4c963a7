"""The words of a report: verdicts, statuses and risks as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefit.finding import Finding, Status
from prefit.formats.figures import value, value_span
from prefit.formats.visible import clip, visible
from prefit.wording import count, metric_word, plural

__all__ = [
    "EVENTS",
    "STATUS_WORDS",
    "VERDICT_WORDS",
    "beside_baseline",
    "by_check",
    "counts_sentence",
    "in_history",
    "in_metric",
    "risk_level",
    "risk_word",
    "rows_looked_at",
]

MAX_FAMILIES = 4

VERDICT_WORDS: dict[str, str] = {
    "ready": "Ready",
    "at_risk": "At risk",
    "not_ready": "Not ready",
    "cannot_tell": "Cannot tell",
}
STATUS_WORDS: dict[str, str] = {
    "fail": "failed",
    "warn": "warning",
    "pass": "passed",
    "skip": "skipped",
    "error": "crashed",
}
EVENTS: dict[str, str] = {
    "overfitting": "Overfitting",
    "underfitting": "Underfitting",
    "constant_prediction": "Constant prediction",
}
_RISK_WORDS = ((0.05, "very unlikely"), (0.2, "unlikely"), (0.5, "possible"), (0.8, "likely"), (1.01, "very likely"))


def risk_word(probability: float) -> str:
    """Say in words how likely an event is.

    Examples
    --------
    >>> risk_word(0.03), risk_word(0.6)
    ('very unlikely', 'likely')
    """
    return next(word for limit, word in _RISK_WORDS if probability < limit)


def risk_level(probability: float) -> int:
    """Return how likely an event is on a scale of 0 (very unlikely) to 4 (very likely)."""
    return sum(probability >= limit for limit, _ in _RISK_WORDS)


def counts_sentence(counts: Mapping[Status, int]) -> str:
    """Say how many findings have each status; what did not run is always said, also when it is none.

    Examples
    --------
    >>> counts_sentence({"fail": 1, "warn": 2, "pass": 30, "skip": 1, "error": 0})
    '1 failed · 2 warnings · 30 passed · 1 not run (1 skipped, 0 crashed)'
    """
    not_run = counts["skip"] + counts["error"]
    detail = f" ({counts['skip']} skipped, {counts['error']} crashed)" if not_run else ""
    warnings = plural(counts["warn"], "warning")
    return f"{counts['fail']} failed · {warnings} · {counts['pass']} passed · {not_run} not run{detail}"


def in_metric(metric: Mapping[str, Any]) -> str:
    """Say what the families should come to in the metric that is forecast beside the score, the best one first.

    Examples
    --------
    >>> linear, boosting = ({"held_out": {"mean": m, "low": m - 0.02, "high": m + 0.02}} for m in (0.8, 0.9))
    >>> families = {"linear": linear, "boosting": boosting}
    >>> in_metric({"metric": "roc_auc", "constant": 0.5, "perfect": 1.0, "families": families})
    'ROC AUC: boosting 0.90 (0.88 to 0.92), linear 0.80 (0.78 to 0.82); a constant predictor 0.50'
    """
    perfect, made = metric["perfect"], {name: one["held_out"] for name, one in metric["families"].items()}
    best_first = sorted(made, key=lambda name: abs(perfect - made[name]["mean"]))
    families = ", ".join(
        f"{clip(visible(name), 20)} {value(made[name]['mean'], perfect)} ({value_span(made[name], perfect)})"
        for name in best_first[:MAX_FAMILIES]
    )
    families = families or "no family could be measured"
    return f"{metric_word(metric['metric'])}: {families}; a constant predictor {value(metric['constant'], perfect)}"


def beside_baseline(counts: Mapping[str, int]) -> str:
    """Say what changed since the baseline.

    Examples
    --------
    >>> beside_baseline({"new": 1, "worse": 0, "known": 3, "gone": 2, "unjudged": 0})
    '1 new · 0 worse · 3 known · 2 gone'
    """
    said = " · ".join(f"{counts[word]} {word}" for word in ("new", "worse", "known", "gone"))
    return f"{said} · {counts['unjudged']} not judged again" if counts["unjudged"] else said


def in_history(history: Mapping[str, Any]) -> str:
    """Say whether the run is kept, and where.

    Examples
    --------
    >>> in_history({"place": "sqlite:///runs.db", "runs": 3, "error": None})
    'History: 3 runs in sqlite:///runs.db'
    """
    if history["error"] is not None:
        return f"This run is not in its history: {history['error']}"
    return f"History: {plural(history['runs'], 'run')} in {history['place']}"


def rows_looked_at(dataset: Mapping[str, Any]) -> str:
    """Say how many rows the profile and the probes used."""
    profiled = f"all {plural(dataset['rows'], 'row')} profiled"
    used = dataset.get("rows_used_by_probes")
    return f"{profiled}, {count(used)} used by probes" if used else f"{profiled}, no model probed"


def by_check(findings: Iterable[Finding]) -> list[tuple[Finding, int]]:
    """Merge the findings of one check and status: the first of them, and how many more there are.

    A suite with forty failed expectations is one cause, and must not push the others off the screen.
    """
    merged: dict[tuple[str, str, bool], list[Finding]] = {}
    for finding in findings:
        merged.setdefault((finding.check, finding.status, finding.waived is not None), []).append(finding)
    return [(same[0], len(same) - 1) for same in merged.values()]
