"""The scale on which the values of a target scatter evenly, and what is known of all of them there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Elsewhere", "Loosened", "Scale"]

FAR = 0.2
"""Of the values that belong to no row of the data, the share that lies anywhere, far outside the others."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale on which values scatter evenly: as they are, or their logarithms; `middle` and `width` are robust."""

    logarithmic: bool
    middle: float
    width: float

    @classmethod
    def of(cls, values: Array) -> Self:
        """Choose the scale on which the upper and the lower half of the values are most alike."""
        logarithmic = bool(values.min() > 0 and _lopsided(np.log(values)) < _lopsided(values))
        low, middle, high = np.quantile(np.log(values) if logarithmic else values, [0.05, 0.5, 0.95])
        return cls(logarithmic, float(middle), float(high - low) or 1.0)

    def to(self, values: Array) -> Array:
        """Return the values on the scale."""
        with np.errstate(divide="ignore", invalid="ignore"):
            there = np.log(values) if self.logarithmic else np.asarray(values, dtype=float)
        return np.asarray((there - self.middle) / self.width)

    def back(self, there: Array) -> Array:
        """Return values from the scale."""
        values = np.asarray(there) * self.width + self.middle
        return np.exp(values) if self.logarithmic else values


def _lopsided(values: Array) -> float:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    tiny = 1e-9 * max(abs(low), abs(high), 1e-300)
    return abs(float(np.log(max(high - middle, tiny) / max(middle - low, tiny))))


@dataclass(frozen=True, slots=True)
class Loosened:
    """Moves values that several rows share apart, anywhere in between their neighbours: numbers are rounded.

    `edges` on the scale, one more than `values`; those that are `shared` are moved.
    """

    values: Array
    shared: Array
    edges: Array

    @classmethod
    def of(cls, given: Array, scale: Scale) -> Self:
        """Look at the values of the sample."""
        values, counts = np.unique(given, return_counts=True)
        there = scale.to(values)
        return cls(values, counts > 1, np.concatenate([there[:1], (there[1:] + there[:-1]) / 2, there[-1:]]))

    def moved(self, given: Array, there: Array, luck: Array) -> Array:
        """Return the places of values on the scale, each moved as a number from 0 to 1 says."""
        place = np.minimum(np.searchsorted(self.values, given), len(self.values) - 1)
        shared = self.shared[place] & (self.values[place] == given)
        anywhere = self.edges[place] + luck * (self.edges[place + 1] - self.edges[place])
        return np.where(shared, anywhere, there)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The density of all values on the scale, and some of it far outside them: what values of other rows follow."""

    middles: Array
    density: Array

    @classmethod
    def of(cls, there: Array) -> Self:
        """Smooth the histogram of the values of the sample."""
        edges = np.linspace(-2, 2, 401)
        counts, _ = np.histogram(there, edges)
        bell = np.exp(-0.5 * (np.arange(-20, 21) / 6) ** 2)
        smooth = np.convolve(counts, bell / bell.sum(), mode="same") / max(1, counts.sum()) * 100
        return cls((edges[1:] + edges[:-1]) / 2, smooth)

    def log_density(self, there: Array) -> Array:
        """Return the log density of each value among all values."""
        near = np.interp(there, self.middles, self.density, left=0.0, right=0.0)
        far = 2 * (np.abs(there) > 1) / (np.pi * (1 + there**2))
        return np.asarray(np.log(np.maximum((1 - FAR) * near + FAR * far, 1e-300)))
