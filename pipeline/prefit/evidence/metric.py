"""Another metric, forecast beside the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prefit.evidence.curves import Forecast, LearningCurve

__all__ = ["MetricFamily", "MetricForecast"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFamily:
    """What one family will come to after one training on all planned rows, in the metric.

    `skill` is the same as `held_out`, as the share of the way from the constant predictor to the perfect one; `at` are
    held-out forecasts at other training sizes. `rows_needed` as in :class:`prefit.evidence.FamilyForecast`.
    """

    curve: LearningCurve
    train: Forecast
    held_out: Forecast
    skill: Forecast
    at: tuple[tuple[int, Forecast], ...]
    rows_needed: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricForecast:
    """A metric that was asked for.

    Attributes
    ----------
    name : str
    is_error : bool
        Whether less is better, and 0 is perfect; else 1 is.
    constant : float
        Value of the best constant predictor.
    ceiling : tuple of float or None
        Interval of the best value that is possible, None where it is not known.
    chosen : str or None
        The family with the best forecast of those that may be trained; None where none of them could be measured.
    families : mapping of str to MetricFamily
    failures : mapping of str to str
        Why a family could not be measured.
    """

    name: str
    is_error: bool
    constant: float
    ceiling: tuple[float, float] | None
    chosen: str | None
    families: Mapping[str, MetricFamily]
    failures: Mapping[str, str] = field(default_factory=dict)
