"""Balanced accuracy and R² of predictions, each with the variance that comes from the rows it was measured on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Score", "metric_name", "predicted_shares", "score", "skill"]


@dataclass(frozen=True, slots=True)
class Score:
    """A score, and its variance over blocks of `n_rows` rows like the one that it was measured on."""

    value: float
    variance: float
    n_rows: int


def metric_name(n_classes: int) -> str:
    """Return the name of the score: balanced accuracy for classes, R² for numbers."""
    return "balanced_accuracy" if n_classes else "r2"


def skill(value: float, constant: float) -> float:
    """Return the share of the way from the constant predictor to the perfect one."""
    return (value - constant) / (1 - constant)


def score(target: Array, predicted: Array, n_classes: int) -> Score:
    """Score predictions by balanced accuracy (`n_classes` > 0) or R² cut at -1.

    The variance is binomial within each class, with one success and one failure added, so that it is not 0 for
    a perfect score on few rows; for R² it is that of the mean of squared errors relative to squared deviations.
    """
    n = len(target)
    if not n_classes:
        squares = (target - predicted) ** 2
        deviations = (target - target.mean()) ** 2
        if not np.isfinite(squares).all():
            return Score(-1.0, 0.0, n)
        unexplained = squares.mean() / max(deviations.mean(), 1e-300)
        influence = (squares - unexplained * deviations) / max(deviations.mean(), 1e-300)
        return Score(max(-1.0, 1 - float(unexplained)), min(1.0, float(influence.var()) / n), n)
    counts = np.bincount(target, minlength=n_classes)
    hits = np.bincount(target[target == predicted], minlength=n_classes)
    there = counts > 0
    counts, hits = counts[there], hits[there]
    smoothed = (hits + 1) / (counts + 2)
    variance = float((smoothed * (1 - smoothed) / counts).sum()) / len(counts) ** 2
    return Score(float((hits / counts).mean()), variance, n)


def predicted_shares(target: Array, predicted: Array) -> tuple[float, float]:
    """Return how much of the predictions is their most frequent class, and how much of the other classes escapes it.

    Returns
    -------
    top_share : float
        Share of the rows that get the most frequent predicted class.
    off_modal_share : float
        Of the rows whose class is another one, the share that gets another prediction; 0 if there are none.
    """
    mode = int(np.bincount(predicted).argmax())
    others = target != mode
    escaped = float((predicted[others] != mode).mean()) if others.any() else 0.0
    return float((predicted == mode).mean()), escaped
