"""Right values that scatter about their prediction, and wrong ones among them: how many, and which.

What is off by so many usual errors is a mixture (Box & Tiao 1968, doi:10.2307/2334456):

- right values, whose errors follow Student's t distribution, scale and tail learnt for each side on its own;
- right values of rows that have something in common that no feature tells: log-normally far off, on either side;
- values that belong to other rows or to none: they follow the distribution of all values, whatever is predicted;
- right values in a wrong unit: ten, a hundred or a thousand times too large or too small.

What is predicted tells the third from the second: a value of another row lies below a high prediction and above a low
one. The posterior is sampled by random walks, whence the interval of the rate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Mixture", "Posterior", "Terms", "Unit"]

STEPS, WARM_UP, KEPT_EVERY = 4_550, 1_950, 26

SMALL = 0.02
"""Prior of a share: its density falls as 1 / (share + 0.02), as few exceptions are more usual than many."""

MOST = 0.5
"""Of more wrong values than this nothing could be learnt."""

MIDDLE_TAIL, SD_TAIL = np.log(5.0), 0.7
"""Prior of the degrees of freedom of a tail: log-normal about 5, with 2 to 16 usual."""

MIDDLE_APART, SD_APART = np.log(6.0), 1.0
WIDTH_APART, SD_WIDTH = np.log(0.6), 0.3
"""Priors of how far rows are off that have something in common, about 6 usual errors, and how widely they spread."""

FARTHEST = 30.0
"""Usual errors from the prediction beyond which a value in another unit has no chance."""

CLOSE, DISTANT = 1.5, 4.0
"""Usual errors: a row that is within the one in a unit, and beyond the other without, speaks for that unit."""

CENTRE, SCALES, TAILS, RATE, UNITS, APART = 0, slice(1, 3), slice(3, 5), 5, 6, (7, 10)
"""Places of the parameters; of rows apart, share, distance and width on the lower and on the upper side."""

STARTS = ((-2.5, -6.0), (-5.0, -3.0))
"""Logits of the shares, of wrong values and of rows apart, from which the walks start: either may explain the rest."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Values as if they had been given in another unit: how many usual errors off, and the log of the stretch."""

    off: Array
    log_stretch: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Rows as the mixture sees them.

    Attributes
    ----------
    off : ndarray of float, shape (n_rows,)
        Distance from the prediction, in usual errors there.
    log_elsewhere : ndarray of float, shape (n_rows,)
        Log density of the value among all values, in the unit of `off`.
    units : tuple of Unit
    inside : ndarray of bool, shape (n_rows,)
        Whether the value lies where others do: rows that lie apart have values that are unusual for them, no others.
    """

    off: Array
    log_elsewhere: Array
    units: tuple[Unit, ...]
    inside: Array


@dataclass(frozen=True, slots=True)
class Mixture:
    """For each row how probably its value is wrong: of another row (`elsewhere`), or in a wrong unit.

    `units` has the shape (n_units, n_rows).
    """

    elsewhere: Array
    units: Array

    @property
    def wrong(self) -> Array:
        """Probability that a value is wrong."""
        return np.asarray(self.elsewhere + self.units.sum(axis=0))


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the rows of a sample tell of the mixture.

    Attributes
    ----------
    draws : ndarray of float
        Of the rate of wrong values.
    parameters : ndarray of float, shape (n_draws, n_parameters)
        Some of the draws, by which rows are judged.
    log_usual : ndarray of float, shape (n_units,)
        How much more usual than on average it is that a value is in each unit.
    """

    draws: Array
    parameters: Array
    log_usual: Array

    @classmethod
    def of(cls, terms: Terms, seed: int) -> Self:
        """Sample the posterior of the mixture."""
        log_usual = _log_usual(terms)
        rows = _Rows.of(terms, log_usual)
        walks = [_walk(rows.log_posterior, _start(*start), np.random.default_rng(seed)) for start in STARTS]
        heights = np.array([values.mean() for _, values in walks])
        weights = np.exp(heights - heights.max())
        n_drawn = np.round(len(walks[0][0]) * weights / weights.sum()).astype(int)
        drawn = np.concatenate([draws[len(draws) - n :] for (draws, _), n in zip(walks, n_drawn, strict=True)])
        return cls(_share(drawn[:, RATE]), drawn[::KEPT_EVERY], log_usual)

    def judge(self, terms: Terms) -> Mixture:
        """Say of each row how probably it is wrong: of those of the sample, or of others."""
        rows = _Rows.of(terms, self.log_usual)
        elsewhere, in_units = np.zeros(len(terms.off)), np.zeros(len(rows.row))
        for theta in self.parameters:
            right, other, scaled = rows.parts(theta)
            density = rows.density(right, other, scaled)
            elsewhere += other / density
            in_units += scaled / density[rows.row]
        of_units = np.zeros((len(terms.units), len(terms.off)))
        of_units[rows.unit, rows.row] = in_units / len(self.parameters)
        return Mixture(elsewhere / len(self.parameters), of_units)


