"""Curves fitted where they saturate, held where they do not, and ready to be read at any size."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.saturation import SaturatingFit, fit_saturating

__all__ = ["FittedCurves", "continue_curves", "normal_quantile", "scatter", "train_cap"]

DISTANCE_ERROR = 0.014
"""Standard deviation that a forecast gains with each factor e of rows beyond the last size, whatever the fit says.

Chosen with the next one so that 90 % intervals hold the truth for 88 to 92 % of the accuracy curves of LCDB 1.0,
from 1/8, 1/4 and 1/2 of the rows (https://doi.org/10.1007/978-3-031-26419-1_1).
"""

ILL_BEHAVED_ERROR = 0.028
"""The same where the curve does not saturate, or is too short to tell."""

LEAST_DIP = 0.01
"""A fall by less is not told from luck."""

FLAT_CLIMB = 0.02
"""A curve is flat if its climb from the first to the last size is below this, with the upper end of its interval."""


@dataclass(frozen=True, slots=True)
class FittedCurves:
    """Curves on common sizes, ready to be read at any size.

    Attributes
    ----------
    fit : SaturatingFit
    last_size : float
    plateau : ndarray, shape (n_curves,)
        Where a curve is not to be continued (flat, dipping, or one size only): its value; NaN elsewhere.
    shift : ndarray, shape (n_curves,)
        Residual at the last size, carried on: where no shape fits the small sizes, as with trees that cannot split so
        few rows, the mean would else start from a place that the curve has left.
    doubt : ndarray, shape (n_curves,)
        Standard deviation gained with each factor e of rows.
    floor, cap : ndarray, shape (n_curves,)
        Bounds of the scores.
    """

    fit: SaturatingFit
    last_size: float
    plateau: Array
    shift: Array
    doubt: Array
    floor: Array
    cap: Array

    def at(self, size: float) -> tuple[Array, Array]:
        """Return the mean score of many trainings at a size, and its standard deviation, one per curve."""
        mean, between = self.fit.predict(size)
        mean = mean + self.shift
        held = ~np.isnan(self.plateau)
        if size >= self.last_size:
            mean = np.where(held, self.plateau, mean)
        beyond = max(0.0, float(np.log(size / self.last_size)))
        deviation = np.sqrt(between**2 + self.fit.error**2 + (self.doubt * beyond) ** 2)
        return np.clip(mean, self.floor, self.cap), deviation

    def asymptote(self) -> tuple[Array, Array]:
        """Return the score with rows without end, and its standard deviation, one per curve."""
        level, between = self.fit.asymptote()
        return np.clip(level + self.shift, self.floor, self.cap), between

    def gain(self, size: float, larger: float) -> tuple[Array, Array]:
        """Return the mean change of the score between two sizes, and its standard deviation, one per curve."""
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
    luck : ndarray, shape (n_curves,)
        Standard deviation of one training about the mean of several, 0 where it is not known: a change is no larger
        than chance where it is smaller.
    floor, cap : ndarray, shape (n_curves,)
    rising : bool, default True
        False for training scores, which may fall with the rows and are never held; of those that rise and then fall,
        the points before the peak are left out.
    """
    n_curves, n_sizes = scores.shape
    noise = scatter(sizes, scores)
    # Points are means: they scatter less than single trainings.
    noise = np.where(luck > 0, np.minimum(noise, np.maximum(luck, 0.002)), noise)
    weights = np.tile(np.sqrt(sizes / sizes[-1]), (n_curves, 1))
    plateau = np.full(n_curves, np.nan)
    if n_sizes == 1:
        plateau = scores[:, -1].copy()
    elif rising:
        margin = np.maximum(LEAST_DIP, 2 * noise)
        kept = _after_dip(scores, margin)
        weights *= kept
        plateau = np.where(_is_flat(sizes, scores, kept), scores[:, -3:].mean(axis=1), plateau)
        plateau = np.where(_is_dipping(scores, margin), scores[:, -1], plateau)
    else:
        weights *= _after_peak(scores, np.maximum(0.01, 2 * noise))
    fit = fit_saturating(sizes, scores, weights, floor=floor, cap=cap, rising=rising)
    shift = scores[:, -1] - fit.predict(float(sizes[-1]))[0]
    doubt = np.where(np.isnan(plateau) & (n_sizes > 3), DISTANCE_ERROR, ILL_BEHAVED_ERROR)
    return FittedCurves(fit, float(sizes[-1]), plateau, shift, doubt, floor, cap)


def train_cap(scores: Array, train_scores: Array, best: float) -> Array:
    """Return the level that held-out scores are not expected to pass, one per curve.

    Training scores that fall with the rows and held-out scores that rise meet from two sides. Where training scores
    rise, as those of a network do that was stopped early, they say nothing.
    """
    falling = train_scores[:, -1] <= train_scores[:, 0]
    return np.where(falling, np.minimum(best, np.maximum(train_scores[:, -1], scores[:, -1]) + 0.01), best)


def normal_quantile(probability: float) -> float:
    """Return the quantile of the standard normal distribution."""
    return NormalDist().inv_cdf(probability)


def scatter(sizes: Array, scores: Array) -> Array:
    """Estimate the standard error of the scores of each curve: how far points lie off the line of their neighbours."""
    if scores.shape[1] < 4:
        return np.full(len(scores), 0.01)
    log = np.log(sizes)
    share = (log[1:-1] - log[:-2]) / (log[2:] - log[:-2])
    off = scores[:, 1:-1] - (1 - share) * scores[:, :-2] - share * scores[:, 2:]
    size_of_error = np.median(np.abs(off) / np.sqrt(1 + share**2 + (1 - share) ** 2), axis=1) / 0.6745
    return np.asarray(np.maximum(size_of_error, 0.001))


def _is_dipping(scores: Array, margin: Array) -> Array:
    """Return whether curves end below where they have been, by two sizes at either place where there are that many."""
    falls = scores[:, :-1].max(axis=1) - scores[:, -1] > margin
    if scores.shape[1] < 4:
        return np.asarray(falls)
    pairs = (scores[:, 1:] + scores[:, :-1]) / 2
    return np.asarray(falls & (pairs[:, :-1].max(axis=1) - pairs[:, -1] > margin))


def _is_flat(sizes: Array, scores: Array, kept: Array) -> Array:
    """Return whether curves are sure to climb by less than matters: not merely whether a climb is not proved."""
    log = np.log2(sizes)
    count = kept.sum(axis=1)
    away = np.where(kept, log - (kept * log).sum(axis=1, keepdims=True) / count[:, None], 0.0)
    squares = (away**2).sum(axis=1)
    slope = (away * scores).sum(axis=1) / np.maximum(squares, 1e-12)
    off = np.where(
        kept, scores - (kept * scores).sum(axis=1, keepdims=True) / count[:, None] - slope[:, None] * away, 0
    )
    error = np.sqrt((off**2).sum(axis=1) / np.maximum(count - 2, 1) / np.maximum(squares, 1e-12))
    span = log[-1] - log[kept.argmax(axis=1)]
    return np.asarray((count > 3) & ((slope + normal_quantile(0.95) * error) * span < FLAT_CLIMB))


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
