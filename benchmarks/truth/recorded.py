"""Learning curves that were stored, forecast anew: the probes are dear, and what is made of them is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefit.evidence import CurvePoint, LearningCurve
from prefit.probes.calibration import Calibration
from prefit.probes.foresight import Foresight, foresee

__all__ = ["recast", "stored_curves"]


def stored_curves(stored: Mapping[str, Any]) -> dict[str, LearningCurve]:
    """Return the curves of all families from ``asdict(Curves)``."""
    return {
        family: LearningCurve(**curve | {"points": tuple(CurvePoint(**point) for point in curve["points"])})
        for family, curve in stored["curves"].items()
    }


def recast(stored: Mapping[str, Any], calibration: Calibration | None = None) -> Foresight:
    """Forecast from ``asdict(Curves)`` what prefit says of these curves now, or with another calibration."""
    return foresee(
        stored_curves(stored),
        metric=stored["metric"],
        constant=stored["constant"],
        planned_rows=stored["planned_rows"],
        given_rows=stored["planned_rows"],
        calibration=calibration,
    )
