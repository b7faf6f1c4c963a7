"""The check ``exploding-gradient-risk``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.training.risk import judge_training_risk
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["ExplodingGradientRisk"]


@dataclass(frozen=True)
class ExplodingGradientRisk:
    """Will the loss of the planned training explode?

    Parameters
    ----------
    max_probability : float, default 0.5
        Probability from which the check warns.

    What it measures
    ----------------
    The probability that the loss of the planned run becomes infinite or no number, exceeds 1,000 times the first loss
    (or 1,000, if that is more), or ends above three times the loss of the best constant prediction and above the first
    loss. It is read from a short run of the plan on the row sample, and from the gradient, the curvature and the scale
    of the inputs before it. Plans with a change are probed as well, to find the cause and what removes it.

    Why it hurts training
    ---------------------
    A step that is too long for the curvature makes the loss larger, and the next step longer. The weights are lost
    within a few steps, and with them all that was learnt before.

    Example
    -------
    House prices with the floor area in square feet, not scaled, and plain gradient descent with a rate of 0.01:
    the third loss is infinite.

    What to do
    ----------
    What the finding names: it was probed. Mostly that is scaling the inputs, a lower learning rate, weights that start
    smaller, clipping the gradient, or normalization. Keep checkpoints of a run that is at risk: what was learnt before
    the burst is lost otherwise.

    When it may be a false alarm
    ----------------------------
    When you train with something that the plan does not say: `normalization`, `clip_norm` and a `schedule` with warm-up
    are keys of it, and another network is given by `--model package.module:factory`.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, arXiv:1211.5063.
    """

    id: ClassVar[str] = "exploding-gradient-risk"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("training",)

    max_probability: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding with the probability: a warning where it reaches the limit."""
        yield from judge_training_risk(
            self.id,
            "exploding_gradient",
            evidence,
            limit=self.max_probability,
            event="the loss of the planned training explodes",
            why="The steps are too long: the loss grows without bound and the weights are lost.",
        )
