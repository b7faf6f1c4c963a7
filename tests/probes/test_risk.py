"""Risks: probabilities that the shipped calibration gives to events, from plain to hopeless cases."""

import pytest

from prefit.evidence import CurvePoint, LearningCurve, Risks
from prefit.probes.calibration import Estimate, Facts, load_calibration
from prefit.probes.risk import moved, risks


def curve(off_modal_shares: list[float | None]) -> LearningCurve:
    """Return a curve at 16, 32, 64, ... rows with given shares of predictions off the most frequent class."""
    points = [
        CurvePoint(
            rows=16 * 2**k, train=0.9, held_out=0.8, train_std=0.01, held_out_std=0.01, repeats=3, fit_seconds=0.1,
            top_share=0.7, off_modal_share=share,
        )
        for k, share in enumerate(off_modal_shares)
    ]  # fmt: skip
    return LearningCurve(family="linear", points=tuple(points))


def facts(train: float, held_out: float, *, probed: float = 256) -> Facts:
    """Return what the probes say of a training on 320 rows, with small errors."""
    return Facts(
        family="linear", numbers=False, rows=320, probed=probed,
        train=Estimate(train, 0.02), held_out=Estimate(held_out, 0.02),
    )  # fmt: skip


def judged(train: float, held_out: float, best: float, shares: tuple[float | None, ...] = (0.6,) * 4) -> Risks:
    """Return the risks of a forecast with small errors."""
    calibration = load_calibration()
    return risks(calibration, facts(train, held_out), facts(1.0, best), curve(list(shares)))


def test_a_large_gap_is_overfitting() -> None:
    """A gap of 0.4 of the skill is nearly surely one of 0.1 or more; none is nearly surely not."""
    assert judged(1.0, 0.6, 0.6).overfitting > 0.9
    assert judged(0.8, 0.8, 0.8).overfitting < 0.1


def test_a_larger_gap_is_never_less_probable_overfitting() -> None:
    """Doubt is largest near the limit, and ends on either side."""
    said = [judged(0.7 + gap, 0.7, 0.7).overfitting for gap in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)]
    assert said == sorted(said)
    assert 0.1 < said[2] < 0.9


def test_a_family_below_the_best_underfits() -> None:
    """Training skill below what another family reaches unseen is underfitting."""
    assert judged(0.4, 0.4, 0.9).underfitting > 0.9
    assert judged(0.95, 0.9, 0.9).underfitting < 0.1


def test_constant_predictions_are_read_from_the_trend() -> None:
    """A model that stops predicting one class as the rows grow is no constant one; one that never does is."""
    assert judged(0.02, 0.0, 0.02, (0.0,) * 4).constant_prediction > 0.8
    assert judged(0.6, 0.5, 0.5, (0.0, 0.2, 0.4, 0.5)).constant_prediction < 0.05


def test_predictions_that_were_never_finite_say_nothing() -> None:
    """Where no prediction could be looked at, either is as probable."""
    assert moved(curve([None] * 4), 256) is None
    assert judged(0.6, 0.5, 0.5, (None,) * 4).constant_prediction == 0.5


@pytest.mark.parametrize("gap", [-1.0, 1.0])
def test_no_risk_is_certain(gap: float) -> None:
    """Nothing that a sample says is certain."""
    assert 0 < judged(0.5 + gap / 2, 0.5 - gap / 2, 0.5).overfitting < 1


def test_what_was_never_seen_adds_nothing() -> None:
    """Traits beyond those of all data sets that were learned from count as the farthest seen."""
    far, farther = (load_calibration().score("held_out", facts(1.0, 0.5, probed=probed)).std for probed in (1e-6, 1e-9))
    assert far == farther
    assert 0 < far < 10
