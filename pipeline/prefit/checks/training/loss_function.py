"""The check ``loss-function``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.training.paying import judge_change
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["LossFunction"]


@dataclass(frozen=True)
class LossFunction:
    """Does another loss suit this target better than the planned one?

    Parameters
    ----------
    min_gain : float, default 0.05
        Gain in skill from which the check warns, where the lower end of its 90 % interval lies above 0. Two trainings
        of the same network with other seeds differ by some 0.02.

    What it measures
    ----------------
    The distribution of the target decides which losses are tried at all: class weights where a class has less than a
    fifth of an even share, Poisson for skewed counts, squared error on the logarithm for skewed amounts, Huber where
    the tails are heavy, and the usual loss where the plan has an unusual one. Each is trained on folds of the row
    sample; the best is measured on other folds.

    Why it hurts training
    ---------------------
    A loss says which errors matter. Squared error on a heavy tail serves a few rows, cross-entropy with a rare class
    is served best by forgetting that class, and both look like a model that does not learn.

    Example
    -------
    Of 10,000 transactions 50 are fraud: unweighted cross-entropy reaches 0.5 balanced accuracy, with class weights 0.9.

    What to do
    ----------
    Use the loss that the finding names.

    When it may be a false alarm
    ----------------------------
    When the score that matters to you is another: with class weights probabilities are no longer calibrated, and on a
    logarithmic scale the sum over rows is no longer right.

    References
    ----------
    King & Zeng (2001), Logistic regression in rare events data, doi:10.1093/oxfordjournals.pan.a004868.
    Huber (1964), Robust estimation of a location parameter, doi:10.1214/aoms/1177703732.
    """

    id: ClassVar[str] = "loss-function"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("advice",)

    min_gain: float = 0.05

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding: a warning where another loss surely pays."""
        assert evidence.advice is not None
        loss = evidence.advice.loss
        yield from judge_change(
            self.id,
            evidence,
            loss,
            setting="Loss",
            limit=self.min_gain,
            remedy=f"Train with {loss.advised}.{_code(loss.advised)}",
        )


def _code(advised: str) -> str:
    """Return how the loss is written where it takes more than its name."""
    if advised.endswith("class weights"):
        return " For example torch.nn.CrossEntropyLoss(weight=n_rows / (n_classes * class_counts))."
    if advised.endswith("log1p of the target"):
        return " For example TransformedTargetRegressor(model, func=numpy.log1p, inverse_func=numpy.expm1)."
    return f" For a trial of it: `prefit check DATA --plan loss={advised}`."
