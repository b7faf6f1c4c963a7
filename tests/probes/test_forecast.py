"""Forecasts: curves are continued where they saturate, held where they do not, and intervals are honest."""

import numpy as np
import pytest

from prefit import extrapolate
from prefit.errors import UsageError
from prefit.probes.continuation import continue_curves

SIZES = np.array([16, 23, 32, 46, 64, 91, 128, 182, 256])


def power_law(sizes: np.ndarray, top: float = 0.9, height: float = 0.4, exponent: float = 0.5) -> np.ndarray:
    """Return a saturating curve."""
    return top - height * (sizes / 16) ** -exponent


@pytest.mark.parametrize("exponent", [0.3, 0.5, 1.0])
def test_a_power_law_is_continued(exponent: float) -> None:
    """The forecast at 16 times the rows is near the truth, and the interval holds it."""
    forecast = extrapolate(SIZES, power_law(SIZES, exponent=exponent), 4096)
    truth = power_law(np.array(4096), exponent=exponent)
    assert forecast.mean == pytest.approx(truth, abs=0.02)
    assert forecast.low < truth < forecast.high


def test_intervals_of_noisy_curves_hold_the_truth() -> None:
    """Of 200 noisy power laws, the 90 % interval holds the truth for 85 % at least."""
    rng = np.random.default_rng(0)
    tops, exponents = rng.uniform(0.7, 0.95, 200), rng.uniform(0.3, 1.2, 200)
    clean = np.stack([power_law(SIZES, top, 0.3, e) for top, e in zip(tops, exponents, strict=True)])
    noise = rng.normal(size=clean.shape) * 0.04 * np.sqrt(16 / SIZES)
    forecast = extrapolate(SIZES, clean + noise, 2048)
    truth = np.array([power_law(np.array(2048), top, 0.3, e) for top, e in zip(tops, exponents, strict=True)])
    assert ((forecast.low <= truth) & (truth <= forecast.high)).mean() >= 0.85


def test_many_curves_at_once_equal_one_at_a_time() -> None:
    """Vectorized forecasts are the same forecasts."""
    curves = np.stack([power_law(SIZES), power_law(SIZES, 0.8, 0.2), np.full(9, 0.6)])
    together = extrapolate(SIZES, curves, [256, 1024])
    assert together.mean.shape == (3, 2)
    alone = extrapolate(SIZES, curves[1], 1024)
    assert together.mean[1, 1] == pytest.approx(alone.mean, abs=1e-9)
    assert together.high[1, 1] == pytest.approx(alone.high, abs=1e-9)


def test_a_flat_curve_is_held() -> None:
    """No gain is promised where none was seen."""
    scores = 0.6 + 0.01 * np.array([1, -1, 1, -1, 1, -1, 1, -1, 1])
    assert extrapolate(SIZES, scores, 100_000).mean == pytest.approx(0.6, abs=0.01)


def test_a_dipping_curve_is_not_extrapolated_upward() -> None:
    """A curve that ends below an earlier size is not promised to come back."""
    scores = np.array([0.6, 0.7, 0.78, 0.8, 0.8, 0.79, 0.77, 0.75, 0.72])
    assert 0.65 < extrapolate(SIZES, scores, 4096).mean <= 0.72


def test_a_dip_left_behind_does_not_bend_the_forecast() -> None:
    """Points up to the bottom of an early dip are left out."""
    scores = power_law(SIZES)
    scores[:3] = [0.8, 0.65, 0.45]
    assert extrapolate(SIZES, scores, 4096).mean == pytest.approx(power_law(np.array(4096)), abs=0.03)


def test_a_late_start_does_not_pull_the_forecast_below_the_last_score() -> None:
    """Trees that cannot split the smallest samples start flat and then rise: the forecast goes on from the end."""
    scores = np.array([0.0, 0.0, 0.0, 0.45, 0.60, 0.68, 0.73, 0.77, 0.80])
    assert extrapolate(SIZES, scores, 512, metric="r2").mean > 0.80


def test_one_size_gives_its_score_and_a_wide_interval() -> None:
    """One point says where the curve is, and nothing about where it goes."""
    forecast = extrapolate([100], [0.7], 1000)
    assert forecast.mean == pytest.approx(0.7)
    assert forecast.high - forecast.low > 0.1