def _log_usual(terms: Terms) -> Array:
    """Say how usual each unit is: a table has one kind of unit error, seldom several."""
    all_off = np.stack([unit.off for unit in terms.units])
    fitting = ((np.abs(all_off) < CLOSE) & (np.abs(terms.off) > DISTANT)).sum(axis=1) + 0.5
    return np.asarray(np.log(fitting / fitting.mean()))


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is known of the rows; `row`, `unit`, `scaled_off` and `log_stretch` of each that may be in a unit."""

    off: Array
    inside: Array
    elsewhere: Array
    row: Array
    unit: Array
    scaled_off: Array
    log_stretch: Array
    n_units: int

    @staticmethod
    def of(terms: Terms, log_usual: Array) -> _Rows:
        """Lay the units out side by side, without the values that no unit brings near their prediction."""
        all_off = np.stack([unit.off for unit in terms.units])
        stretch = np.stack([unit.log_stretch for unit in terms.units])
        unit, row = np.nonzero(np.abs(all_off) < FARTHEST)
        log_stretch = stretch[unit, row] + log_usual[unit]
        elsewhere = np.exp(terms.log_elsewhere)
        return _Rows(terms.off, terms.inside, elsewhere, row, unit, all_off[unit, row], log_stretch, len(terms.units))

    def parts(self, theta: Array) -> tuple[Array, Array, Array]:
        """Return the densities of right values, of those from elsewhere and of those in a unit."""
        rate, of_units = _share(theta[RATE]), _logistic(theta[UNITS])
        right = (1 - rate) * np.exp(_log_right(self.off, theta, self.inside))
        other = rate * (1 - of_units) * self.elsewhere
        scaled = rate * of_units / self.n_units * np.exp(_log_right(self.scaled_off, theta, True) + self.log_stretch)
        return right, other, scaled

    def density(self, right: Array, other: Array, scaled: Array) -> Array:
        """Return the density of each row."""
        total = right + other + np.bincount(self.row, scaled, minlength=len(self.off))
        return np.asarray(np.maximum(total, 1e-300))

    def log_posterior(self, theta: Array) -> float:
        """Return the log of the joint density of rows and parameters."""
        if np.abs(theta).max() > 12:
            return -np.inf
        return float(np.log(self.density(*self.parts(theta))).sum()) + _log_prior(theta)


def _start(rate: float, apart: float) -> Array:
    sides = (apart, MIDDLE_APART, WIDTH_APART)
    return np.array([0.0, 0.4, 0.4, MIDDLE_TAIL, MIDDLE_TAIL, rate, -2.0, *sides, *sides])


def _walk(height: Callable[[Array], float], theta: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return draws of a random walk, one parameter at a time, whose strides fit themselves while it warms up."""
    here = height(theta)
    strides = np.full(len(theta), 0.3)
    draws, heights = [], []
    for step in range(STEPS):
        axis = step % len(theta)
        there = theta.copy()
        there[axis] += strides[axis] * rng.normal()
        value = height(there)
        taken = np.log(rng.random()) < value - here
        if taken:
            theta, here = there, value
        if step < WARM_UP:
            strides[axis] = min(3.0, strides[axis] * (1.3 if taken else 0.9))
        else:
            draws.append(theta)
            heights.append(here)
    return np.array(draws), np.array(heights)


def _logistic(logit: Array | float) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.asarray(logit))))


def _share(logit: Array | float) -> Array:
    return MOST * _logistic(logit)


def _log_right(off: Array, theta: Array, inside: Array | bool) -> Array:
    """Return the log density of right values: of those that scatter, and of those that are apart on either side."""
    below, above = (_share(theta[place]) / 2 for place in APART)
    density = (1 - below - above) * np.exp(_log_scattered(off, theta))
    far = np.log(np.maximum(np.abs(off), 1e-9))
    for place, share, side in ((APART[0], below, (off < 0) & inside), (APART[1], above, (off > 0) & inside)):
        width = np.exp(theta[place + 2])
        bell = np.exp(-0.5 * ((far - theta[place + 1]) / width) ** 2 - far) / (width * np.sqrt(2 * np.pi))
        density = density + share * side * bell
    return np.asarray(np.log(np.maximum(density, 1e-300)))


def _log_scattered(off: Array, theta: Array) -> Array:
    """Return the log density of half of a t distribution on either side, that meet in the middle."""
    from scipy.special import gammaln

    tails = np.exp(theta[TAILS])
    peaks = gammaln((tails + 1) / 2) - gammaln(tails / 2) - 0.5 * np.log(np.pi * tails)
    scales = theta[SCALES]
    log_height = np.log(2) - np.logaddexp(*(scales - peaks))  # both halves are as high in the middle, and 1 together
    side = (off >= theta[CENTRE]).astype(int)
    tail = tails[side]
    return np.asarray(
        log_height - (tail + 1) / 2 * np.log1p(((off - theta[CENTRE]) / np.exp(scales)[side]) ** 2 / tail)
    )


def _log_prior(theta: Array) -> float:
    log = 0.0
    for place in (RATE, *APART):
        share = _share(theta[place])
        log += float(np.log(share) - np.log(share + SMALL) + np.log1p(-share / MOST))  # with the slope of the logistic
    of_units = _logistic(theta[UNITS])
    log += float(np.log(of_units) + np.log1p(-of_units))
    log += _log_bell(theta[TAILS], MIDDLE_TAIL, SD_TAIL)
    log += sum(_log_bell(theta[place + 1], MIDDLE_APART, SD_APART) for place in APART)
    log += sum(_log_bell(theta[place + 2], WIDTH_APART, SD_WIDTH) for place in APART)
    return log + _log_bell(theta[CENTRE], 0.0, 2.0) + _log_bell(theta[SCALES], 0.0, 2.0)


def _log_bell(values: Array, middle: float, sd: float) -> float:
    return float(-0.5 * (((np.asarray(values) - middle) / sd) ** 2).sum())
