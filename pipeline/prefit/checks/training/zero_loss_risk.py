"""The check ``zero-loss-risk``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.training.risk import judge_training_risk
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import rows

__all__ = ["ZeroLossRisk"]


@dataclass(frozen=True)
class ZeroLossRisk:
    """Will the loss of the planned training fall to zero?

    Parameters
    ----------
    max_probability : float, default 0.5
        Probability from which the check warns.
    max_unseen_loss : float, default 0.1
        Loss on rows that a probe was not trained on, over that of a constant prediction, below which the task is easy.
    max_repeats : float, default 4
        Times as often as planned the probe may see its rows. The probabilities were fitted on probes of 0.3 of the
        planned rows and more; rows that are seen far more often are learnt by heart, as the planned ones may not be.

    What it measures
    ----------------
    The probability that the training loss of the planned run is below a hundredth of that of the best constant
    prediction after a quarter of the steps, or below a thousandth at the end. It is read from a short run of the plan
    on the row sample. Features that tell the target alone, rows that repeat, and weaker plans are looked at to find the
    cause. Where rows that the probe was not trained on have next to no loss either, and no feature tells the target
    alone, the task is easy, and the check passes. Rows with equal features are not told apart for that. It passes too
    where far more rows are planned than are given: the probe then repeats its rows too often to tell.

    Why it hurts training
    ---------------------
    A loss of zero is seldom good news: a feature tells the target, the same few rows come again and again, or the
    network learns its rows by heart. There is no gradient left, and nothing that holds for other rows is learnt.

    Example
    -------
    A column with the date of the cancellation, to predict who cancels: the loss is zero after one epoch.

    What to do
    ----------
    Leave out the features that the finding names unless they are known when the model predicts, drop repeated rows, or
    regularize and train for fewer epochs, as probed.

    When it may be a false alarm
    ----------------------------
    When a rule on one feature separates the classes, and that feature is known when the model predicts.

    References
    ----------
    Kaufman et al. (2012), Leakage in data mining: formulation, detection, and avoidance, doi:10.1145/2382577.2382579.
    """

    id: ClassVar[str] = "zero-loss-risk"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("training",)

    max_probability: float = 0.5
    max_unseen_loss: float = 0.1
    max_repeats: float = 4.0

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding with the probability: a warning where it reaches the limit, unless the task is easy."""
        training = evidence.training
        assert training is not None
        leaks = any(cause.risk == "zero_loss" and cause.columns for cause in training.causes)
        if training.unseen is not None and training.unseen < self.max_unseen_loss and not leaks:
            yield Finding(
                check=self.id,
                status="pass",
                message=f"The loss of the planned training may fall to zero, and on rows that a probe was not trained "
                f"on it is {training.unseen:.2g} of that of a constant prediction: the task is easy.",
                measured=training.probe.risks.zero_loss,
                limit=self.max_probability,
                unit="probability",
            )
            return
        probe = training.probe
        if (
            probe.risks.zero_loss >= self.max_probability
            and probe.passes > self.max_repeats * probe.plan.epochs
            and not leaks
        ):
            yield Finding(
                check=self.id,
                status="pass",
                message=f"The loss of a probe falls to zero on {rows(probe.n_rows)} that it sees {probe.passes:.0f} "
                f"times each. Planned are {rows(probe.n_rows_planned)}, {probe.plan.epochs} times each: whether they "
                "are learnt by heart as well, too few rows are given to tell.",
                measured=probe.risks.zero_loss,
                limit=self.max_probability,
                unit="probability",
            )
            return
        yield from judge_training_risk(
            self.id,
            "zero_loss",
            evidence,
            limit=self.max_probability,
            event="the loss of the planned training falls to zero",
            why="The network learns its rows by heart or is told the target: what it learns does not hold elsewhere.",
        )
