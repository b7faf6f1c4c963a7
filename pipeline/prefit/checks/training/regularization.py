"""The check ``regularization``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.training.paying import judge_change
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent

__all__ = ["RegularizationCheck"]


@dataclass(frozen=True)
class RegularizationCheck:
    """Would another penalty surely score better on rows that are not trained on?

    Parameters
    ----------
    min_gain : float, default 0.05
        For a network, gain in skill from which the check warns, where the lower end of its 90 % interval lies above 0.
    min_share : float, default 0.1
        For a linear model, gain from which the check warns, as a share of what its best penalty gains over the constant
        predictor. The default penalty of scikit-learn loses 4.6 % of that on the median of 48 problems.

    What it measures
    ----------------
    For a linear model, where the plan is one (``depth=1``), the validation curve of both penalties, L1 and L2, over
    seven decades of strength, in held-out log-loss or squared error; the strength is then moved to the planned rows.
    (With other plans the report holds the same advice without a warning.) For the planned network, weight decay,
    dropout and stopping earlier, each trained on folds of the row sample and scored on held-out rows.

    Why it hurts training
    ---------------------
    Too weak a penalty lets a model learn the noise of its training rows, too strong a one keeps it from their signal.

    Example
    -------
    200 rows of 120 columns of which two matter: L1 at C=0.1 leaves the two, the default keeps all 120.

    What to do
    ----------
    Use the penalty that the finding names.

    When it may be a false alarm
    ----------------------------
    When you tune the penalty anyway, by cross-validation on all rows: that is at least as good.

    References
    ----------
    Chatterjee & Jafarov (2015), Prediction error of cross-validated lasso, arXiv:1502.06291.
    Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), Dropout, JMLR 15:1929-1958.
    """

    id: ClassVar[str] = "regularization"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("advice",)

    min_gain: float = 0.05
    min_share: float = 0.1

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding: of a planned linear model where a penalty pays or none was tried, else of the network."""
        assert evidence.advice is not None
        found = evidence.advice.regularization
        if found.is_planned and found.linear.pays and found.gain_fraction >= self.min_share:
            yield self._of_linear(evidence)
            return
        choice = found.linear if found.is_planned and found.linear.untried else found.network
        yield from judge_change(
            self.id,
            evidence,
            choice,
            setting="Regularization",
            limit=self.min_gain,
            remedy=f"Train the network with {choice.advised}.",
        )

    def _of_linear(self, evidence: Evidence) -> Finding:
        assert evidence.advice is not None
        found = evidence.advice.regularization
        assert found.linear.effect is not None
        scale = found.gain_fraction / found.linear.effect.delta
        return Finding(
            check=self.id,
            status="warn",
            message=f"{found.linear.advised} instead of {found.linear.planned} gains {_share(found.gain_fraction)} the "
            f"features can give a linear model. {found.linear.why}",
            measured=found.gain_fraction,
            limit=self.min_share,
            unit="fraction",
            interval=(scale * found.linear.effect.low, scale * found.linear.effect.high),
            why="Too weak a penalty lets the model learn the noise of its training rows, too strong a one keeps it "
            "from their signal.",
            remedy=f"Train {found.linear.advised} on standardized inputs.",
            effect=found.linear.effect,
        )


def _share(gain: float) -> str:
    return "more than all that" if gain > 1 else f"{percent(gain)} of what"
