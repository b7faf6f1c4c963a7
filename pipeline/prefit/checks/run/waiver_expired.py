"""The check ``waiver-expired``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["WaiverExpired"]


@dataclass(frozen=True)
class WaiverExpired:
    """Has a waiver run out?

    What it measures
    ----------------
    The waivers of the configuration whose last day has passed. It fails: what they accepted is judged again, and
    somebody has to decide.

    Why it hurts training
    ---------------------
    A waiver is a promise to look again. Without an end, an accepted defect stays in every model that follows.

    Example
    -------
    A leak was waived until the end of March, so that a column could be replaced; it is April.

    What to do
    ----------
    Remove the waiver if the finding is gone. Else mend the data, or renew it with a new date and a reason.

    When it may be a false alarm
    ----------------------------
    When the clock of the machine is wrong.

    References
    ----------
    Sculley et al. (2015), Hidden technical debt in machine learning systems, NeurIPS 28.
    """

    id: ClassVar[str] = "waiver-expired"
    stage: ClassVar[Stage] = "run"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("waivers",)

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when a waiver is out of date."""
        expired = [rule for rule in evidence.waivers or () if rule.expired(evidence.today)]
        if not expired:
            return
        yield Finding(
            check=self.id,
            status="fail",
            message=f"{len(expired)} of {len(evidence.waivers or ())} waivers have run out: "
            + "; ".join(f"{rule.check} on {rule.expires.isoformat()} ({rule.owner})" for rule in expired)
            + ".",
            columns=tuple(dict.fromkeys(column for rule in expired for column in rule.columns)),
            measured=len(expired),
            limit=0,
            unit="waivers",
            why="What they accepted is judged again, and nobody has decided on it.",
            remedy="Remove the waiver if its finding is gone; else mend the data, or renew it with reason and date.",
        )
