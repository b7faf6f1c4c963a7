"""The check ``vanishing-gradient-risk``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.training.risk import judge_training_risk
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["VanishingGradientRisk"]


@dataclass(frozen=True)
class VanishingGradientRisk:
    """Will the gradient vanish on its way to the first layer?

    Parameters
    ----------
    max_probability : float, default 0.5
        Probability from which the check warns.

    What it measures
    ----------------
    The probability that the loss of the planned run stays flat (see `flat-loss-risk`) while the gradient norm of the
    first layer is below a thousandth of that of the last one, in the median over the first epoch. It is read from the
    gradients of a short run of the plan on the row sample, layer by layer. Plans with a change are probed as well, to
    find the cause and what removes it.

    Why it hurts training
    ---------------------
    Every layer multiplies the gradient by its weights and by the slope of its activation. Where the product is below
    one, depth makes it nothing: the layers next to the data stay as they were drawn, and those above learn from noise.

    Example
    -------
    Twelve layers of sigmoid: the slope of a sigmoid is at most a quarter, and the first layer gets a millionth of the
    gradient of the last.

    What to do
    ----------
    What the finding names: it was probed. Mostly that is ReLU with its initialization, normalization, skip connections,
    fewer layers, or scaled inputs.

    When it may be a false alarm
    ----------------------------
    When the network has skip connections or normalization layers: say so in the plan (`skip`, `normalization`), or give
    the network itself by `--model package.module:factory`.

    References
    ----------
    Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, AISTATS.
    Schoenholz et al. (2017), Deep information propagation, arXiv:1611.01232.
    He et al. (2016), Deep residual learning for image recognition, arXiv:1512.03385.
    """

    id: ClassVar[str] = "vanishing-gradient-risk"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("training",)

    max_probability: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding with the probability: a warning where it reaches the limit."""
        yield from judge_training_risk(
            self.id,
            "vanishing_gradient",
            evidence,
            limit=self.max_probability,
            event="the gradient of the planned training vanishes",
            why="The layers next to the data do not learn: hardly any gradient reaches them.",
        )
