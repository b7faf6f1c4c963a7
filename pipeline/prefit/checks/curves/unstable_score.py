"""The check ``unstable-score``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.chosen import chosen_forecast, not_fitted
from prefit.checks.curves.signal import shows_signal
from prefit.checks.intervals import Z90
from prefit.checks.wording import metric_words, rows
from prefit.evidence import CurvePoint, Curves, Evidence
from prefit.finding import Finding

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
    How much the held-out score of the family to be trained scatters over repeated trainings of the largest size
    with more than one repeat, against its distance to the constant predictor and, with ``--require``, the
    distance of the forecast to the required score. Where `no-signal` or `target-out-of-reach` already say that
    the score falls short, it is silent.

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

    min_margin: float = Z90
    min_scatter: float = 0.05

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a warning when a single training may well end on the wrong side."""
        curves = evidence.curves
        assert curves is not None
        if chosen_forecast(curves) is None:
            yield not_fitted(self.id, curves)
            return
        point = _largest_repeated(curves)
        if point is None:
            yield Finding(
                check=self.id, status="skip", message=f"Family {curves.chosen!r} was trained once at every size."
            )
            return
        if not shows_signal(evidence, curves):
            return
        distances = self._distances(evidence, curves, point)
        barrier = min(distances, key=lambda name: distances[name], default=None)
        if barrier is None or distances[barrier] >= self.min_margin * point.held_out_std:
            return
        distance = distances[barrier]
        metric = metric_words(curves.metric)
        yield Finding(
            check=self.id,
            status="warn",
            message=f"The held-out {metric} of family {curves.chosen!r} is only {distance:.3f} above {barrier}, and "
            f"scatters by {point.held_out_std:.3f} from one training to the next ({point.repeats} trainings on "
            f"{rows(point.rows)}).",
            measured=distance / point.held_out_std,
            limit=self.min_margin,
            unit="standard deviations",
            why="The training that you run is one draw: it may fail although the average succeeds.",
            remedy="Average several trainings, `BaggingClassifier(model, n_estimators=10)`, regularize more, or "
            "collect rows.",
        )

    def _distances(self, evidence: Evidence, curves: Curves, point: CurvePoint) -> dict[str, float]:
        """Return how far the score is above what it must exceed, by name; what it misses is for other checks to say."""
        distances = {}
        if point.held_out_std >= self.min_scatter * (1 - curves.constant):
            distances["the constant predictor"] = point.held_out - curves.constant
        required = evidence.requirement
        if required is not None and required.metric == curves.metric:
            distances[f"the required {required.minimum:g}"] = (
                curves.forecasts[curves.chosen].held_out.mean - required.minimum
            )
        return {name: distance for name, distance in distances.items() if distance >= 0}


def _largest_repeated(curves: Curves) -> CurvePoint | None:
    points = [point for point in curves.curves[curves.chosen].points if point.repeats > 1]
    return max(points, key=lambda point: point.rows, default=None)
