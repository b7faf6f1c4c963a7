"""The check ``constant-prediction-risk``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import constant, features
from prefit.checks.curves.chosen import chosen_forecast, not_fitted
from prefit.checks.curves.signal import column_with_signal, measure, shows_signal
from prefit.checks.intervals import class_shares
from prefit.evidence import Curves, Evidence
from prefit.finding import Finding
from prefit.wording import percent, probability

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
    the standard deviation of the predictions is at most a tenth of that of the target. The likely cause is
    named from the other evidence: features without content, imbalance that hides a signal, a family that cannot
    use the signal, or no signal.

    Why it hurts training
    ---------------------
    The trained model is a constant. Its accuracy may look high where one class is frequent, and it decides nothing.

    Example
    -------
    2 % of the rows are fraud. A logistic regression calls every row honest, with 98 % accuracy, while boosting
    finds a third of the fraud.

    What to do
    ----------
    Follow the cause: weight the classes or move the threshold for imbalance, train another family where one
    finds the signal, get other features where none does.

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
        cause, remedy = self._cause(evidence, curves) if failed else ("", "")
        yield Finding(
            check=self.id,
            status="fail" if failed else "pass",
            message=f"Family {curves.chosen!r} predicts a constant with probability {probability(risk)}{cause}.",
            measured=risk,
            limit=self.max_probability,
            unit="probability",
            why="The trained model would decide nothing, however high its accuracy looks." if failed else "",
            remedy=remedy,
        )

    def _cause(self, evidence: Evidence, curves: Curves) -> tuple[str, str]:
        """Name the likely cause and the remedy that fits it."""
        if all(constant(column) for column in features(evidence)):
            return ": no feature has two values", "Mend the features: each of them holds one value only."
        seen_by = [
            shown.family for shown in measure(evidence, curves) if shown.low > 0 and shown.family != curves.chosen
        ]
        shares = class_shares(evidence)
        if shares is not None and shares[0] >= self.imbalance and shows_signal(evidence, curves):
            witness = f"family {seen_by[0]!r}" if seen_by else f"column {column_with_signal(evidence)!r}"
            return (
                f": the most frequent class ({percent(shares[0])} of the rows) hides the signal that {witness} shows",
                'Weight the classes, `LogisticRegression(class_weight="balanced")`, or move the decision threshold.',
            )
        if seen_by:
            return (
                f": it cannot use the signal that family {seen_by[0]!r} finds",
                f"Train another family: `prefit check DATA --model {seen_by[0]}`.",
            )
        if not shows_signal(evidence, curves):
            return (
                ": no family finds a signal",
                "See `prefit explain no-signal`: labels that fit the rows, better features.",
            )
        return "; the evidence does not show the cause", "Compare the families: run again without --model."
