"""Saturating curves fitted in closed form: every shape of five families on a grid, averaged by how well it fits.

A curve is ``s(n) = c - a g(n)``, where g falls from 1 at the smallest size towards 0. For each shape g of a grid the
best level c and height a are a weighted linear least squares problem with two unknowns. There are no starting
values, and nothing can fail to converge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from prefit.probes.frame import Array

__all__ = ["SaturatingFit", "fit_saturating"]

SMALLEST_ERROR = 0.003
"""Residuals below this are luck: scores carry no more digits."""

FEW_POINTS_ERROR = 0.02
"""Residual standard deviation assumed where three points or fewer leave nothing to judge the fit by."""


@dataclass(frozen=True, slots=True)
class SaturatingFit:
    """Fits of all shapes to `n_curves` curves, and how much each of them counts.

    Attributes
    ----------
    level, height, weight : ndarray, shape (n_curves, n_shapes)
        c, a, and the posterior weight of each shape; weights of a curve add up to 1.
    error : ndarray, shape (n_curves,)
        Standard deviation of the residuals of the best shape.
    first_size : float
    """

    level: Array
    height: Array
    weight: Array
    error: Array
    first_size: float

    def predict(self, at: float) -> tuple[Array, Array]:
        """Return the mean over the shapes at a size, and the standard deviation between them, one per curve."""
        return self._moments(self.level - self.height * _shapes(at, self.first_size))

    def difference(self, size: float, larger: float) -> tuple[Array, Array]:
        """Return the mean change from one size to a larger one, and the standard deviation between the shapes."""
        return self._moments(self.height * (_shapes(size, self.first_size) - _shapes(larger, self.first_size)))

    def by_family(self, at: float) -> Array:
        """Return the mean over the shapes of each family at a size, shape (n_curves, 5)."""
        values = self.level - self.height * _shapes(at, self.first_size)
        starts = _grid().starts
        weights = np.add.reduceat(self.weight, starts, axis=1)
        means = np.add.reduceat(self.weight * values, starts, axis=1) / np.maximum(weights, 1e-300)
        return np.asarray(np.where(weights > 1e-300, means, self.predict(at)[0][:, None]))

    def asymptote(self) -> tuple[Array, Array]:
        """Return the mean of the level c over the shapes, and its standard deviation, one per curve."""
        return self._moments(self.level)

    def _moments(self, values: Array) -> tuple[Array, Array]:
        mean = (self.weight * values).sum(axis=1)
        return mean, np.sqrt((self.weight * (values - mean[:, None]) ** 2).sum(axis=1))


def fit_saturating(
    sizes: Array, scores: Array, weights: Array, *, floor: Array, cap: Array, rising: bool
) -> SaturatingFit:
    """Fit all shapes to curves on common sizes.

    Parameters
    ----------
    sizes : ndarray, shape (n_sizes,)
    scores, weights : ndarray, shape (n_curves, n_sizes)
        A weight of 0 leaves a point out; each curve needs a point that counts.
    floor, cap : ndarray, shape (n_curves,)
        Lowest and highest level that a curve may have.
    rising : bool
        Whether curves may only rise (held-out scores) or also fall (training scores).
    """
    first = float(sizes[0])
    shape = np.stack([_shapes(float(size), first) for size in sizes], axis=1)  # (n_shapes, n_sizes)
    total = weights.sum(axis=1)[:, None]
    mean_score = (weights * scores).sum(axis=1)[:, None] / total
    mean_shape = weights @ shape.T / total
    # Sums about the means: differences of large sums would lose the digits that tell the shapes apart.
    spread = weights @ (shape**2).T / total - mean_shape**2
    product = (weights * (scores - mean_score)) @ shape.T / total
    height = np.where(spread > 1e-12, -product / np.maximum(spread, 1e-12), 0.0)
    if rising:
        height = np.maximum(height, 0.0)
    level = mean_score + height * mean_shape
    bounded = np.clip(level, floor[:, None], cap[:, None])
    if (bounded != level).any():  # the level is given: least squares with one unknown
        given = ((bounded - mean_score) * mean_shape - product) / np.maximum(spread + mean_shape**2, 1e-12)
        height = np.where(bounded != level, np.maximum(given, 0.0) if rising else given, height)
        level = bounded
    offset = mean_score - level + height * mean_shape  # mean residual; 0 unless bounded
    variance = (weights * (scores - mean_score) ** 2).sum(axis=1)[:, None] / total
    squares = total * np.maximum(variance + 2 * height * product + height**2 * spread + offset**2, 0.0)
    return _averaged(level, height, squares, (weights > 0).sum(axis=1), first)


def _averaged(level: Array, height: Array, squares: Array, n_points: Array, first: float) -> SaturatingFit:
    best = squares.min(axis=1)
    error = np.sqrt(np.maximum(best / np.maximum(n_points - 3, 1), SMALLEST_ERROR**2))
    error = np.where(n_points <= 3, np.maximum(error, FEW_POINTS_ERROR), error)
    weight = np.exp(-(squares - best[:, None]) / (2 * error[:, None] ** 2)) * _grid().prior
    return SaturatingFit(level, height, weight / weight.sum(axis=1, keepdims=True), error, first)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The shapes: exponent or scale of each, by family; `prior` gives every family the same weight."""

    power: Array  # pow3 and pow4: exponent, shift in units of the first size
    shift: Array
    scale: Array  # exp3 and wbl4: scale in units of the first size, exponent
    stretch: Array
    middle: Array  # mmf4: half-way size in units of the first size, exponent
    steepness: Array
    prior: Array
    starts: Array  # place of the first shape of each family


@lru_cache(maxsize=1)
def _grid() -> _Grid:
    exponents = np.geomspace(0.05, 3.0, 24)
    scales = np.geomspace(0.3, 3000.0, 24)
    slopes = np.geomspace(0.2, 3.0, 10)
    shifts = np.concatenate([[-0.9, -0.5], np.geomspace(0.3, 300.0, 8)])
    power, shift = (grid.ravel() for grid in np.meshgrid(exponents, shifts, indexing="ij"))
    scale, slope = (grid.ravel() for grid in np.meshgrid(scales, slopes, indexing="ij"))
    counts = (len(exponents), len(power), len(scales), len(scale), len(scale))
    return _Grid(
        power=np.concatenate([exponents, power]),
        shift=np.concatenate([np.zeros(len(exponents)), shift]),
        scale=np.concatenate([scales, scale]),
        stretch=np.concatenate([np.ones(len(scales)), slope]),
        middle=scale,
        steepness=slope,
        prior=np.concatenate([np.full(count, 1 / count) for count in counts]) / len(counts),
        starts=np.cumsum((0, *counts[:-1])),
    )


@lru_cache(maxsize=4096)
def _shapes(size: float, first: float) -> Array:
    """Return g of every shape at a size: pow3, pow4, exp3, wbl4, mmf4; 1 at the first size and below."""
    grid = _grid()
    ratio = max(size / first, 1.0)  # below the first size a curve is not known: held there
    power = ((ratio + grid.shift) / (1 + grid.shift)) ** -grid.power
    exponential = np.exp(-((ratio / grid.scale) ** grid.stretch) + (1 / grid.scale) ** grid.stretch)
    sigmoid = (1 + grid.middle**-grid.steepness) / (1 + (ratio / grid.middle) ** grid.steepness)
    return np.concatenate([power, exponential, sigmoid])
