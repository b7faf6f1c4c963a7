"""From the learning curve of a family to its forecast: score, gain of more rows, rows needed, ceiling, risks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from prefit.evidence import FamilyForecast, Forecast, LearningCurve
from prefit.probes.continuation import FittedCurves, continue_curves, normal_quantile, train_cap
from prefit.probes.forecast import BOUNDS
from prefit.probes.frame import Array
from prefit.probes.risk import Estimate, risks

__all__ = ["Outlook", "ceiling", "family_forecast", "look_ahead"]

Z = normal_quantile(0.95)
"""Half-width of a 90 % interval in standard deviations."""

AT = (0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
"""Training sizes to forecast, as multiples of the planned rows."""

FARTHEST = 32.0
"""Rows needed are looked for up to this multiple of the largest size probed."""

MEETING_SLACK = 0.03
"""How far a training score may lie below the held-out score: the held-out rows may be easy ones."""

VAGUE = 0.05
"""Standard deviation of a forecast score from which it is not inverted into rows."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Both curves of a family, fitted, and the variance that the held-out score owes to the rows it is measured on.

    `block_variance` is that of the probes' own held-out block, whose luck the curve has in it, plus that of the unseen
    block on which the score is forecast.
    """

    curve: LearningCurve
    fitted_train: FittedCurves
    fitted_held_out: FittedCurves
    block_variance: float
    floor: float
    top: float

    def train(self, rows: float) -> Estimate:
        """Return the score on the training rows after one training on `rows` rows."""
        mean, deviation = self.fitted_train.at(rows)
        return Estimate(float(mean[0]), float(deviation[0]))

    def held_out(self, rows: float) -> Estimate:
        """Return the score on unseen rows after one training on `rows` rows."""
        mean, deviation = self.fitted_held_out.at(rows)
        return Estimate(float(mean[0]), sqrt(float(deviation[0]) ** 2 + self.block_variance))

    def forecast(self, estimate: Estimate) -> Forecast:
        """Return an estimate with its 90 % interval, inside the bounds of the score."""
        low, high = (float(np.clip(estimate.mean + side * Z * estimate.std, self.floor, self.top)) for side in (-1, 1))
        return Forecast(estimate.mean, low, high)


def look_ahead(curve: LearningCurve, variance: float, *, n_test: int, n_unseen: int, metric: str) -> Outlook:
    """Fit the curves of a family.

    Parameters
    ----------
    curve : LearningCurve
    variance : float
        Variance of the held-out score over held-out blocks of `n_test` rows.
    n_test, n_unseen : int
        Rows of the probes' held-out block, and of the unseen block on which the score is forecast.
    metric : {"balanced_accuracy", "r2"}
    """
    points = curve.points
    floor, top = BOUNDS[metric]
    sizes = np.array([point.rows for point in points], dtype=np.float64)
    train = np.array([[point.train for point in points]])
    held_out = np.array([[point.held_out for point in points]])
    # Training scores that fall do not fall below the held-out scores, which they meet at best.
    met = np.minimum(train[:, -1], held_out[:, -1]) - MEETING_SLACK
    return Outlook(
        curve=curve,
        fitted_train=continue_curves(
            sizes,
            train,
            luck=_luck(curve, "train_std"),
            floor=np.maximum(met, floor),
            cap=np.full(1, top),
            rising=False,
        ),
        fitted_held_out=continue_curves(
            sizes,
            held_out,
            luck=_luck(curve, "held_out_std"),
            floor=np.full(1, floor),
            cap=train_cap(held_out, train, top),
        ),
        block_variance=variance * (1 + n_test / n_unseen),
        floor=floor,
        top=top,
    )


def family_forecast(
    outlook: Outlook, best: Outlook, *, planned_rows: int, constant: float, required: float | None = None
) -> FamilyForecast:
    """Forecast one training of a family on all planned rows.

    Parameters
    ----------
    outlook, best : Outlook
        Of the family, and of the one with the highest held-out score.
    planned_rows : int
    constant : float
        Score of the constant predictor.
    required : float, optional
        Score for which the rows needed are sought.
    """
    train, held_out = outlook.train(planned_rows), outlook.held_out(planned_rows)
    gain, deviation = (float(value[0]) for value in outlook.fitted_held_out.gain(planned_rows, 2 * planned_rows))
    sizes = sorted({max(1, round(planned_rows * factor)) for factor in AT})
    return FamilyForecast(
        train=outlook.forecast(train),
        held_out=outlook.forecast(held_out),
        at=tuple((rows, outlook.forecast(outlook.held_out(rows))) for rows in sizes),
        gain_of_doubling=Forecast(gain, gain - Z * deviation, gain + Z * deviation),
        rows_needed=None if required is None else _rows_needed(outlook, required),
        risks=risks(
            outlook.curve, train, held_out, best.held_out(planned_rows), constant=constant, planned_rows=planned_rows
        ),
    )


def ceiling(outlooks: Sequence[Outlook], *, planned_rows: int, constant: float) -> tuple[float, float] | None:
    """Return the interval of the score that no model of these families exceeds, whatever the rows.

    From the forecast of the best family, less its error, to where the best two curves may level off. None where no
    family shows a signal: a curve at the constant predictor's score says nothing of what may be above it.
    """
    ranked = sorted(outlooks, key=lambda outlook: -outlook.held_out(planned_rows).mean)
    lead = ranked[0].held_out(planned_rows)
    low = lead.mean - Z * lead.std
    if low <= constant:
        return None
    highs = []
    for outlook in ranked[:2]:
        level, spread = (float(value[0]) for value in outlook.fitted_held_out.asymptote())
        now = outlook.held_out(planned_rows)
        highs.append(max(level, now.mean) + Z * sqrt(spread**2 + now.std**2))
    top = ranked[0].top
    return float(min(low, top)), float(min(max(highs), top))


def _rows_needed(outlook: Outlook, required: float) -> tuple[float, float, float] | None:
    """Return mean, low and high of the rows with which the required score is met.

    Infinite where no number of rows meets it; None where the forecast itself is too vague to be inverted.
    """
    points = outlook.curve.points
    sizes = np.geomspace(points[0].rows, FARTHEST * points[-1].rows, 161)
    estimates = [outlook.held_out(size) for size in sizes]
    if min(estimate.std for estimate in estimates) > VAGUE:
        return None
    mean = np.array([estimate.mean for estimate in estimates])
    spread = Z * np.array([estimate.std for estimate in estimates])
    expected, optimistic, cautious = (
        _first(sizes, curve >= required) for curve in (mean, mean + spread, mean - spread)
    )
    return expected, optimistic, cautious


def _first(sizes: Array, met: Array) -> float:
    return float(np.ceil(sizes[met.argmax()])) if met.any() else inf


def _luck(curve: LearningCurve, field: str) -> Array:
    """Return the standard deviation of one training about the mean of many, at the largest size.

    Pooled over the last three sizes, as the square root of the rows: the largest may have one repeat, or no other
    rows to draw.
    """
    last = curve.points[-3:]
    freedom = [point.repeats - 1 for point in last]
    if not sum(freedom):
        return np.full(1, 0.02)
    scaled = [getattr(point, field) ** 2 * point.rows / last[-1].rows for point in last]
    return np.sqrt(np.average(scaled, weights=freedom, keepdims=True))
