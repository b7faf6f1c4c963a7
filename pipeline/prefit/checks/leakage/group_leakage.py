"""The check ``group-leakage``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.leakage.price import of_gap
from prefit.checks.wording import span
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import rows

__all__ = ["GroupLeakage"]


@dataclass(frozen=True)
class GroupLeakage:
    """Does a random split flatter because rows of one group stand on both sides of it?

    Parameters
    ----------
    min_gap : float, default 0.02
        Skill (0 = constant predictor, 1 = perfect) that a random split must claim beyond a grouped one, by the lower
        end of the 90 % interval. Less does not change what is decided on the score.

    What it measures
    ----------------
    Held-out skill of a small boosting model on the same rows, predicted once from a random draw of the other rows
    and once from as many rows of other groups. The interval covers which groups were scored and which rows were
    trained on. Measured when the groups are named with `--group`.

    Why it hurts training
    ---------------------
    Rows of one patient, customer or device resemble one another. When some of them are trained on and others scored,
    the model is paid for recognizing the group, which it cannot do with a new one.

    Example
    -------
    Ten scans of each patient: a random split scores 0.95, and patients of the next hospital 0.70.

    What to do
    ----------
    Split by group: `GroupKFold` or `StratifiedGroupKFold`. prefit does so itself when `--group` is given.

    When it may be a false alarm
    ----------------------------
    When the model is to be used on the groups that are in the data, and on no others.

    References
    ----------
    Kapoor & Narayanan (2023), Leakage and the reproducibility crisis in machine-learning-based science, Patterns 4,
    doi:10.1016/j.patter.2023.100804.
    """

    id: ClassVar[str] = "group-leakage"
    stage: ClassVar[Stage] = "leakage"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("group_gap",)

    min_gap: float = 0.02

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when a random split surely claims more than a grouped one."""
        gap = evidence.group_gap
        if gap is None or gap.low < self.min_gap:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"A random split flatters by {gap.gap:.3f} of skill ({span(gap.low, gap.high)}): a small model "
            f"reaches {gap.random:.3f} on {rows(gap.n_rows)} of {gap.n_units:,} groups of {gap.column!r} when it has "
            f"seen other rows of the same groups, {gap.apart:.3f} when it has not.",
            columns=(gap.column,),
            measured=gap.gap,
            limit=self.min_gap,
            unit="skill",
            interval=(gap.low, gap.high),
            why="The model is paid for recognizing groups that it has seen, which new groups do not repay.",
            remedy="Keep the rows of a group on one side of every split: "
            f"`GroupKFold().split(X, y, groups=data[{gap.column!r}])`.",
            effect=of_gap(gap),
        )
