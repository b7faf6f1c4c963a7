"""What curves of all shapes are continued to: dips, peaks and flats are never promised to rise."""

import numpy as np
import pytest

from prefit.evidence import CurvePoint, LearningCurve
from prefit.probes.calibration import Estimate, load_calibration
from prefit.probes.foresight import Foresight, foresee

SIZES = [16 * 2**k for k in range(8)]
RISING = [0.9 - 0.35 * (size / 16) ** -0.5 for size in SIZES]
SHAPES = {
    "a dip at the end": [*RISING[:6], RISING[5] - 0.06, RISING[5] - 0.08],
    "a dip from early on": [0.60, 0.70, 0.74, 0.72, 0.69, 0.66, 0.64, 0.62],
    "flat": [0.702, 0.699, 0.701, 0.700, 0.702, 0.699, 0.701, 0.700],
    "flat at chance": [0.51, 0.49, 0.50, 0.505, 0.498, 0.501, 0.499, 0.500],
    "flat after a rise": [0.60, 0.72, 0.750, 0.752, 0.749, 0.751, 0.750, 0.751],
}


def seen(scores: list[float], *, train: float = 0.95, planned: int = 2048, family: str = "linear") -> Foresight:
    """Forecast a family of which these scores were seen."""
    points = tuple(
        CurvePoint(
            rows=size, train=max(train, score), held_out=score, train_std=0.003, held_out_std=0.004, repeats=5,
            fit_seconds=0.1, top_share=0.5, off_modal_share=0.7,
        )
        for size, score in zip(SIZES, scores, strict=True)
    )  # fmt: skip
    curve = LearningCurve(family=family, points=points, row_variance=0.2, held_out_rows=2500)
    return foresee({family: curve}, metric="balanced_accuracy", constant=0.5, planned_rows=planned, given_rows=2500)


@pytest.mark.parametrize("family", ["linear", "boosting", "forest", "neural", "mine"])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_does_not_rise_is_not_extrapolated_upward(shape: str, family: str) -> None:
    """Neither four nor forty times the rows are said to score above where the curve stands."""
    scores = SHAPES[shape]
    for planned in (8192, 81_920):
        forecast = seen(scores, planned=planned, family=family).forecasts[family]
        stands = max(scores[-3:]) if shape.startswith("flat") else scores[-1]
        assert all(at.mean <= stands + 0.004 for _, at in forecast.at)
        assert forecast.gain_of_doubling.mean <= 0.002


def test_what_rises_is_extrapolated_upward() -> None:
    """The caution is for shapes that do not: a plain curve is expected to go on."""
    forecast = seen(RISING, planned=20_480).forecasts["linear"]
    assert RISING[-1] + 0.005 < forecast.held_out.mean < 0.92


def test_a_peak_that_was_passed_does_not_bend_what_follows() -> None:
    """A score that falls where rows are as many as columns, and recovers, is left out."""
    scores = RISING.copy()
    scores[2] = 0.45
    plain, peaked = (seen(each, planned=8192).forecasts["linear"].held_out.mean for each in (RISING, scores))
    assert peaked == pytest.approx(plain, abs=0.03)


def test_intervals_widen_with_the_distance() -> None:
    """What lies farther beyond the probes is less sure."""
    widths = [seen(RISING, planned=planned).forecasts["linear"].held_out for planned in (4096, 16_384, 65_536)]
    assert np.all(np.diff([width.high - width.low for width in widths]) > 0)


def test_the_ceiling_is_unknown_while_scores_climb_fast() -> None:
    """What a straight climb is heading for is anybody's guess."""
    assert seen([0.5 + 0.02 * k * k / 7 for k in range(8)], train=1.0).ceiling is None


def test_the_ceiling_is_no_lower_than_what_is_nearly_reached() -> None:
    """More climb ahead puts the ceiling higher, and makes it less sure."""
    flat, steep = (load_calibration().ceiling.interval(Estimate(0.6, 0.03), far) for far in (0.6, 0.7))
    assert sum(flat) == pytest.approx(1.2)
    assert sum(steep) > sum(flat)
    assert steep[1] - steep[0] > flat[1] - flat[0]


def test_the_ceiling_is_unknown_without_a_signal() -> None:
    """A curve at the constant predictor's score says nothing of what may be above it."""
    assert seen(SHAPES["flat at chance"]).ceiling is None
    low, high = seen(RISING).ceiling
    assert low < 0.9 < high
