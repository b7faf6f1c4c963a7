"""The entry ``remedies`` of ``report.json``: what was tried, what it brought, and what was not tried and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prefit.evidence.remedies import Outcome, Remedy
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


def remedies(evidence: Evidence) -> list[dict[str, Any]]:
    """Return an entry per remedy, the largest gain first."""
    failed = evidence.missing.get("remedies")
    if failed is not None:
        unknown = Remedy(name="all", title="Remedies", causes=(), family="", reason=failed)
        return [_entry(unknown)]
    return [_entry(remedy) for remedy in evidence.remedies or ()]


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
