"""How probable are overfitting, underfitting and constant predictions on the full training that is forecast?"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from prefit.evidence import LearningCurve, Risks
from prefit.probes.continuation import continue_curves

__all__ = ["Estimate", "constant_risk", "probability_above", "risks"]

OVERFITTING_GAP = 0.10
UNDERFITTING_GAP = 0.05
CONSTANT_SHARE = 0.05
CONSTANT_SPREAD = 0.10
"""Limits of the events, in skill or in shares, as the project defines them."""

LUCK = 0.01
"""Standard deviation of these shares from one training to the next."""

SURE = 0.995
"""No probability is closer to 0 or 1: nothing that a sample says is certain."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that is forecast, and the standard deviation of its error."""

    mean: float
    std: float


def risks(
    curve: LearningCurve, train: Estimate, held_out: Estimate, best: Estimate, *, constant: float, planned_rows: int
) -> Risks:
    """Return the probability of each event for one family.

    The errors of the two forecasts are taken as independent and normal.

    Parameters
    ----------
    curve : LearningCurve
    train, held_out : Estimate
        Scores of the family after the planned training.
    best : Estimate
        Highest held-out score over all families.
    constant : float
        Score of the constant predictor.
    planned_rows : int

    References
    ----------
    The events are defined in the documentation of the forecast.
    """
    unit = 1 - constant
    overfitting = probability_above(
        train.mean - held_out.mean, sqrt(train.std**2 + held_out.std**2), OVERFITTING_GAP * unit
    )
    underfitting = probability_above(best.mean - train.mean, sqrt(train.std**2 + best.std**2), UNDERFITTING_GAP * unit)
    return Risks(
        overfitting=overfitting, underfitting=underfitting, constant_prediction=constant_risk(curve, planned_rows)
    )


def constant_risk(curve: LearningCurve, planned_rows: int) -> float:
    """Return the probability that the model predicts the same for nearly all rows.

    It is read from the trend of the share of predictions that leave the most frequent class, or of the spread of
    predicted numbers, both on held-out rows.
    """
    classes = [(point.rows, point.off_modal_share) for point in curve.points if point.off_modal_share is not None]
    numbers = [(point.rows, point.spread) for point in curve.points if point.spread is not None]
    limit = CONSTANT_SHARE if classes else CONSTANT_SPREAD
    measured = classes or numbers
    if not measured:
        return 0.5  # nothing is known: no prediction was finite
    sizes = np.array([rows for rows, _ in measured], dtype=np.float64)
    values = np.minimum(np.array([[value for _, value in measured]], dtype=np.float64), 1.0)
    fitted = continue_curves(sizes, values, luck=np.full(1, LUCK), floor=np.zeros(1), cap=np.ones(1), rising=False)
    mean, deviation = fitted.at(float(planned_rows))
    return probability_above(limit, float(np.hypot(deviation[0], LUCK)), float(mean[0]))


def probability_above(mean: float, std: float, limit: float) -> float:
    """Return the probability that a normal figure is above a limit, kept away from 0 and 1.

    Examples
    --------
    >>> probability_above(0.2, 0.05, 0.2)
    0.5
    """
    probability = 1 - NormalDist(mean, max(std, 1e-6)).cdf(limit)
    return float(min(max(probability, 1 - SURE), SURE))
