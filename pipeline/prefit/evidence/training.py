"""What a probe of a planned training finds out before it is run: values, no computation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from prefit.plan import TrainingPlan

__all__ = [
    "RISKS",
    "InputScale",
    "LayerSignal",
    "PlanProbe",
    "Remedy",
    "RiskCause",
    "RiskName",
    "Setting",
    "TrainingEvidence",
    "TrainingRisks",
]


RiskName = Literal["flat_loss", "zero_loss", "exploding_gradient", "vanishing_gradient"]
RISKS: tuple[RiskName, ...] = get_args(RiskName)

Setting = float | int | str | tuple[str, ...]
"""Value of a key of a plan, or names of features that are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRisks:
    """Probabilities of the events of training, as the project defines them, on the planned run."""

    flat_loss: float
    zero_loss: float
    exploding_gradient: float
    vanishing_gradient: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSignal:
    """What a layer does with the first batch, before any step; the first layer is the one next to the inputs.

    `gradient_norm` is that of its weights, `spread` the standard deviation of what it gives on. `saturated` is the
    share of units times rows where the activation is flat, `dead` the share of units that give zero for all rows; both
    are 0 for the last layer, which has no activation.
    """

    gradient_norm: float
    spread: float
    saturated: float
    dead: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InputScale:
    """The inputs as they reach the optimizer, scaled as planned.

    Attributes
    ----------
    rms : float
        Root of the mean square of all inputs: 1 where they are standardized.
    largest : float
        Largest absolute input.
    tail : float
        Largest distance of an input from the mean of its column, in standard deviations of that column.
    ratio : float
        Largest over smallest root mean square of the columns that are not all zero.
    condition : float
        Condition number of the second moments of the inputs, without directions that hold nothing.
    condition_standardized : float
        The same if each column were standardized.
    degenerate : int
        Columns that are constant, or sums of others.
    """

    rms: float
    largest: float
    tail: float
    ratio: float
    condition: float
    condition_standardized: float
    degenerate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProbe:
    """What a short run of the planned training on the row sample shows.

    Attributes
    ----------
    plan : TrainingPlan
    risks : TrainingRisks
    loss : str
        The loss, once ``"auto"`` is resolved.
    n_rows, n_rows_planned : int
        Rows that the probe trained on, and rows of the planned run.
    steps, steps_planned : int
        Steps that the probe took, and those of the planned run.
    reference : float
        Loss of the best constant predictor.
    losses : tuple of (int, float)
        Steps, from 0, and the loss on training rows after them; ``inf`` where it is not a number.
    layers : tuple of LayerSignal
    gradient_ratio : float
        Gradient norm of the first layer over that of the last, median of the steps in the first epoch.
    gradient_norm : float
        Norm of the whole gradient at the start.
    curvature : float
        Largest eigenvalue of the Hessian of the loss at the start.
    inputs : InputScale
    one_batch : float
        Loss over `reference` after the planned network was trained on one batch alone, by Adam.
    without_inputs : float
        Loss over `reference` after the same short run with all inputs zero.
    """

    plan: TrainingPlan
    risks: TrainingRisks
    loss: str
    n_rows: int
    n_rows_planned: int
    steps: int
    steps_planned: int
    reference: float
    losses: tuple[tuple[int, float], ...]
    layers: tuple[LayerSignal, ...]
    gradient_ratio: float
    gradient_norm: float
    curvature: float
    inputs: InputScale
    one_batch: float
    without_inputs: float

    @property
    def passes(self) -> float:
        """How often the probe saw each of its rows: more often than planned where it has fewer rows than the run."""
        return self.steps * self.plan.batch_size / self.n_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change of the plan, and the risk with it as a probe of the changed plan gives it.

    `change` maps keys of the plan to their new values, or ``"drop"`` to the features that are left out; `loss` is the
    final loss of the probe over the reference.
    """

    change: Mapping[str, Setting]
    risk: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCause:
    """Why a risk is high, and what removes it.

    Attributes
    ----------
    risk : {"flat_loss", "zero_loss", "exploding_gradient", "vanishing_gradient"}
    probability : float
        Of the plan as it is.
    cause : str
        A few words, such as ``"the learning rate is too high"``.
    evidence : str
        One sentence with the figures that say so.
    columns : tuple of str
        Features that the cause lies in.
    remedies : tuple of Remedy
        Changes that were probed, best first.
    """

    risk: RiskName
    probability: float
    cause: str
    evidence: str
    columns: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingEvidence:
    """The probe of the planned training, the causes of its risks, highest first, and a probe with other scaling.

    `rescaled` is the probe of the same plan with the scaling that suits the inputs, over as many steps as those of
    `unscaled`, that of the plan as it is; both are None where the inputs give no cause to try. `unseen` is the loss
    over the reference on rows that a probe of the plan was not trained on, None unless the loss may fall to zero.
    """

    probe: PlanProbe
    causes: tuple[RiskCause, ...] = ()
    unscaled: PlanProbe | None = None
    rescaled: PlanProbe | None = None
    unseen: float | None = None
