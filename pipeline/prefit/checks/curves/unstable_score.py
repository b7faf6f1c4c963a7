"""The check ``unstable-score``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.chosen import chosen_forecast, not_fitted
from prefit.checks.curves.signal import shows_signal
from prefit.evidence import CurvePoint, Curves, Evidence
from prefit.finding import Finding
from prefit.wording import metric_word, rows

__all__ = ["UnstableScore"]


@dataclass(frozen=True)
class UnstableScore:
    """Can the luck of one training turn success into failure?

    Parameters
    ----------
    min_margin : float, default 1.645
        Distance between the held-out score and what it must exceed, in standard deviations of single trainings:
        1.645 means that one training in twenty ends on the wrong side.
    min_scatter : float, default 0.05
        Standard deviation of the skill (0 = constant predictor, 1 = perfect) below which the distance to the
        constant predictor is not judged: such a score is low, not unstable.

    What it measures
    ----------------
    How much the held-out score of the family to be trained scatters from one training to the next, pooled over its
    three largest sizes with repeats and carried to the largest by the square root of the rows; against the distance
    of the score to the constant predictor and, with ``--require``, that of the forecast to the required score. Where
    `no-signal` or `target-out-of-reach` already say that the score falls short, it is silent.

    Why it hurts training
    ---------------------
    The training that you run is one draw. Its score may be below that of a constant although the average is
    not, and two versions of a model cannot be compared by one training each.

    Example
    -------
    R² of 0.30 on average over 5 trainings, with a standard deviation of 0.40.

    What to do
    ----------
    Average several trainings, regularize more, collect rows, or train a family that scatters less.

    When it may be a false alarm
    ----------------------------
    When the planned training has far more rows than the largest probe: scatter shrinks with rows.

    References
    ----------
    Bouthillier et al. (2021), Accounting for variance in machine learning benchmarks, MLSys, arXiv:2103.03098.
    """

    id: ClassVar[str] = "unstable-score"
    stage: ClassVar[Stage] = "curves"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("curves",)

    min_margin: float = 1.645
    min_scatter: float = 0.05

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a warning when a single training may well end on the wrong side."""
        curves = evidence.curves
        assert curves is not None
        if chosen_forecast(curves) is None:
            yield not_fitted(self.id, curves)
            return
        repeated = _repeated(curves)
        if not repeated:
            message = f"Family {curves.chosen!r} was trained once at every size, so that its scatter is not known."
            yield Finding(check=self.id, status="skip", message=message)
            return
        if not shows_signal(evidence, curves):
            return
        scatter = _scatter(repeated)
        distances = self._distances(evidence, curves, repeated[-1], scatter)
        barrier = min(distances, key=lambda name: distances[name], default=None)
        if barrier is None or distances[barrier] >= self.min_margin * scatter:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"The held-out {metric_word(curves.metric)} of family {curves.chosen!r} is only "
            f"{distances[barrier]:.3f} above {barrier}, and scatters by {scatter:.3f} from one training to the next "
            f"({sum(point.repeats for point in repeated)} trainings on up to {rows(repeated[-1].rows)}).",
            measured=distances[barrier] / scatter,
            limit=self.min_margin,
            unit="standard deviations",
            why="The training that you run is one draw: it may fail although the average succeeds.",
            remedy=f"Average several trainings, `{_bagging(evidence)}(model, n_estimators=10)`, regularize more, or "
            "collect rows.",
        )

    def _distances(self, evidence: Evidence, curves: Curves, point: CurvePoint, scatter: float) -> dict[str, float]:
        """Return how far the score is above what it must exceed, by name; what it misses is for other checks to say."""
        distances = {}
        if scatter >= self.min_scatter * (1 - curves.constant):
            distances["the constant predictor"] = point.held_out - curves.constant
        required = evidence.requirement
        if required is not None and required.metric == curves.metric:
            expected = curves.forecasts[curves.chosen].held_out.mean
            distances[f"the required {required.limit:g}"] = expected - required.limit
        return {name: distance for name, distance in distances.items() if distance >= 0}


def _bagging(evidence: Evidence) -> str:
    return "BaggingClassifier" if evidence.task.kind == "classification" else "BaggingRegressor"


def _repeated(curves: Curves) -> list[CurvePoint]:
    """Return the three largest sizes that were trained more than once, the largest last."""
    points = sorted(curves.curves[curves.chosen].points, key=lambda point: point.rows)
    return [point for point in points if point.repeats > 1][-3:]


def _scatter(points: list[CurvePoint]) -> float:
    """Return the standard deviation of a single training at the largest size.

    Pooled, because trainings on all rows there are have no other rows to draw, and agree more than two samples would.
    """
    freedom = sum(point.repeats - 1 for point in points)
    summed = sum((point.repeats - 1) * point.held_out_std**2 * point.rows / points[-1].rows for point in points)
    return math.sqrt(summed / freedom)
