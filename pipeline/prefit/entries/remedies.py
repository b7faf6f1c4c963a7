"""The entry ``remedies`` of ``report.json``: what was tried, what it brought, and what was not tried and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prefit.evidence.remedies import Outcome, Remedy
from prefit.finding import Finding
from prefit.wording import metric_word, rows

if TYPE_CHECKING:
    from prefit.evidence import Evidence

__all__ = ["remedies"]

SAID: dict[Outcome, str] = {
    "helps": "helps",
    "does_not_help": "does not surely help",
    "harms": "harms",
    "honest": "lowers a score that was flattered: what is left is the honest one",
    "forecast": "is forecast to change the score",
}


def remedies(evidence: Evidence, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return an entry per remedy, the largest gain first.

    What lowers a flattered score is told only beside a finding of what flatters it: a column that no check suspects is
    a good feature, and to drop it makes nothing honest.
    """
    failed = evidence.missing.get("remedies")
    if failed is not None:
        unknown = Remedy(name="all", title="Remedies", causes=(), family="", reason=failed)
        return [_entry(unknown)]
    spoke = {finding.check for finding in findings if finding.status != "pass"}
    return [
        _entry(remedy)
        for remedy in evidence.remedies or ()
        if not remedy.flatters or not spoke.isdisjoint(remedy.causes)
    ]


def _entry(remedy: Remedy) -> dict[str, Any]:
    return {
        "remedy": remedy.name,
        "title": remedy.title,
        "causes": list(remedy.causes),
        "family": remedy.family,
        "code": remedy.code,
        "status": remedy.outcome,
        "effect": None if remedy.effect is None else asdict(remedy.effect),
        "rows": remedy.n_rows,
        "message": _sentence(remedy),
        "why": remedy.reason,
    }


def _sentence(remedy: Remedy) -> str:
    """Say in one sentence what came of it."""
    effect = remedy.effect
    if effect is None:
        return f"{remedy.title}: not tried, {remedy.reason}."
    tried = f", measured by cross-validation of {rows(remedy.n_rows)}" if remedy.n_rows else ""
    return (
        f"{remedy.title}: it {SAID[remedy.outcome]}: {effect.delta:+.3f} {metric_word(effect.metric)} of family "
        f"{remedy.family!r} (90 % interval {effect.low:+.3f} to {effect.high:+.3f}){tried}."
    )
