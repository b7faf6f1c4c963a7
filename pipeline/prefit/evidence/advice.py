"""What a training plan is advised to change, each with what was measured for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from prefit.finding import Effect

__all__ = ["Advice", "Choice", "Penalty", "Pretrained", "RateRange", "Regularization", "Start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One setting of a plan.

    Attributes
    ----------
    planned, advised : str
        Equal where nothing speaks for a change.
    why : str
        The reason in one or two sentences, without values of cells.
    measured : mapping of str to float
        The figures that the reason rests on.
    effect : Effect or None
        Change of a held-out score from planned to advised, on a probe; None where none was trained. Greater is better.
    untried : str
        Why there was something to try and it was not; empty where it was tried, or nothing was to try.
    is_named : bool
        Whether the plan names the setting; else it is that of a plan of which nothing is said.
    """

    planned: str
    advised: str
    why: str
    measured: Mapping[str, float] = field(default_factory=dict)
    effect: Effect | None = None
    untried: str = ""
    is_named: bool = True

    @property
    def pays(self) -> bool:
        """Whether a change is advised whose measured effect is surely a gain."""
        return self.advised != self.planned and self.effect is not None and self.effect.low > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRange:
    """In which range a learning rate trains, and why there.

    Attributes
    ----------
    planned : float
    is_named : bool
        Whether the plan names it; else it is that of the optimizer where nothing is said.
    low, high : float
        Below `low` training crawls, above `high` it is unstable.
    method : {"stability bound", "range test"}
        Bound: 2 / the largest curvature, exact for linear models; test: a run in which the rate grows.
    limit : float
        Rate from which the loss grows; ``inf`` where none was found.
    advised : float
        The planned rate where nothing speaks for a change, else one inside the range.
    why : str
    curve : tuple of (float, float)
        Rate and loss of the range test, in order; empty for a bound.
    effect : Effect or None
        Change of the score on held-out rows from the planned rate to the middle of the range.
    untried : str
        Why no other rate was tried on held-out rows; empty where one was.
    learns : bool
        Whether the plan learns anything with one of the rates that were tried: else the range says nothing.
    """

    planned: float
    low: float
    high: float
    method: Literal["stability bound", "range test"]
    limit: float
    advised: float
    why: str
    curve: tuple[tuple[float, float], ...] = ()
    effect: Effect | None = None
    untried: str = ""
    learns: bool = True
    is_named: bool = True

    @property
    def choice(self) -> Choice:
        """The setting without its range, as any other one."""
        return Choice(
            planned=f"{self.planned:.2g}",
            advised=f"{self.advised if self.pays else self.planned:.2g}",
            why=self.why,
            effect=self.effect,
            untried=self.untried,
            is_named=self.is_named,
        )

    @property
    def pays(self) -> bool:
        """Whether a change is advised whose measured effect is surely a gain."""
        return self.advised != self.planned and self.effect is not None and self.effect.low > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretrained:
    """Features learnt before against those that are learnt from scratch, by the forecasts of both learning curves.

    Of an embedding they are its columns, against all others; of texts those that all given rows teach without their
    labels, against those that labelled rows teach. `pretrained` and `scratch` are held-out scores forecast at the
    planned rows, each with its 90 % interval; `crossing_rows` is from where on the curve from scratch is ahead, None
    where it always is, or is not within the range of the forecast.
    """

    columns: tuple[str, ...]
    metric: str
    planned_rows: int
    pretrained: tuple[float, float, float]
    scratch: tuple[float, float, float]
    crossing_rows: float | None
    advised: Literal["pretrained", "random", "either"]
    kind: Literal["embedding", "text"] = "embedding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How to initialize: the choice, the signal through the layers as planned and as advised, and pretrained features.

    `signal` and `signal_advised` are the standard deviations of the pre-activations of each layer, first to last;
    `gradient` and `gradient_advised` the norms of the gradient of each layer's weights.
    """

    choice: Choice
    signal: tuple[float, ...] = ()
    signal_advised: tuple[float, ...] = ()
    gradient: tuple[float, ...] = ()
    gradient_advised: tuple[float, ...] = ()
    pretrained: Pretrained | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """One point of a validation curve: held-out loss of a linear model, mean and standard error over the folds.

    `strength` is the parameter of scikit-learn: C of LogisticRegression, alpha of Ridge and Lasso.
    """

    kind: Literal["l1", "l2"]
    strength: float
    loss: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularization:
    """Type and strength for a linear model, and what a network is to be given.

    Attributes
    ----------
    linear : Choice
        For example planned ``LogisticRegression(C=1)``, advised ``LogisticRegression(C=0.03, l1_ratio=1)``; its effect
        is the change of the mean held-out log-likelihood, or of R².
    network : Choice
        Weight decay, dropout and early stopping of the plan.
    is_planned : bool
        Whether the plan itself is a linear model.
    kind : {"l1", "l2"}
    strength : float
        At the planned rows.
    gain_fraction : float
        What the change gains, as a share of what the best model gains over the constant predictor.
    curve : tuple of Penalty
        On `n_rows` rows.
    """

    linear: Choice
    network: Choice
    is_planned: bool = False
    kind: Literal["l1", "l2"] = "l2"
    strength: float = 1.0
    gain_fraction: float = 0.0
    n_rows: int = 0
    curve: tuple[Penalty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Advice for every setting of the plan.

    Attributes
    ----------
    changes : mapping of str to value
        Keys of the plan that surely pay, with what they are advised to be; also ``class_weights`` and ``log_target``,
        for which a plan has no key.
    effect : Effect or None
        Change of the held-out score with all of them; None where there are none.
    n_rows : int
        Rows of the sample that the trials had, folds and all.
    """

    loss: Choice
    learning_rate: RateRange
    initialization: Start
    regularization: Regularization
    scaling: Choice
    optimizer: Choice
    batch_size: Choice
    changes: Mapping[str, str | float | int | bool] = field(default_factory=dict)
    effect: Effect | None = None
    n_rows: int = 0
