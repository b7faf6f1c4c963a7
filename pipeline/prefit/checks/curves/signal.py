"""Is there a signal? What the largest trainings of each family show beyond the constant predictor and chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from prefit.checks.intervals import Z90, class_shares, score_error
from prefit.evidence import Curves, Evidence

__all__ = ["Measured", "column_with_signal", "measure", "reference", "shows_signal", "skill"]


@dataclass(frozen=True, slots=True)
class Measured:
    """Held-out skill of a family at its largest training size.

    `low` and `high` bound it over the luck of trainings and of held-out rows, at 90 % for all families at once.
    """

    family: str
    rows: int
    skill: float
    low: float
    high: float


def skill(curves: Curves, score: float) -> float:
    """Return how far a score lies on the way from the constant predictor (0) to perfect (1)."""
    return (score - curves.constant) / (1 - curves.constant)


def measure(evidence: Evidence, curves: Curves) -> list[Measured]:
    """Return what every fitted family shows, the highest skill first."""
    fitted = [curve for curve in curves.curves.values() if curve.points]
    shares = class_shares(evidence)
    z = NormalDist().inv_cdf(1 - 0.05 / max(1, len(fitted)))  # Bonferroni: the best of several is lucky more often
    shown = []
    for curve in fitted:
        point = max(curve.points, key=lambda point: point.rows)
        block = score_error(point.held_out, curves.held_out_rows, shares)
        half = z * math.hypot(block, point.held_out_std / math.sqrt(point.repeats))
        middle, low, high = (skill(curves, point.held_out + shift) for shift in (0.0, -half, half))
        shown.append(Measured(curve.family, point.rows, middle, low, high))
    return sorted(shown, key=lambda measured: -measured.skill)


def reference(curves: Curves) -> float:
    """Return the skill that chance reaches: that of permuted labels where they were probed, at least 0."""
    if curves.permuted is None or not curves.permuted.points:
        return 0.0
    return max(0.0, skill(curves, curves.permuted.points[-1].held_out))


def shows_signal(evidence: Evidence, curves: Curves) -> bool:
    """Whether a model, or a column alone, predicts the target better than chance beyond doubt.

    A column counts because a model at its defaults may predict the majority class for every row of a rare-class
    problem although the features do tell the classes apart.
    """
    chance = reference(curves)
    return (
        any(measured.low > chance for measured in measure(evidence, curves)) or column_with_signal(evidence) is not None
    )


def column_with_signal(evidence: Evidence) -> str | None:
    """Return the column that predicts the target best alone, if it does so beyond doubt among all columns tried."""
    features = evidence.single_features or ()
    z = NormalDist().inv_cdf(1 - 0.05 / max(1, len(features)))
    sure = [feature for feature in features if feature.skill - (feature.skill - feature.low) * z / Z90 > 0]
    return max(sure, key=lambda feature: feature.skill).column if sure else None
