"""How probable are overfitting, underfitting and constant predictions on the full training that is forecast?"""

from __future__ import annotations

import numpy as np

from prefit.evidence import LearningCurve, Risks
from prefit.probes.calibration import Calibration, Estimate, Facts
from prefit.probes.continuation import continue_curves

__all__ = ["moved", "risks"]

LUCK = 0.01
"""Standard deviation of the share of moved predictions from one training to the next."""


def risks(calibration: Calibration, facts: Facts, best: Facts, curve: LearningCurve) -> Risks:
    """Return the probability of each event for one family.

    Parameters
    ----------
    calibration : Calibration
    facts, best : Facts
        Of the family, and of the one with the highest held-out score.
    curve : LearningCurve
        Of the family.

    References
    ----------
    The events are defined in the documentation of the forecast.
    """
    found = moved(curve, facts.rows)
    traits = {
        "overfitting": facts.overfitting_traits(),
        "underfitting": facts.underfitting_traits(best.held_out),
    }
    if found is not None:
        traits["constant_prediction"] = facts.constant_traits(found)
    said = {event: calibration.probability(event, of_event) for event, of_event in traits.items()}
    return Risks(**{"constant_prediction": 0.5} | said)  # no prediction was finite: nothing is known


def moved(curve: LearningCurve, rows: float) -> Estimate | None:
    """Return how far predictions are from a constant in the largest probe, and how far off that may be at some rows.

    Of the held-out rows whose class is not the most predicted one, the share that gets another prediction; or the
    standard deviation of predicted numbers over that of the target. None where it was never measured.
    """
    classes = [(point.rows, point.off_modal_share) for point in curve.points if point.off_modal_share is not None]
    numbers = [(point.rows, point.spread) for point in curve.points if point.spread is not None]
    measured = classes or numbers
    if not measured:
        return None
    sizes = np.array([size for size, _ in measured], dtype=np.float64)
    values = np.minimum(np.array([[value for _, value in measured]], dtype=np.float64), 1.0)
    fitted = continue_curves(sizes, values, luck=np.full(1, LUCK), floor=np.zeros(1), cap=np.ones(1), rising=False)
    _, deviation = fitted.at(rows)
    return Estimate(float(values[0, -1]), float(np.hypot(deviation[0], LUCK)))
