"""Learning curves, what they foretell, and how probable its events are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from prefit.evidence.classes import ClassOutlook

if TYPE_CHECKING:
    from prefit.evidence.metric import MetricForecast

__all__ = ["CurvePoint", "Curves", "FamilyForecast", "Forecast", "LearningCurve", "Risks"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast score: mean and 90 % prediction interval. Scalars, or arrays with one entry per curve."""

    mean: Any
    low: Any
    high: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Scores at one training size, means and standard deviations over `repeats` trainings.

    `top_share` is the share of the held-out rows that get the most frequent predicted class; `off_modal_share`, of the
    held-out rows whose class is not the most predicted one, the share that gets another prediction (both None for
    regression). `spread` is std(prediction) / std(target) (None for classification). `recalls` is the share of its
    held-out rows that each class is given, NaN where none were held out.
    """

    rows: int
    train: float
    held_out: float
    train_std: float
    held_out_std: float
    repeats: int
    fit_seconds: float
    top_share: float | None = None
    off_modal_share: float | None = None
    spread: float | None = None
    recalls: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurve:
    """Scores of one family at growing training sizes, smallest first.

    `failures` are the reasons of trainings that failed, and `failed_at` the largest size of one; None where none did.
    At the largest size, `held_out_rows` different rows were scored, and `row_variance` is the variance that the
    held-out score would have on one row: divided by a number of rows it is that of a score on so many.
    """

    family: str
    points: tuple[CurvePoint, ...]
    failures: tuple[str, ...] = ()
    failed_at: int | None = None
    row_variance: float = 0.0
    held_out_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """Probabilities of the events defined in the design: on the full training that is forecast."""

    overfitting: float
    underfitting: float
    constant_prediction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyForecast:
    """What one family will score after one training on all planned rows.

    `at` are held-out forecasts at other training sizes; `gain_of_doubling` the change of the held-out score from
    twice the planned rows. `rows_needed` are the rows that reach the required score: expected, optimistic, cautious,
    ``inf`` where no number of rows does; None without a requirement or where the curve cannot say.
    """

    train: Forecast
    held_out: Forecast
    at: tuple[tuple[int, Forecast], ...]
    gain_of_doubling: Forecast
    rows_needed: tuple[float, float, float] | None
    risks: Risks


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Learning curves and forecasts of all probed families.

    Attributes
    ----------
    metric : {"balanced_accuracy", "r2"}
    constant : float
        Score of the constant predictor: 1 / classes, or 0.
    planned_rows, held_out_rows, rows_used : int
        Rows of the training that is forecast; of the held-out block; of the sample that the probes saw.
    curves, forecasts : mapping of family to value
        A family that could not be fitted is in `failures` instead.
    permuted : LearningCurve or None
        Control: the best family on permuted labels, at its largest size.
    ceiling : tuple of float or None
        Interval of the score that no model of these families exceeds, whatever the rows.
    best : str
        The family with the best forecast.
    chosen : str
        The family that is to be trained: of those that ``--model`` names the one with the best forecast, else `best`.
        It has no forecast where none of the named ones could be fitted.
    failures : mapping of family to reason
    left_out : tuple of str
        What the budget did not allow, one sentence each.
    emergency_stop : bool
        Whether the clock, not the cost model, ended the probing.
    classes : tuple of ClassOutlook
        Classes with the lowest recall of the family to be trained, lowest first; empty for regression.
    paces : mapping of str to float
        Estimators of the user, and how many times the time of the dearest family each takes.
    beside : MetricForecast or None
        The metric that was asked for beside the score.
    """

    metric: str
    constant: float
    planned_rows: int
    held_out_rows: int
    rows_used: int
    curves: Mapping[str, LearningCurve]
    forecasts: Mapping[str, FamilyForecast]
    permuted: LearningCurve | None
    ceiling: tuple[float, float] | None
    best: str
    chosen: str
    split: Literal["random", "grouped", "time"] = "random"
    failures: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    emergency_stop: bool = False
    classes: tuple[ClassOutlook, ...] = ()
    paces: Mapping[str, float] = field(default_factory=dict)
    beside: MetricForecast | None = None
