"""Risks: probabilities of the events that the forecast of both curves implies."""

import pytest

from prefit.evidence import CurvePoint, LearningCurve
from prefit.probes.risk import Estimate, constant_risk, risks


def curve(off_modal_shares: list[float]) -> LearningCurve:
    """Return a curve at 16, 32, 64, ... rows with given shares of predictions off the most frequent class."""
    points = [
        CurvePoint(
            rows=16 * 2**k, train=0.9, held_out=0.8, train_std=0.01, held_out_std=0.01, repeats=3, fit_seconds=0.1,
            top_share=0.7, off_modal_share=share,
        )
        for k, share in enumerate(off_modal_shares)
    ]  # fmt: skip
    return LearningCurve(family="linear", points=tuple(points))


def judged(train: float, held_out: float, best: float) -> object:
    """Return the risks of a forecast with small errors."""
    estimates = (Estimate(value, 0.02) for value in (train, held_out, best))
    return risks(curve([0.6] * 4), *estimates, constant=0.5, planned_rows=256)


def test_a_large_gap_is_overfitting() -> None:
    """A gap of 0.4 of the skill is nearly surely one of 0.1 or more; none is nearly surely not."""
    assert judged(1.0, 0.8, 0.8).overfitting > 0.95
    assert judged(0.8, 0.8, 0.8).overfitting < 0.05


def test_a_gap_at_the_limit_is_undecided() -> None:
    """Half of the cases at the limit are events."""
    assert judged(0.85, 0.80, 0.8).overfitting == pytest.approx(0.5, abs=0.01)


def test_a_family_below_the_best_underfits() -> None:
    """Training skill below what another family reaches unseen is underfitting."""
    assert judged(0.7, 0.7, 0.9).underfitting > 0.95
    assert judged(0.95, 0.9, 0.9).underfitting < 0.05


def test_constant_predictions_are_read_from_the_trend() -> None:
    """A model that stops predicting one class as the rows grow is no constant one; one that never does is."""
    assert constant_risk(curve([0.0, 0.0, 0.0, 0.0]), 256) > 0.9
    assert constant_risk(curve([0.0, 0.2, 0.4, 0.5]), 256) < 0.05


def test_no_risk_is_certain() -> None:
    """Nothing that a sample says is certain."""
    assert judged(0.8, 0.8, 0.8).overfitting > 0
    assert judged(1.0, 0.5, 0.5).overfitting < 1
