"""The check ``ill-conditioned``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.evidence import Evidence
from prefit.evidence.training import PlanProbe
from prefit.finding import Finding
from prefit.wording import two_digits

__all__ = ["IllConditioned"]

RISKY = 0.5


@dataclass(frozen=True)
class IllConditioned:
    """Do the inputs, as they reach the optimizer, slow the training down?

    Parameters
    ----------
    min_gain : float, default 0.05
        Share of the loss of a constant prediction by which another scaling must lower the loss of the probe.

    What it measures
    ----------------
    The condition number of the second moments of the inputs, scaled as planned, and their tails. Where it is above
    10,000 and standardizing lowers it at least tenfold, or where a cell is more than 50 standard deviations from the
    mean of its column, the plan is probed with standardized inputs, or with quantiles in their place, over as many
    steps. It warns if the loss is lower then. Where a risk of its own names the scaling as its cause, that finding
    says it.

    Why it hurts training
    ---------------------
    Gradient descent needs steps in the order of the condition number: the direction with the largest scale limits the
    learning rate, and along the smallest nothing moves. Momentum and Adam soften it, and do not remove it.

    Example
    -------
    Age in years beside income in cents, not scaled: income alone decides what the first layer sees.

    What to do
    ----------
    Scale the inputs as the finding says: `StandardScaler`, or `QuantileTransformer(output_distribution="normal")` where
    the tails are long.

    When it may be a false alarm
    ----------------------------
    When the network normalizes its inputs itself, as with a batch normalization layer in front.

    References
    ----------
    LeCun, Bottou, Orr & Müller (1998), Efficient BackProp, doi:10.1007/3-540-49430-8_2.
    """

    id: ClassVar[str] = "ill-conditioned"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("training",)

    min_gain: float = 0.05

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a warning where another scaling is probed to be better, else a pass with the condition number."""
        training = evidence.training
        assert training is not None
        inputs = training.probe.inputs
        said = f"The condition number of the inputs is {two_digits(inputs.condition)} as planned"
        before, after = training.unscaled, training.rescaled
        gain = 0.0 if before is None or after is None else _loss(before) - _loss(after)
        told = any(
            "scaling" in remedy.change
            for cause in training.causes
            if cause.probability >= RISKY
            for remedy in cause.remedies[:1]
        )
        if (
            before is None
            or after is None
            or gain < self.min_gain
            or told
            or max(asdict(after.risks).values()) >= RISKY
        ):
            tried = "" if after is None else f"; with {after.plan.scaling} scaling the loss of a probe is no better"
            yield Finding(
                check=self.id,
                status="pass",
                message=f"{said}{'' if told else tried}.",
                measured=inputs.condition,
                unit="condition number",
            )
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{said}, and a cell is up to {inputs.tail:.3g} standard deviations from the mean of its column. "
            f"With {after.plan.scaling} scaling a probe of {after.steps:,} steps ends at {_loss(after):.2f} of the "
            f"loss of a constant prediction, as planned at {_loss(before):.2f}.",
            measured=inputs.condition,
            unit="condition number",
            why="The largest direction of the inputs limits the learning rate, and along the others nothing moves.",
            remedy=f"scaling = {after.plan.scaling}.",
        )


def _loss(probe: PlanProbe) -> float:
    """Return the last loss in units of the reference, cut at 2: beyond, it is a risk of its own."""
    last = probe.losses[-1][1] / probe.reference
    return min(last, 2.0) if math.isfinite(last) else 2.0
