"""The check ``overfitting-risk``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.chosen import judge_risk
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["OverfittingRisk"]


@dataclass(frozen=True)
class OverfittingRisk:
    """Will the model overfit, at a price?

    Parameters
    ----------
    max_probability : float, default 0.5
        Probability of overfitting above which a better family is looked for.

    What it measures
    ----------------
    The probability that, on all planned rows, the family to be trained has a skill on its training rows that is
    at least 0.10 above its skill on unseen rows. It warns only where this costs something: the forecast of
    another family is better, or a remedy that was tried on folds of the same rows (more regularization,
    stopping early, another family) has a gain, with the lower end of the 90 % interval above 0. A gap that
    costs nothing is no warning; most good forests have one.

    Why it hurts training
    ---------------------
    The model spends its capacity on the noise of the training rows, and its training score no longer says anything.

    Example
    -------
    A neural network on 300 rows and 80 columns reaches 1.00 on its training rows and 0.71 on others; the linear
    model 0.84 and 0.80.

    What to do
    ----------
    Train the family that is forecast to be better, regularize more, stop early, drop columns that carry
    nothing, or collect rows where `more-data-helps` says that it pays. Augmentation helps where a change of the raw
    data surely keeps the label (a mirrored image, added noise); the cells of a table allow none that prefit could try.

    When it may be a false alarm
    ----------------------------
    When your model is regularized far more than the defaults that were probed: raise `max_probability`.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, chapter 7.
    """

    id: ClassVar[str] = "overfitting-risk"
    stage: ClassVar[Stage] = "curves"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("curves",)

    max_probability: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding with the probability: a warning where a better family is sure."""
        assert evidence.curves is not None
        yield from judge_risk(
            self.id,
            "overfitting",
            evidence.curves,
            limit=self.max_probability,
            remedies=evidence.remedies or (),
            why="The model learns the noise of its training rows instead of what holds for others.",
            remedy="Or regularize more and stop early.",
        )
