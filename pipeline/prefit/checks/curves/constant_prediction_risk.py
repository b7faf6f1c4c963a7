"""The check ``constant-prediction-risk``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.chosen import chosen_forecast, not_fitted
from prefit.checks.curves.constancy import cause_of
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import probability

__all__ = ["ConstantPredictionRisk"]


@dataclass(frozen=True)
class ConstantPredictionRisk:
    """Will the model predict the same for nearly every row?

    Parameters
    ----------
    max_probability : float, default 0.5
        Probability of constant predictions above which it fails.
    imbalance : float, default 0.8
        Share of the most frequent class from which imbalance is named as the cause.

    What it measures
    ----------------
    The probability that the family to be trained, on all planned rows, predicts a constant. Classification: of
    the unseen rows whose class is not the most predicted one, at most 5 % get any other prediction. Regression:
    the standard deviation of the predictions is at most a tenth of that of the target.

    The cause is the first of these that the other evidence shows, and the finding says by what:

    - *constant target*: 99.5 % of the rows have one target, and the others are fewer than ten or nothing predicts them;
    - *degenerate features*: every feature has one value, or one in 99.5 % of its rows;
    - *ids only*: every feature is an identifier, or a category or text that hardly repeats;
    - *imbalance*: a frequent class hides a signal that class weights, another family or a column alone show;
    - *loss mismatch*: a regression has a signal, and a target with a long tail, or one value in half of its rows;
    - *over-regularized*: less regularization surely helps, or the rows are too few for two leaves of LightGBM;
    - *stuck optimization*: scaling surely helps, or a network does not even learn its training rows while another
      family finds a signal;
    - *unfit family*: another family finds a signal;
    - *no signal*: no family is above chance, nor above its score on permuted labels.

    Why it hurts training
    ---------------------
    The trained model is a constant. Its accuracy may look high where one class is frequent, and it decides nothing.

    Example
    -------
    2 % of the rows are fraud. A logistic regression calls every row honest, with 98 % accuracy, while boosting
    finds a third of the fraud.

    What to do
    ----------
    Follow the cause: weight the classes or move the threshold for imbalance, scale or regularize less where the model
    does not learn, train another family where one finds the signal, get other features where none does, and rows that
    differ more where there are too few of a kind. A network that is stuck may start on the rows that are easy to tell
    (a curriculum), which prefit does not try.

    When it may be a false alarm
    ----------------------------
    When only the ranking of the rows is used, for instance the hundred most likely ones: the predicted class
    does not matter then.

    References
    ----------
    He & Garcia (2009), Learning from imbalanced data, IEEE TKDE 21, doi:10.1109/TKDE.2008.239.
    """

    id: ClassVar[str] = "constant-prediction-risk"
    stage: ClassVar[Stage] = "curves"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("curves",)

    max_probability: float = 0.5
    imbalance: float = 0.8

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding with the probability: a failure with its cause, or a pass."""
        curves = evidence.curves
        assert curves is not None
        forecast = chosen_forecast(curves)
        if forecast is None:
            yield not_fitted(self.id, curves)
            return
        risk = forecast.risks.constant_prediction
        failed = risk > self.max_probability
        cause = cause_of(evidence, curves, imbalance=self.imbalance) if failed else None
        why = "" if cause is None else f"; cause: {cause.name}, as {cause.evidence}"
        yield Finding(
            check=self.id,
            status="fail" if failed else "pass",
            message=f"Family {curves.chosen!r} predicts a constant with probability {probability(risk)}{why}.",
            measured=risk,
            limit=self.max_probability,
            unit="probability",
            why="The trained model would decide nothing, however high its accuracy looks." if failed else "",
            remedy="" if cause is None else cause.remedy,
        )
