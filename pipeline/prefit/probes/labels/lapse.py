"""How many labels are wrong, told apart from classes that overlap.

Where classes overlap, a good model disagrees with right labels; but the surer it is of a row, the less it does. Wrong
labels are met with at the same rate however sure the model is. So the share of rows whose label the model predicts is
taken as a psychometric function of its sureness, with a lapse rate (Wichmann & Hill 2001, doi:10.3758/BF03194544):

    P(agrees | t) = (1 - r) q(t) + r / (K - 1) (1 - q(t)),    q(t) = Phi(a + c t^g)

The lapse rate r, where the curve levels off, is the noise rate among K classes; 1 - q is the ambiguity. Of the sureness
only its rank counts: t is the quantile of the half-normal distribution that a row has by its rank, which is how the
distance from the boundary is distributed where classes are normal. Then g = 1, a = 0, and c tells how far the classes
lie apart; the prior leaves some room for others, and Phi is the normal or the logistic distribution, whose tails are
heavier. The posterior of r is summed over a grid of a, c, g and both, whence the interval: it is wide where the curve
does not level off within the rows, as nothing then tells one from the other. A part of the prior is at r = 0: most of
the labels that are looked at are right. What the curve cannot tell at all is added by
:mod:`prefit.probes.labels.doubt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.labels.doubt import CLEAN, LEAST_RATE, ambiguity_of, doubted, estimate, is_learnt, widened

__all__ = ["Fit", "Noise", "noise_of"]

RATES = np.concatenate([[0.0], np.geomspace(0.0005, 0.02, 12), np.arange(0.0225, 0.6, 0.005)])
USUAL = 1.0
"""The density of rates above zero falls as 1 / (r + 1), as small rates are more usual than large ones."""

NEARLY_NONE = 0.005
PROBABLE = 0.5

MOST_WRONG = 0.9
"""No rate is larger than this share of that of labels drawn at random, which nothing can be learnt from."""

MOST_CURVES = 50
"""With more classes one curve is fitted for all of them: each has too few rows, and takes as long as the whole."""

BINS = 60
FEWEST_IN_BIN = 5
DRAWS = 4_000

OFFSETS = np.array([-0.2, 0.0, 0.2])
DISTANCES = np.geomspace(0.1, 30.0, 28)
POWERS = np.array([0.8, 1.0, 1.25])
"""Grid of a, c and g."""

LOGISTIC_SCALE = 1.702
"""Stretches the logistic distribution so that it is nearest to the normal one."""

OFFSET_SD, POWER_SD = 0.15, 0.2
"""Standard deviations of the normal priors of a and of log g; that of log c is flat."""

LEAST = 1e-3
"""Probabilities are not taken for smaller than this."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One curve: what it says of the rate, and of a label from how sure the model is of the row.

    Attributes
    ----------
    posterior : ndarray of float, shape (n_rates,)
        Of RATES.
    evidence : float
        Log of how well curves of this shape explain the rows.
    edges : ndarray of float, shape (n_bins - 1,)
        Sureness at which one bin ends and the next begins.
    chance : ndarray of float, shape (2, n_bins)
        How probably a label is wrong where the model disagrees, and where it agrees.
    """

    posterior: Array
    evidence: float
    edges: Array
    chance: Array

    @property
    def clean(self) -> float:
        """How probable it is that next to no label is wrong."""
        return float(self.posterior[RATES < NEARLY_NONE].sum())

    def draws(self, rng: np.random.Generator) -> Array:
        """Draw rates from the posterior, anywhere between those of the grid."""
        return np.asarray(np.interp(rng.random(DRAWS), np.cumsum(self.posterior), RATES, left=0.0))

    def wrong(self, sureness: Array, agrees: Array) -> Array:
        """Return how probably each label is wrong."""
        return np.asarray(self.chance[agrees.astype(int), np.searchsorted(self.edges, sureness)])


@dataclass(frozen=True, slots=True)
class Noise:
    """The rate of wrong labels, and what is known of each row from the sureness of the model.

    Attributes
    ----------
    mean : float
        The rate: the median of the posterior, drawn to zero as far as the rows leave open whether any label is wrong.
    low, high : float
        Its 90 % interval.
    ambiguity : float
        Share of right labels that are not predicted.
    wrong : ndarray of float, shape (n_rows,)
        Probability that the label of each row is wrong.
    draws : ndarray of float
        Rates drawn from the posterior.
    plateau : float
        The rate that the curve alone lets expect, were there no doubt that its plateau is noise: of rates above zero
        where these are more probable than none.
    whole, parts : Fit, mapping of predicted class to Fit
        The curve of all rows, and those of the rows of which each class is predicted.
    share_of_whole : float
        How much the first counts.
    """

    mean: float
    low: float
    high: float
    ambiguity: float
    wrong: Array
    draws: Array
    plateau: float
    whole: Fit
    parts: Mapping[int, Fit]
    share_of_whole: float

    def judge(self, probabilities: Array, target: Array) -> Array:
        """Return how probably the label of other rows is wrong."""
        sureness, predicted = _sureness(probabilities)
        agrees = predicted == target
        wrong = self.share_of_whole * self.whole.wrong(sureness, agrees)
        for number in np.unique(predicted):
            rows = predicted == number
            fit = self.parts.get(int(number), self.whole)
            wrong[rows] += (1 - self.share_of_whole) * fit.wrong(sureness[rows], agrees[rows])
        return wrong


def noise_of(probabilities: Array, target: Array, seed: int = 0) -> Noise:
    """Estimate the noise rate from out-of-fold class probabilities.

    One curve for all rows competes with one for each predicted class: which counts how much follows from how well they
    explain the rows. With a curve each, noise that only some classes have is not averaged with the certainty of others.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n_rows, n_classes)
    target : ndarray of int, shape (n_rows,)
        Given class numbers.
    seed : int
    """
    n, n_classes = probabilities.shape
    rng = np.random.default_rng(seed)
    sureness, predicted = _sureness(probabilities)
    agrees = predicted == target
    whole = _fitted(sureness, agrees, n_classes)
    numbers = np.unique(predicted) if n_classes <= MOST_CURVES else ()
    rows_of = {int(number): np.flatnonzero(predicted == number) for number in numbers}
    parts = {number: _fitted(sureness[rows], agrees[rows], n_classes) for number, rows in rows_of.items()}
    odds = np.clip(sum(fit.evidence for fit in parts.values()) - whole.evidence, -50, 50)
    share_of_whole = float(1 / (1 + np.exp(odds))) if parts else 1.0
    by_class = sum((len(rows_of[number]) / n * fit.draws(rng) for number, fit in parts.items()), np.zeros(DRAWS))
    drawn = np.where(rng.random(DRAWS) < share_of_whole, whole.draws(rng), by_class)
    noise = Noise(0.0, 0.0, 0.0, 0.0, np.zeros(n), drawn, 0.0, whole, parts, share_of_whole)
    wrong = noise.judge(probabilities, target)
    ambiguity, of_class = ambiguity_of(np.where(agrees, 0.0, 1 - wrong), predicted, n_classes)
    above = drawn >= LEAST_RATE
    plateau = float(drawn[above].mean() if above.mean() >= PROBABLE else drawn.mean())
    drawn = doubted(drawn, max(ambiguity, of_class) if is_learnt(predicted, target) else 1.0, n, rng)
    one_sided = (1 - share_of_whole) * max((fit.clean for fit in parts.values()), default=0.0)
    low, high = (float(value) for value in np.quantile(widened(drawn, ambiguity, one_sided, rng), [0.05, 0.95]))
    return replace(
        noise,
        mean=estimate(drawn),
        low=low,
        high=high,
        ambiguity=ambiguity,
        wrong=wrong,
        draws=drawn,
        plateau=plateau,
    )


def _sureness(probabilities: Array) -> tuple[Array, Array]:
    """Return how much more probable the first class is than the second, in logs, and which class it is."""
    ranked = np.partition(np.clip(probabilities, LEAST, 1.0), -2, axis=1)
    return np.log(ranked[:, -1]) - np.log(ranked[:, -2]), probabilities.argmax(axis=1)


def _fitted(sureness: Array, agrees: Array, n_classes: int) -> Fit:
    """Sum the posterior over the grid."""
    from scipy.special import ndtri

    n = len(sureness)
    order = np.argsort(sureness, kind="stable")
    bins = np.array_split(order, max(1, min(BINS, n // FEWEST_IN_BIN)))
    distance = np.empty(n)
    distance[order] = ndtri((1 + (np.arange(n) + 0.5) / n) / 2)
    right, log_prior = _curves(np.array([distance[rows].mean() for rows in bins]), n_classes)
    hits = np.array([agrees[rows].sum() for rows in bins])
    misses = np.array([len(rows) for rows in bins]) - hits
    likelihood = np.full((len(RATES), len(right)), -np.inf)
    possible = np.flatnonzero(MOST_WRONG * (1 - 1 / n_classes) > RATES)
    for place, rate in zip(possible, RATES[possible], strict=True):
        met = np.clip((1 - rate) * right + rate / (n_classes - 1) * (1 - right), 1e-9, 1 - 1e-9)
        likelihood[place] = np.log(met) @ hits + np.log1p(-met) @ misses
    joint = likelihood + log_prior + np.log(_RATE_PRIOR)[:, None]
    top = joint.max()
    weights = np.exp(joint - top)
    evidence = float(top + np.log(weights.sum()))
    weights /= weights.sum()
    return Fit(
        posterior=weights.sum(axis=1),
        evidence=evidence,
        edges=np.array([sureness[rows].max() for rows in bins[:-1]]),
        chance=_chance_of_wrong(right, weights, n_classes),
    )


def _curves(t: Array, n_classes: int) -> tuple[Array, Array]:
    """Return q of every point of the grid at the distances `t`, shape (grid, bins), and the logs of their priors.

    Curves are normal or logistic. Where the model is not sure at all, q is a half if it wavers between two classes, and
    one in n if it wavers between all of them.
    """
    from scipy.special import expit, ndtr

    reached = _A[:, None] + _C[:, None] * t ** _G[:, None]
    rising = np.vstack([ndtr(reached), expit(LOGISTIC_SCALE * reached)])
    floors = np.unique([1 / 2, 1 / n_classes])
    curves = np.vstack([np.clip(floor + (1 - floor) * (2 * rising - 1), 0.0, 1.0) for floor in floors])
    return curves, np.tile(_LOG_PRIOR, len(floors)) - np.log(len(floors))


def _chance_of_wrong(right: Array, weights: Array, n_classes: int) -> Array:
    """Return how probably a label is wrong in each bin, shape (2, bins): model disagrees, model agrees."""
    chance = np.zeros((2, right.shape[1]))
    for rate, weight in zip(RATES, weights, strict=True):
        hit_by_luck = rate / (n_classes - 1) * (1 - right)
        met = (1 - rate) * right + hit_by_luck
        chance[1] += weight @ (hit_by_luck / np.maximum(met, 1e-9))
        mistaken = rate * right + hit_by_luck * (n_classes - 2)
        chance[0] += weight @ np.minimum(mistaken / np.maximum(1 - met, 1e-9), 1.0)
    return chance


_A, _C, _G = (axis.ravel() for axis in np.meshgrid(OFFSETS, DISTANCES, POWERS, indexing="ij"))


def _log_prior() -> Array:
    log = np.tile(-0.5 * (_A / OFFSET_SD) ** 2 - 0.5 * (np.log(_G) / POWER_SD) ** 2, 2)
    return np.asarray(log - np.log(np.exp(log).sum()))


def _rate_prior() -> Array:
    density = np.gradient(RATES) / (RATES + USUAL)
    density *= (1 - CLEAN) / density.sum()
    density[0] += CLEAN
    return np.asarray(density)


_LOG_PRIOR, _RATE_PRIOR = _log_prior(), _rate_prior()
