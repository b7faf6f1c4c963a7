"""Balanced accuracy and R² of predictions, each with the variance that comes from the rows it was measured on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Score", "metric_name", "pooled", "predicted_shares", "score", "skill"]


@dataclass(frozen=True, slots=True)
class Score:
    """A score, and its variance over blocks of `n_rows` rows like the one that it was measured on.

    `tally` is what it was computed from, such that scores of several blocks can be pooled: hits and rows of each class,
    shape (2, n_classes), or mean, sum of squared deviations and sum of squared errors of a number.
    """

    value: float
    variance: float
    n_rows: int
    tally: Array


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
    if n_classes:
        counts = np.bincount(target, minlength=n_classes)
        return _of_classes(np.array([np.bincount(target[target == predicted], minlength=n_classes), counts]))
    squares = (target - predicted) ** 2
    deviations = (target - target.mean()) ** 2
    tally = np.array([target.mean(), deviations.sum(), squares.sum()])
    if not np.isfinite(squares).all():
        return Score(-1.0, 0.0, n, tally)
    unexplained = squares.mean() / max(deviations.mean(), 1e-300)
    influence = (squares - unexplained * deviations) / max(deviations.mean(), 1e-300)
    return Score(max(-1.0, 1 - float(unexplained)), min(1.0, float(influence.var()) / n), n, tally)


def pooled(scores: Sequence[Score], n_classes: int) -> Score:
    """Score several blocks as one: few rows of a class, or of a number, in each of them do no harm then.

    A mean of their scores would be too high where a block lacks a class, and too low where the rows of a block scatter
    less about their own mean than about that of all rows.
    """
    if n_classes:
        return _of_classes(np.sum([one.tally for one in scores], axis=0))
    rows = np.array([one.n_rows for one in scores])
    means, deviations, squares = np.array([one.tally for one in scores]).T
    total = float(rows.sum())
    about_all = deviations.sum() + (rows * (means - (rows @ means) / total) ** 2).sum()
    tally = np.array([(rows @ means) / total, about_all, squares.sum()])
    variance = float(rows**2 @ [one.variance for one in scores]) / total**2
    with np.errstate(invalid="ignore"):
        value = 1 - tally[2] / max(tally[1], 1e-300)
    return Score(float(value) if value > -1 else -1.0, variance, int(total), tally)


def _of_classes(tally: Array) -> Score:
    hits, counts = tally[:, tally[1] > 0]
    smoothed = (hits + 1) / (counts + 2)
    variance = float((smoothed * (1 - smoothed) / counts).sum()) / len(counts) ** 2
    return Score(float((hits / counts).mean()), variance, int(counts.sum()), tally)


def predicted_shares(target: Array, predicted: Array) -> tuple[float, float | None]:
    """Return how much of the predictions is their most frequent class, and how much of the other classes escapes it.

    Returns
    -------
    top_share : float
        Share of the rows that get the most frequent predicted class.
    off_modal_share : float or None
        Of the rows whose class is another one, the share that gets another prediction; None if there are none.
    """
    mode = int(np.bincount(predicted).argmax())
    others = target != mode
    escaped = float((predicted[others] != mode).mean()) if others.any() else None
    return float((predicted == mode).mean()), escaped
