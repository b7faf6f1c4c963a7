"""The check ``no-signal``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.signal import Measured, measure, reference, shows_signal, skill
from prefit.checks.intervals import class_shares
from prefit.evidence import Curves, Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["NoSignal"]


@dataclass(frozen=True)
class NoSignal:
    """Do the features say nothing about the target?

    Parameters
    ----------
    useful_skill : float, default 0.25
        Skill (0 = constant predictor, 1 = perfect) that the evidence must exclude before the answer is a
        failure; where it cannot, because there are few rows, the answer is a warning.
    imbalance : float, default 0.9
        Share of the most frequent class from which a model that predicts it for every row is no proof that the
        features are empty; the answer is then a warning at most.

    What it measures
    ----------------
    For every family, the held-out skill at the largest training size, (score - constant) / (1 - constant), with
    an interval over trainings and held-out rows that holds for all families at once. A signal is there when one
    interval lies above 0 and above the skill reached on permuted labels, or when one column alone predicts the
    target beyond doubt. Without a signal it fails when no forecast reaches `useful_skill`. Where few rows leave that
    open it warns, unless the best skill is nearer to `useful_skill` than to chance: such evidence speaks for a signal
    rather than against one.

    Why it hurts training
    ---------------------
    A model cannot learn what the features do not hold. It will memorize noise or predict a constant, and no
    choice of model, loss or learning rate changes that.

    Example
    -------
    A join went wrong and the labels belong to other rows: all four families score 0.50 balanced accuracy on two
    classes.

    What to do
    ----------
    Check first that labels and rows belong together (join keys, sorting, an off-by-one shift). If they do,
    collect features that are closer to the target before collecting more rows.

    When it may be a false alarm
    ----------------------------
    With few rows, very rare classes, or a signal that needs a representation that tables do not have (raw
    images, audio).

    References
    ----------
    Ojala & Garriga (2010), Permutation tests for studying classifier performance, JMLR 11.
    """

    id: ClassVar[str] = "no-signal"
    stage: ClassVar[Stage] = "curves"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("curves",)

    useful_skill: float = 0.25
    imbalance: float = 0.9

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding unless a model or a column alone is above chance beyond doubt."""
        curves = evidence.curves
        assert curves is not None
        shown = measure(evidence, curves)
        if not shown or shows_signal(evidence, curves):
            return
        best = shown[0]
        attainable = max(
            [best.high, *(skill(curves, forecast.held_out.high) for forecast in curves.forecasts.values())]
        )
        shares = class_shares(evidence)
        hidden = shares is not None and shares[0] >= self.imbalance
        if attainable >= self.useful_skill and best.skill > self.useful_skill / 2:
            return
        doubt = self._doubt(attainable, hidden=hidden)
        yield Finding(
            check=self.id,
            status="warn" if doubt else "fail",
            message=f"{_compared(curves, best)}{doubt}.",
            measured=best.skill,
            limit=reference(curves),
            unit="skill",
            interval=(best.low, best.high),
            why="What the features do not hold, no model can learn: it will memorize noise or predict a constant.",
            remedy="Check that labels and rows belong together: join keys, sorting, shifts. Then look for features "
            "closer to the target; `prefit profile DATA` shows what each column holds.",
        )

    def _doubt(self, attainable: float, *, hidden: bool) -> str:
        if hidden:
            return (
                f"; one class holds {percent(self.imbalance)} of the rows or more, so that a signal may hide behind it"
            )
        if attainable >= self.useful_skill:
            return f"; the intervals of all families do not exclude a skill of up to {min(attainable, 1.0):.2f}"
        return ""


def _compared(curves: Curves, best: Measured) -> str:
    return (
        f"No family predicts the target better than chance: the best, {best.family!r}, has a skill of {best.skill:.2f} "
        f"(90 % interval {best.low:.2f} to {best.high:.2f}) when trained on {rows(best.rows)} and scored on "
        f"{rows(curves.held_out_rows)}"
    )
