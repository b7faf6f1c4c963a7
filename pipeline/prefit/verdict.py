"""The gate itself: one pure function from findings to a verdict, and from a verdict to an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from prefit.finding import STATUSES, URGENCY, Finding, Status

__all__ = ["FAIL_ON", "FailOn", "Verdict", "count", "decides", "exit_code", "judge", "worst_first"]

Verdict = Literal["ready", "at_risk", "not_ready", "cannot_tell"]
FailOn = Literal["any", "new"]
FAIL_ON: tuple[FailOn, ...] = get_args(FailOn)


def count(findings: Sequence[Finding]) -> dict[Status, int]:
    """Count the findings by status, waived ones included."""
    return {status: sum(finding.status == status for finding in findings) for status in STATUSES}


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings: live before waived, then as they decide the verdict, then by what they cost on the score.

    Findings without a price keep their order, after those with one.
    """
    return sorted(findings, key=_rank)


def judge(findings: Sequence[Finding], fail_on: FailOn = "any") -> tuple[Verdict, str]:
    """Judge a data set by its findings.

    A ``fail`` that nobody waived makes it *not ready*; else a check that was skipped or crashed makes it *cannot tell*;
    else a ``warn`` that nobody waived makes it *at risk*; else it is *ready*. A run without any judgement cannot tell.

    Parameters
    ----------
    findings : sequence of Finding
        One or more per check that applies to the data at the level of the run, worst first.
    fail_on : {"any", "new"}, default "any"
        With "new", a ``fail`` that a baseline had, and that is not worse than there, counts as a warning.

    Returns
    -------
    verdict : {"ready", "at_risk", "not_ready", "cannot_tell"}
    reason : str
        One sentence.
    """
    live = [finding for finding in findings if finding.waived is None]
    known = [finding for finding in live if finding.status == "fail" and fail_on == "new" and _known(finding)]
    failed = [finding for finding in live if finding.status == "fail" and finding not in known]
    aside = f" Known from the baseline and let pass: {_first_of(known)}" if known else ""
    unjudged = [finding for finding in live if finding.status in ("skip", "error")]
    warned = [finding for finding in live if finding.status == "warn"]
    if failed:
        return "not_ready", _first_of(failed) + aside
    if unjudged:
        return "cannot_tell", f"{_first_of(unjudged)} A check that did not run cannot pass.{aside}"
    if not live:
        return "cannot_tell", "No check judged this data set."
    if known:
        return "at_risk", f"Nothing fails that is new or worse.{aside}"
    if warned:
        return "at_risk", _first_of(warned)
    return "ready", "Every check that applies ran and found nothing that stands against training."


def decides(finding: Finding, fail_on: FailOn = "any", *, strict: bool = False) -> bool:
    """Whether a finding by itself makes the exit code 1: a ``fail``, or with `strict` a ``warn``, that is not let pass.

    With `strict`, a ``fail`` that the baseline had counts as a warning, and so decides as well.
    """
    if finding.waived is not None or finding.status not in ("fail", "warn"):
        return False
    return strict or (finding.status == "fail" and not (fail_on == "new" and _known(finding)))


def exit_code(verdict: Verdict, *, strict: bool = False) -> int:
    """Return 0 for ready or at risk (1 with `strict`), 1 for not ready, 3 for cannot tell."""
    return {"ready": 0, "at_risk": int(strict), "not_ready": 1, "cannot_tell": 3}[verdict]


def _known(finding: Finding) -> bool:
    return finding.new is False and not finding.worse


def _rank(finding: Finding) -> tuple[bool, int, float]:
    cost = abs(finding.effect.delta) if finding.effect else 0.0
    return finding.waived is not None, URGENCY.index(finding.status), -cost


def _first_of(findings: list[Finding]) -> str:
    first = findings[0]
    others = len(findings) - 1
    more = f" (and {others} more)" if others else ""
    return f"{first.check}: {first.message}{more}"
