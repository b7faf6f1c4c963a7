"""The check ``underfitting-risk``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.chosen import judge_risk
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["UnderfittingRisk"]


@dataclass(frozen=True)
class UnderfittingRisk:
    """Will the model underfit, at a price?

    Parameters
    ----------
    max_probability : float, default 0.5
        Probability of underfitting above which a better family is looked for.

    What it measures
    ----------------
    The probability that, on all planned rows, the family to be trained has a skill on its training rows that is
    at least 0.05 below the best skill of any family on unseen rows. It warns only where this costs something:
    the forecast of another family is better, or a remedy that was tried on folds of the same rows (less regularization,
    another family) has a gain, with the lower end of the 90 % interval above 0.

    Why it hurts training
    ---------------------
    The model cannot express what the features hold, so that neither longer training nor more rows will help.

    Example
    -------
    A linear model scores 0.62 on its training rows of a checkerboard pattern; boosting 0.97 on rows that it
    never saw.

    What to do
    ----------
    Train the family that is forecast to be better, give the model the missing form (interactions, splines, a
    wider network), or regularize it less.

    When it may be a false alarm
    ----------------------------
    When your model has features or a form that the probe of its family lacks: raise `max_probability`.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, chapter 7.
    """

    id: ClassVar[str] = "underfitting-risk"
    stage: ClassVar[Stage] = "curves"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("curves",)

    max_probability: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding with the probability: a warning where a better family is sure."""
        assert evidence.curves is not None
        yield from judge_risk(
            self.id,
            "underfitting",
            evidence.curves,
            limit=self.max_probability,
            remedies=evidence.remedies or (),
            why="The model cannot express what the features hold: neither longer training nor more rows will help.",
            remedy="Or regularize less and add the interactions that are missing.",
        )
