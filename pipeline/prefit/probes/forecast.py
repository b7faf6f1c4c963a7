"""What will a model score after training on more rows? Curves fitted, averaged and continued, with honest intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.errors import UsageError
from prefit.evidence import Forecast
from prefit.probes.frame import Array
from prefit.probes.saturation import SaturatingFit, fit_saturating

__all__ = ["FittedCurves", "continue_curves", "extrapolate", "normal_quantile"]

BOUNDS = {
    "accuracy": (0.0, 1.0),
    "balanced_accuracy": (0.0, 1.0),
    "roc_auc": (0.0, 1.0),
    "skill": (-1.0, 1.0),
    "r2": (-1.0, 1.0),
}
"""Worst and best value of each metric."""

DISTANCE_ERROR = 0.014
"""Standard deviation that a forecast gains with each factor e of rows beyond the last size, whatever the fit says.

Chosen with the next one so that 90 % intervals hold the truth for 89 to 92 % of the accuracy curves of LCDB 1.0,
from 1/8, 1/4 and 1/2 of the rows (https://doi.org/10.1007/978-3-031-26419-1_1)."""

ILL_BEHAVED_ERROR = 0.028
"""The same where the curve does not saturate, or is too short to tell."""

CHUNK = 512
"""Curves fitted at a time: keeps the memory below 100 MB."""


@dataclass(frozen=True, slots=True)
class FittedCurves:
    """Curves on common sizes, ready to be read at any size.

    Attributes
    ----------
    fit : SaturatingFit
    last_size : float
    plateau : ndarray, shape (n_curves,)
        Where a curve is not to be continued (flat, dipping, or one size only): its value; NaN elsewhere.
    doubt : ndarray, shape (n_curves,)
        Standard deviation gained with each factor e of rows.
    luck : ndarray, shape (n_curves,)
        Standard deviation of one training about the mean of several.
    floor, cap : ndarray, shape (n_curves,)
        Bounds of the scores.
    """

    fit: SaturatingFit
    last_size: float
    plateau: Array
    doubt: Array
    luck: Array
    floor: Array
    cap: Array

    def at(self, size: float) -> tuple[Array, Array]:
        """Return the mean score of one training at a size, and its standard deviation, one per curve."""
        mean, between = self.fit.predict(size)
        held = ~np.isnan(self.plateau)
        if size >= self.last_size:
            mean = np.where(held, self.plateau, mean)
        beyond = max(0.0, float(np.log(size / self.last_size)))
        deviation = np.sqrt(between**2 + self.fit.error**2 + self.luck**2 + (self.doubt * beyond) ** 2)
        return np.clip(mean, self.floor, self.cap), deviation

    def gain(self, size: float, larger: float) -> tuple[Array, Array]:
        """Return the mean change of the score between two sizes, and its standard deviation, one per curve.

        The luck of trainings is not in it: it is the change of the mean of many.
        """
        mean, between = self.fit.difference(size, larger)
        held = ~np.isnan(self.plateau)
        return np.where(held, 0.0, mean), np.sqrt(between**2 + (self.doubt * np.log(larger / size)) ** 2)


def continue_curves(
    sizes: Array, scores: Array, *, luck: Array, floor: Array, cap: Array, rising: bool = True
) -> FittedCurves:
    """Fit curves and decide which of them may be continued.

    A curve that ends below an earlier size (a dip) or does not rise beyond its noise (flat) is held at its last values:
    extrapolating it would promise a gain that nothing shows. Points up to the bottom of an earlier dip are left out.

    Parameters
    ----------
    sizes : ndarray, shape (n_sizes,)
    scores : ndarray, shape (n_curves, n_sizes)
    luck, floor, cap : ndarray, shape (n_curves,)
    rising : bool, default True
        False for training scores, which may fall with the rows and are never held; of those that rise and then fall,
        the points before the peak are left out.
    """
    n_curves, n_sizes = scores.shape
    noise = _noise(sizes, scores)
    weights = np.tile(np.sqrt(sizes / sizes[-1]), (n_curves, 1))
    plateau = np.full(n_curves, np.nan)
    if n_sizes == 1:
        plateau = scores[:, -1].copy()
    elif rising:
        margin = np.maximum(0.01, 2 * noise)
        dipping = scores[:, :-1].max(axis=1) - scores[:, -1] > margin
        kept = _after_dip(scores, margin)
        first = np.take_along_axis(scores, kept.argmax(axis=1)[:, None], axis=1)[:, 0]
        flat = scores[:, -2:].mean(axis=1) - first < 2 * noise
        weights *= kept
        plateau = np.where(flat, scores[:, -3:].mean(axis=1), plateau)
        plateau = np.where(dipping, scores[:, -1], plateau)
    else:
        weights *= _after_peak(scores, np.maximum(0.01, 2 * noise))
    fit = fit_saturating(sizes, scores, weights, floor=floor, cap=cap, rising=rising)
    doubt = np.where(np.isnan(plateau) & (n_sizes > 3), DISTANCE_ERROR, ILL_BEHAVED_ERROR)
    return FittedCurves(fit, float(sizes[-1]), plateau, doubt, luck, floor, cap)


def extrapolate(
    sizes: Sequence[float] | Array,
    scores: Sequence[float] | Array,
    at: float | Sequence[float] | Array,
    *,
    train_scores: Sequence[float] | Array | None = None,
    scores_std: Sequence[float] | Array | None = None,
    metric: str = "accuracy",
    level: float = 0.9,
) -> Forecast:
    """What will the score be after one training on `at` rows?

    Saturating curves of five families (pow3, pow4, exp3, weibull and mmf) are fitted in closed form on a grid of
    shapes and averaged by how well they fit. A curve that dips or stays flat is held at its last values, never
    extrapolated upward.

    Parameters
    ----------
    sizes : array_like, shape (n_sizes,)
        Training rows, increasing.
    scores : array_like, shape (n_sizes,) or (n_curves, n_sizes)
        Held-out scores, means over repeats where there are any; greater is better.
    at : float or array_like, shape (n_at,)
        Rows of the training that is forecast.
    train_scores : array_like, shaped as `scores`, optional
        Scores on the training rows. Where they fall with the rows, held-out scores are not expected to pass the
        last of them.
    scores_std : array_like, shaped as `scores`, optional
        Standard deviation between repeats: the luck of one training, which the interval then contains.
    metric : {"accuracy", "balanced_accuracy", "roc_auc", "skill", "r2"}, default "accuracy"
        Says between which bounds the score lies.
    level : float, default 0.9
        Probability that the interval is to contain the score.

    Returns
    -------
    Forecast
        `mean`, `low` and `high`: floats for one curve and one size; else arrays of shape (n_curves,), (n_at,) or
        (n_curves, n_at). The luck of the rows that are scored is not in the interval.

    Raises
    ------
    UsageError
        If the arguments do not fit together or are not numbers.

    References
    ----------
    Viering and Loog (2023), The Shape of Learning Curves: a Review, https://doi.org/10.1109/TPAMI.2022.3220744

    Examples
    --------
    >>> forecast = extrapolate([16, 32, 64, 128, 256], [0.60, 0.68, 0.74, 0.78, 0.81], at=4096)
    >>> 0.82 < forecast.mean < 0.95 and forecast.low < forecast.mean < forecast.high
    True
    """
    size, score, wanted = _valid(sizes, scores, at, metric, level)
    curves = np.atleast_2d(score)
    floor, best = BOUNDS[metric]
    luck = _like(score, scores_std, "scores_std")
    train = _like(score, train_scores, "train_scores")
    cap = np.full(len(curves), best) if train is None else train_cap(curves, train, best)
    z = normal_quantile((1 + level) / 2)
    means, deviations = [], []
    for start in range(0, len(curves), CHUNK):
        part = slice(start, start + CHUNK)
        last_luck = np.zeros(len(curves[part])) if luck is None else luck[part, -1]
        fitted = continue_curves(
            size, curves[part], luck=last_luck, floor=np.full(len(last_luck), floor), cap=cap[part]
        )
        read = [fitted.at(float(rows)) for rows in np.atleast_1d(wanted)]
        means.append(np.stack([mean for mean, _ in read], axis=1))
        deviations.append(np.stack([deviation for _, deviation in read], axis=1))
    mean = np.concatenate(means).reshape(score.shape[:-1] + wanted.shape)
    deviation = np.concatenate(deviations).reshape(mean.shape)
    low, high = np.clip(mean - z * deviation, floor, best), np.clip(mean + z * deviation, floor, best)
    return Forecast(*(value.item() if value.ndim == 0 else value for value in (mean, low, high)))


def train_cap(scores: Array, train_scores: Array, best: float) -> Array:
    """Return the level that held-out scores are not expected to pass, one per curve.

    Training scores that fall with the rows and held-out scores that rise meet from two sides. Where training scores
    rise, as those of a network do that was stopped early, they say nothing.
    """
    falling = train_scores[:, -1] <= train_scores[:, 0]
    return np.where(falling, np.minimum(best, np.maximum(train_scores[:, -1], scores[:, -1]) + 0.01), best)


def normal_quantile(probability: float) -> float:
    """Return the quantile of the standard normal distribution."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(probability)


def _noise(sizes: Array, scores: Array) -> Array:
    """Estimate the standard error of the scores of each curve: how far points lie off the line of their neighbours."""
    if scores.shape[1] < 4:
        return np.full(len(scores), 0.01)
    log = np.log(sizes)
    share = (log[1:-1] - log[:-2]) / (log[2:] - log[:-2])
    off = scores[:, 1:-1] - (1 - share) * scores[:, :-2] - share * scores[:, 2:]
    size_of_error = np.median(np.abs(off) / np.sqrt(1 + share**2 + (1 - share) ** 2), axis=1) / 0.6745
    return np.asarray(np.maximum(size_of_error, 0.001))


def _after_dip(scores: Array, margin: Array) -> Array:
    """Return False for the points up to the bottom of a dip that the curve has left behind, else True."""
    below_peak = np.maximum.accumulate(scores, axis=1) - scores
    below_peak[:, -3:] = 0.0  # three points are needed to fit anything
    deep = below_peak.max(axis=1) > margin
    bottom = np.where(deep, below_peak.argmax(axis=1), -1)
    return np.asarray(np.arange(scores.shape[1]) > bottom[:, None])


def _after_peak(scores: Array, margin: Array) -> Array:
    """Return False for the points before the peak of a curve that rises and then falls, else True."""
    peak = scores.argmax(axis=1)
    top = scores.max(axis=1)
    turns = (top - scores[:, 0] > margin) & (top - scores[:, -1] > margin)
    start = np.where(turns, np.minimum(peak, max(scores.shape[1] - 3, 0)), 0)
    return np.asarray(np.arange(scores.shape[1]) >= start[:, None])


def _valid(sizes: Any, scores: Any, at: Any, metric: str, level: float) -> tuple[Array, Array, Array]:
    size, score, wanted = (np.asarray(values, dtype=np.float64) for values in (sizes, scores, at))
    if metric not in BOUNDS:
        raise UsageError(f"metric must be one of {', '.join(BOUNDS)}; got {metric!r}. Turn other scores into 'skill'.")
    if not 0 < level < 1:
        raise UsageError(f"level must lie between 0 and 1; got {level}. 0.9 is usual.")
    if size.ndim != 1 or not size.size or not np.isfinite(size).all() or size[0] <= 0 or (np.diff(size) <= 0).any():
        raise UsageError(f"sizes must be positive and increasing; got {size.tolist()}. Sort them and merge equal ones.")
    if score.ndim not in (1, 2) or score.shape[-1] != size.size:
        raise UsageError(
            f"scores must have one value per size ({size.size}); got shape {score.shape}. "
            "Pass (n_sizes,) or (n_curves, n_sizes)."
        )
    if not np.isfinite(score).all():
        raise UsageError("scores must be finite numbers; got NaN or infinity. Leave out the sizes that failed.")
    low, high = BOUNDS[metric]
    if score.size and (score.max() > high + 1e-6 or score.min() < low - 1e-6):
        raise UsageError(
            f"scores must lie between {low:g} and {high:g} for {metric}; got {score.min():g} to {score.max():g}. "
            "Pass fractions, not per cent."
        )
    if wanted.ndim > 1 or not np.isfinite(wanted).all() or (wanted <= 0).any():
        raise UsageError(
            f"at must be a positive number of rows, or several; got {wanted.tolist()}. Pass one or a list."
        )
    return size, score, wanted


def _like(scores: Array, values: Any, name: str) -> Array | None:
    """Return optional values as an array of shape (n_curves, n_sizes), if they match the scores."""
    if values is None:
        return None
    array = np.asarray(values, dtype=np.float64)
    if array.shape != scores.shape:
        raise UsageError(
            f"{name} must have the shape of scores {scores.shape}; got {array.shape}. Pass one value per score."
        )
    if not np.isfinite(array).all():
        raise UsageError(f"{name} must be finite numbers; got NaN or infinity. Leave out the sizes that failed.")
    return np.atleast_2d(array)
