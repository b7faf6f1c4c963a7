"""Findings with the price of what answers them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from prefit.evidence.remedies import Remedy
from prefit.finding import Finding

__all__ = ["with_prices"]


def with_prices(findings: Iterable[Finding], remedies: Sequence[Remedy]) -> list[Finding]:
    """Give each finding the gain of the remedy of its cause, where one was tried.

    Of several it is that with the largest gain. A finding that has its price from elsewhere keeps it.
    """
    return [_priced(finding, remedies) for finding in findings]


def _priced(finding: Finding, remedies: Sequence[Remedy]) -> Finding:
    if finding.status not in ("warn", "fail") or finding.effect is not None:
        return finding
    answers = [remedy for remedy in remedies if finding.check in remedy.causes and remedy.n_rows]
    best = max(answers, key=lambda remedy: remedy.effect.delta if remedy.effect else 0.0, default=None)
    return finding if best is None else replace(finding, effect=best.effect)