def test_the_interval_widens_with_the_distance() -> None:
    """Farther is less sure."""
    near, far = (extrapolate(SIZES, power_law(SIZES), at) for at in (512, 8192))
    assert far.high - far.low > near.high - near.low


def test_the_interval_widens_with_the_scatter_between_repeats() -> None:
    """A curve that owes more to luck says less."""
    calm, lucky = (extrapolate(SIZES, power_law(SIZES), 2048, scores_std=np.full(9, std)) for std in (0.005, 0.1))
    assert lucky.high - lucky.low > calm.high - calm.low


def test_the_interval_widens_with_its_level() -> None:
    """To be right more often, more has to be allowed."""
    narrow, wide = (extrapolate(SIZES, power_law(SIZES), 2048, level=level) for level in (0.5, 0.95))
    assert wide.low < narrow.low < narrow.mean < narrow.high < wide.high


def test_falling_training_scores_cap_the_forecast() -> None:
    """Held-out scores do not pass training scores that come down to meet them."""
    scores, train = power_law(SIZES, 0.95, 0.3, 0.15), np.linspace(0.95, 0.80, 9)
    assert extrapolate(SIZES, scores, 10**6, train_scores=train).mean <= 0.82


def test_training_scores_that_rise_and_fall_are_continued_downward() -> None:
    """Boosting cannot split 16 rows, then learns all by heart, then meets the held-out scores."""
    scores = np.array([[0.0, 0.2, 0.8, 0.97, 0.97, 0.95, 0.93, 0.91, 0.89]])
    bounds = {"luck": np.zeros(1), "floor": np.full(1, 0.7), "cap": np.ones(1)}
    mean, _ = continue_curves(SIZES.astype(float), scores, **bounds, rising=False).at(512.0)
    assert 0.7 <= mean[0] <= 0.89


@pytest.mark.parametrize(
    ("sizes", "scores", "message"),
    [
        ([16, 32], [0.5], "one value per size"),
        ([32, 16], [0.5, 0.6], "increasing"),
        ([], [], "positive and increasing"),
        ([16, 32], [0.5, float("nan")], "finite"),
        ([16, 32], [50, 60], "Pass fractions, not per cent"),
        ([16, 32], ["good", "better"], "scores must be numbers"),
        ([16, 32], np.empty((0, 2)), "hold a curve at least"),
    ],
)
def test_senseless_arguments_are_refused(sizes: list[float], scores: list[float], message: str) -> None:
    """Each mistake has a message that says what to do."""
    with pytest.raises(UsageError, match=message):
        extrapolate(sizes, scores, 100)


@pytest.mark.parametrize("at", [[], -1, [[100.0]], float("nan")])
def test_senseless_rows_are_refused(at: object) -> None:
    """Rows to forecast are positive numbers, one at least."""
    with pytest.raises(UsageError, match="at must be a positive number of rows"):
        extrapolate([16, 32], [0.5, 0.6], at)


def test_negative_deviations_are_refused() -> None:
    """A standard deviation is no change."""
    with pytest.raises(UsageError, match="must not be negative"):
        extrapolate([16, 32], [0.5, 0.6], 100, scores_std=[0.1, -0.1])


def test_the_learner_counts() -> None:
    """Networks are known to climb on where perceptrons do not."""
    network, perceptron = (
        extrapolate(SIZES, power_law(SIZES), 2048, learner=learner).mean for learner in ("MLPClassifier", "Perceptron")
    )
    assert network > perceptron


def test_a_learner_that_is_not_known_is_refused() -> None:
    """A name that says nothing is told from one that does."""
    with pytest.raises(UsageError, match=r"learner must be one of SVC_linear, .* got 'RandomForest'"):
        extrapolate(SIZES, power_law(SIZES), 2048, learner="RandomForest")


def test_senseless_options_are_refused() -> None:
    """Unknown metrics, levels and shapes are named."""
    for options in ({"metric": "lift"}, {"level": 90}, {"scores_std": [0.1, 0.2]}, {"train_scores": [float("nan")]}):
        with pytest.raises(UsageError):
            extrapolate([16], [0.5], 100, **options)
