"""The check ``flat-loss-risk``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.training.risk import judge_training_risk
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["FlatLossRisk"]


@dataclass(frozen=True)
class FlatLossRisk:
    """Will the loss of the planned training stay flat?

    Parameters
    ----------
    max_probability : float, default 0.5
        Probability from which the check warns.

    What it measures
    ----------------
    The probability that the planned run ends, without exploding, with a training loss above 0.97 of that of the best
    constant prediction: the network has learnt next to nothing. It is read from a short run of the plan on the row
    sample, from the signals of the network before it, from the same run without inputs, and from how well the network
    learns one batch by heart. Plans with a change are probed as well, to find the cause and what removes it.

    Why it hurts training
    ---------------------
    The hours of the run are spent, and the model says the same for every row.

    Example
    -------
    Inputs between 0 and 0.01, not scaled: after ten epochs the loss is 0.69, that of tossing a coin.

    What to do
    ----------
    What the finding names: it was probed. Mostly that is scaling the inputs, another learning rate, another
    initialization, normalization, skip connections, or fewer layers. Where no change of the plan helps, the features
    say little of the target.

    When it may be a false alarm
    ----------------------------
    When little is to be learnt, and you know it: where a constant is hard to beat, as with rare events, a good model
    may lower the loss by two per cent.

    References
    ----------
    Karpathy (2019), A recipe for training neural networks.
    Zhang et al. (2021), AUTOTRAINER: an automatic DNN training problem detection and repair system, ICSE.
    """

    id: ClassVar[str] = "flat-loss-risk"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("training",)

    max_probability: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding with the probability: a warning where it reaches the limit."""
        yield from judge_training_risk(
            self.id,
            "flat_loss",
            evidence,
            limit=self.max_probability,
            event="the loss of the planned training stays flat",
            why="The network learns next to nothing: it ends where a constant prediction stands.",
        )
