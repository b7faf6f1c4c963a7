"""Ill-behaved curves are told before they are fitted: proven flats and dips are held, noise and one bad score not."""

import numpy as np

from prefit.probes.continuation import FittedCurves, continue_curves
from prefit.probes.saturation import fit_saturating

SIZES = np.array([16.0, 23, 32, 46, 64, 91, 128, 182, 256])
RISING = 0.9 - 0.4 * (SIZES / 16) ** -0.5


def continued(scores: np.ndarray) -> FittedCurves:
    """Continue one curve of accuracies."""
    return continue_curves(SIZES, scores[None], luck=np.zeros(1), floor=np.zeros(1), cap=np.ones(1))


def test_a_curve_that_is_sure_to_climb_little_is_held() -> None:
    """Flat is what is proved to be flat: 0.5 with noise of 0.003 is."""
    wobble = 0.003 * np.array([1, -1, 0, 1, -1, 1, 0, -1, 1])
    assert continued(0.5 + wobble).at(10_000.0)[0][0] <= 0.502


def test_a_curve_whose_noise_hides_a_climb_is_not_called_flat() -> None:
    """Nothing is proved by scores that scatter by 0.06."""
    scatter = 0.06 * np.array([1, -1, 1, -1, 1, -1, 1, -1, 1])
    assert np.isnan(continued(0.6 + scatter).plateau[0])


def test_a_curve_that_ends_in_two_worse_scores_is_held() -> None:
    """A dip is there at more than one size."""
    scores = RISING.copy()
    scores[-2:] = 0.7
    assert continued(scores).plateau[0] == 0.7


def test_one_bad_score_at_the_end_is_no_dip() -> None:
    """The last score alone may be bad luck."""
    scores = RISING.copy()
    scores[-1] -= 0.012
    assert np.isnan(continued(scores).plateau[0])


def test_a_peak_that_was_passed_is_left_out() -> None:
    """What a curve does where rows are as many as columns does not bend what it does beyond."""
    scores = RISING.copy()
    scores[2] = 0.40
    assert abs(continued(scores).at(4096.0)[0][0] - (0.9 - 0.4 * 256**-0.5)) < 0.03


def test_families_of_shapes_can_be_told_apart() -> None:
    """Each of the five families has its own mean; that of all lies between them."""
    bounds = {"floor": np.zeros(1), "cap": np.ones(1)}
    fit = fit_saturating(SIZES, RISING[None], np.ones((1, 9)), **bounds, rising=True)
    families, mean = fit.by_family(4096.0), fit.predict(4096.0)[0]
    assert families.shape == (1, 5)
    assert families.min() - 1e-12 <= mean[0] <= families.max() + 1e-12
