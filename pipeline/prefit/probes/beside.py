"""What the trainings come to in another metric: its curves are continued as those of the score are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from prefit.evidence import CurvePoint, FamilyForecast, Forecast, LearningCurve
from prefit.evidence.metric import MetricFamily, MetricForecast
from prefit.probes.foresight import foresee
from prefit.probes.metrics import Measure

__all__ = ["forecast_metric"]


def forecast_metric(
    measure: Measure,
    curves: Mapping[str, LearningCurve],
    failures: Mapping[str, str],
    *,
    planned_rows: int,
    given_rows: int,
    permitted: Sequence[str] = (),
    limit: float | None = None,
) -> MetricForecast:
    """Forecast one training of each family on the planned rows, in a metric.

    Parameters
    ----------
    measure : Measure
    curves : mapping of family to LearningCurve
        As the measure has scores on curves: greater is better.
    failures : mapping of family to str
        Why a family has no curve.
    planned_rows, given_rows : int
        Rows of the training, and rows of the data.
    permitted : sequence of str, optional
        Families that may be trained. Default: any.
    limit : float, optional
        Value that is to be reached, of an error not to be exceeded: the forecasts then say which rows it needs.
    """
    off, nothing = measure.off_curve, MetricForecast(
        name=measure.name, is_error=measure.is_error, constant=measure.constant, ceiling=None, chosen=None,
        families={}, failures=failures,
    )  # fmt: skip
    if not curves:
        return nothing
    constant = measure.on_curve(measure.constant)
    seen = foresee(
        curves,
        metric=measure.metric.kind,
        constant=constant,
        planned_rows=planned_rows,
        given_rows=given_rows,
        required=None if limit is None else measure.on_curve(limit),
    )
    known = tuple(family for family in permitted if family in curves)
    return replace(
        nothing,
        ceiling=None if seen.ceiling is None else _sorted(off(seen.ceiling[0]), off(seen.ceiling[1])),
        chosen=seen.best_of(known) if known else None if permitted else seen.best,
        families={family: _family(made, curves[family], measure, constant) for family, made in seen.forecasts.items()},
    )


def _family(made: FamilyForecast, curve: LearningCurve, measure: Measure, constant: float) -> MetricFamily:
    """Return a forecast in the metric, of one that was made as scores stand on curves."""
    held_out = made.held_out
    return MetricFamily(
        curve=_curve(curve, measure),
        train=_of(made.train, measure.off_curve),
        held_out=_of(held_out, measure.off_curve),
        skill=_of(held_out, lambda score: (score - constant) / (1 - constant)),
        at=tuple((rows, _of(forecast, measure.off_curve)) for rows, forecast in made.at),
        rows_needed=made.rows_needed,
    )


def _curve(curve: LearningCurve, measure: Measure) -> LearningCurve:
    unit = measure.constant if measure.is_error else 1.0

    def told(point: CurvePoint) -> CurvePoint:
        return replace(
            point,
            train=measure.off_curve(point.train),
            held_out=measure.off_curve(point.held_out),
            train_std=unit * point.train_std,
            held_out_std=unit * point.held_out_std,
        )

    return replace(
        curve, points=tuple(told(point) for point in curve.points), row_variance=unit**2 * curve.row_variance
    )


def _of(forecast: Forecast, scale: Callable[[float], float]) -> Forecast:
    return Forecast(scale(forecast.mean), *_sorted(scale(forecast.low), scale(forecast.high)))


def _sorted(one: float, other: float) -> tuple[float, float]:
    return min(one, other), max(one, other)
