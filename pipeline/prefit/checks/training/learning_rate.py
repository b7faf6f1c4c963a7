"""The check ``learning-rate``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.training.paying import judge_change
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["LearningRate"]


@dataclass(frozen=True)
class LearningRate:
    """Is the planned learning rate outside the range in which these data can be learnt?

    Parameters
    ----------
    min_gain : float, default 0.05
        Gain in skill from which the check warns, where the lower end of its 90 % interval lies above 0. Two trainings
        of the same network with other seeds differ by some 0.02.

    What it measures
    ----------------
    For a linear model under plain gradient descent the bound is exact: twice the inverse of the largest curvature,
    which follows from the inputs as they reach the optimizer. For a network, a run whose rate grows from 1e-6 to 10
    shows where the loss breaks; the planned rate and its multiples are then trained on folds of the row sample and
    scored on held-out rows. Those that score about as well as the best make up the range. A plan that leaves the rate
    open is told the range and not warned.

    Why it hurts training
    ---------------------
    Above the range steps overshoot and the loss grows; below it the planned number of steps ends before the network has
    learnt.

    Example
    -------
    A column in the thousands that nobody scaled: at 0.01 the loss is infinite after nine steps.

    What to do
    ----------
    Take a rate from the range, or scale the inputs, which moves the range. A schedule that begins high in the range and
    falls needs no closer tuning.

    When it may be a false alarm
    ----------------------------
    When the planned run has far more steps than the row sample allows: no higher rate is then advised, but a lower one
    may still be. A `schedule` that the plan does not name is not known to the probe.

    References
    ----------
    Smith (2017), Cyclical learning rates for training neural networks, doi:10.1109/WACV.2017.58.
    Nesterov (2018), Lectures on convex optimization, section 2.1, doi:10.1007/978-3-319-91578-4.
    """

    id: ClassVar[str] = "learning-rate"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("advice",)

    min_gain: float = 0.05

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding: a warning where a rate of the range surely pays."""
        assert evidence.advice is not None
        rate = evidence.advice.learning_rate
        if not rate.is_named:
            yield Finding(check=self.id, status="pass", message=f"The plan leaves the learning rate open. {rate.why}")
            return
        yield from judge_change(
            self.id,
            evidence,
            rate.choice,
            setting="Learning rate",
            limit=self.min_gain,
            remedy=f"Take a learning rate from {rate.low:.2g} to {rate.high:.2g}.",
        )
