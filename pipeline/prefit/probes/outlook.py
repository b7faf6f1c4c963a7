"""From the learning curve of a family to its forecast: score, gain of more rows, rows needed, ceiling, risks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from prefit.evidence import FamilyForecast, Forecast, LearningCurve
from prefit.probes.calibration import Calibration, Estimate, Facts
from prefit.probes.continuation import normal_quantile
from prefit.probes.forecast import BOUNDS
from prefit.probes.frame import Array
from prefit.probes.joint import JointCurves, look
from prefit.probes.prior import load_prior
from prefit.probes.risk import risks

__all__ = ["Outlook", "ceiling", "family_forecast", "look_ahead"]

Z = normal_quantile(0.95)
"""Half-width of a 90 % interval in standard deviations."""

AT = (0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
"""Training sizes to forecast, as multiples of the planned rows."""

FARTHEST = 32.0
"""Rows needed are looked for up to this multiple of the largest size probed."""

FAR = 8
"""Multiple of the planned rows at which the families are compared, to tell what may be possible."""

MOST_CLIMB = 0.2
"""Gain of skill until then beyond which the ceiling is not known."""

VAGUE = 0.05
"""Standard deviation of a forecast score from which it is not inverted into rows."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Both curves of a family, continued together, and what one training scores beside the mean of many.

    `luck` and `train_luck` are standard deviations of one training. `block_variance` is what the held-out score owes to
    the rows it is measured on: that of the rows that the probes held out, whose luck the curve has in it, plus that of
    the unseen block on which the score is forecast.
    """

    curve: LearningCurve
    joint: JointCurves
    luck: float
    train_luck: float
    block_variance: float
    constant: float
    floor: float
    top: float
    calibration: Calibration

    def train(self, rows: float) -> Estimate:
        """Return the score on the training rows after one training on `rows` rows."""
        return self._score(self.calibration.score("train", self.facts(rows)))

    def held_out(self, rows: float) -> Estimate:
        """Return the score on unseen rows after one training on `rows` rows."""
        return self._score(self.calibration.score("held_out", self.facts(rows)))

    def facts(self, rows: float) -> Facts:
        """Return what the curves say of one training on `rows` rows, as skills, before it is put right."""
        return Facts(
            family=self.curve.family,
            numbers=self.joint.seen.kind == "r2",
            rows=rows,
            probed=self.curve.points[-1].rows,
            train=self._skill(_estimate(self.joint.train(rows), self.train_luck**2)),
            held_out=self._skill(_estimate(self.joint.held_out(rows), self.luck**2 + self.block_variance)),
        )

    def _skill(self, score: Estimate) -> Estimate:
        unit = 1 - self.constant
        return Estimate((score.mean - self.constant) / unit, score.std / unit)

    def _score(self, skill: Estimate) -> Estimate:
        unit = 1 - self.constant
        return Estimate(float(np.clip(self.constant + unit * skill.mean, self.floor, self.top)), unit * skill.std)

    def forecast(self, estimate: Estimate) -> Forecast:
        """Return an estimate with its 90 % interval, inside the bounds of the score."""
        low, high = (float(np.clip(estimate.mean + side * Z * estimate.std, self.floor, self.top)) for side in (-1, 1))
        return Forecast(estimate.mean, low, high)


def _estimate(forecast: Forecast, variance: float) -> Estimate:
    """Return the forecast of one curve as an estimate, with the variance that comes on top of it."""
    mean, low, high = (float(value[0]) for value in (forecast.mean, forecast.low, forecast.high))
    return Estimate(mean, sqrt(((high - low) / (2 * Z)) ** 2 + variance))


def look_ahead(
    curve: LearningCurve, *, n_unseen: int, metric: str, constant: float, calibration: Calibration
) -> Outlook:
    """Continue the curves of a family.

    Parameters
    ----------
    curve : LearningCurve
    n_unseen : int
        Rows of the unseen block on which the score is forecast.
    metric : {"balanced_accuracy", "r2"}
    constant : float
        Score of the constant predictor.
    calibration : Calibration
    """
    points = curve.points
    floor, top = BOUNDS[metric]
    luck = _luck(curve, "held_out_std")
    # A size with one repeat scatters as the others do.
    std = [p.held_out_std if p.repeats > 1 else luck * sqrt(points[-1].rows / p.rows) for p in points]
    seen = look(
        np.array([point.rows for point in points], dtype=np.float64),
        np.array([[point.held_out for point in points]]),
        train_scores=np.array([[point.train for point in points]]),
        scores_std=np.array([std]),
        bounds=(floor, top),
        kind=metric,
    )
    return Outlook(
        curve=curve,
        joint=JointCurves(seen, load_prior()),
        luck=luck,
        train_luck=_luck(curve, "train_std"),
        block_variance=curve.row_variance * (1 / max(curve.held_out_rows, 1) + 1 / n_unseen),
        constant=constant,
        floor=floor,
        top=top,
        calibration=calibration,
    )


def family_forecast(
    outlook: Outlook, best: Outlook, *, planned_rows: int, required: float | None = None
) -> FamilyForecast:
    """Forecast one training of a family on all planned rows.

    Parameters
    ----------
    outlook, best : Outlook
        Of the family, and of the one with the highest held-out score.
    planned_rows : int
    required : float, optional
        Score for which the rows needed are sought.
    """
    train, held_out = outlook.train(planned_rows), outlook.held_out(planned_rows)
    gain, deviation = (float(value[0]) for value in outlook.joint.seen.held_out.gain(planned_rows, 2 * planned_rows))
    sizes = sorted({max(1, round(planned_rows * factor)) for factor in AT})
    return FamilyForecast(
        train=outlook.forecast(train),
        held_out=outlook.forecast(held_out),
        at=tuple((rows, outlook.forecast(outlook.held_out(rows))) for rows in sizes),
        gain_of_doubling=Forecast(gain, gain - Z * deviation, gain + Z * deviation),
        rows_needed=None if required is None else _rows_needed(outlook, required),
        risks=risks(outlook.calibration, outlook.facts(planned_rows), best.facts(planned_rows), outlook.curve),
    )


def ceiling(outlooks: Sequence[Outlook], *, planned_rows: int) -> tuple[float, float] | None:
    """Return the interval of the best score that is possible, as far as these families can tell.

    None where no family shows a signal, and where a family is still climbing fast: what such curves are heading for is
    anybody's guess, and a curve at the constant predictor's score says nothing of what may be above it.
    """
    now = [outlook.held_out(planned_rows) for outlook in outlooks]
    lead = int(np.argmax([estimate.mean for estimate in now]))
    best, far = outlooks[lead], max(outlook.held_out(FAR * planned_rows).mean for outlook in outlooks)
    # The luckiest of several families is looked at: a quantile as far out as so many chances to be lucky ask.
    faint = now[lead].mean - normal_quantile(1 - 0.05 / len(outlooks)) * now[lead].std <= best.constant
    if faint or far - now[lead].mean > MOST_CLIMB * (1 - best.constant):
        return None
    low, high = np.clip(best.calibration.ceiling.interval(now[lead], far), best.floor, best.top)
    return float(low), float(high)


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


def _luck(curve: LearningCurve, field: str) -> float:
    """Return the standard deviation of one training about the mean of many, at the largest size.

    Pooled over the last three sizes, as the square root of the rows: the largest may have one repeat, or no other
    rows to draw.
    """
    last = curve.points[-3:]
    freedom = [point.repeats - 1 for point in last]
    if not sum(freedom):
        return 0.02
    scaled = [getattr(point, field) ** 2 * point.rows / last[-1].rows for point in last]
    return sqrt(np.average(scaled, weights=freedom))
