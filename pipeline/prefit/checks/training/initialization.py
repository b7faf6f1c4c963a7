"""The check ``initialization``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.training.paying import judge_change
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["Initialization"]


@dataclass(frozen=True)
class Initialization:
    """Do the planned first weights let a signal through the network?

    Parameters
    ----------
    min_gain : float, default 0.05
        Gain in skill from which the check warns, where the lower end of its 90 % interval lies above 0. Two trainings
        of the same network with other seeds differ by some 0.02.

    What it measures
    ----------------
    One batch is passed forward and back through the planned network before any step: how far what each layer gives on
    is spread, and the norm of the gradient of each layer. Where the plan departs from the initialization that suits its
    activation, or has an activation through which depth passes no gradient, the alternative is trained on folds of the
    row sample and scored on held-out rows. With an embedding column, the forecast of a model on these frozen features
    stands beside that of a model on the other columns; with texts, that on features that all texts teach without their
    labels beside that on features that the labelled rows teach.

    Why it hurts training
    ---------------------
    Weights that are too small, or a sigmoid ten layers deep, let the gradient fade before it reaches the first layer:
    the loss stays flat. Weights that are too large let it grow with every layer: the first step throws the network
    away.

    Example
    -------
    Ten sigmoid layers: the gradient of the first is a billionth of that of the last.

    What to do
    ----------
    He for relu, Glorot for tanh; relu in place of sigmoid in hidden layers; skip connections or normalization where the
    depth must stay. Few rows and a pretrained embedding: train on the embedding. Few labels and many texts:
    pretrain on the texts.

    When it may be a false alarm
    ----------------------------
    When your network has skip connections or normalization layers, which the probe of a plan has not: probe the network
    itself by ``--model package.module:factory``.

    References
    ----------
    He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, doi:10.1109/ICCV.2015.123.
    Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, AISTATS.
    Schoenholz, Gilmer, Ganguli & Sohl-Dickstein (2017), Deep information propagation, arXiv:1611.01232.
    """

    id: ClassVar[str] = "initialization"
    stage: ClassVar[Stage] = "training"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("advice",)

    min_gain: float = 0.05

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding: a warning where another start surely pays."""
        assert evidence.advice is not None
        choice = evidence.advice.initialization.choice
        yield from judge_change(
            self.id,
            evidence,
            choice,
            setting="Initialization",
            limit=self.min_gain,
            remedy=f"Initialize by {choice.advised}.",
        )
