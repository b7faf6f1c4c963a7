"""What are mean, spread, skewness and tail weight of a numeric column?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from prefit.profiling.batches import ColumnBatch

__all__ = ["MomentValues", "Moments"]


class MomentValues(NamedTuple):
    """Mean, sample standard deviation, skewness and excess kurtosis; None where undefined or beyond float64."""

    mean: float | None = None
    std: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean and central sums of powers 2 to 4 of the finite values.

    The mean is ``mean + rest``, to twice the digits of a float64: else the differences between means of batches
    would drown in their rounding where the mean is large against the spread. Merged pairwise by the formulas of
    Chan et al. and Pebay. Relative error about 1e-12 as long as the mean is within 1e9 deviations of zero.

    References
    ----------
    Pebay, Terriberry, Kolla, Bennett (2016), Numerically stable, scalable formulas for parallel and online computation
    of higher-order multivariate central moments, doi:10.1007/s00180-015-0637-z.
    """

    n: int = 0
    mean: float = 0.0
    rest: float = 0.0
    m2: float = 0.0
    m3: float = 0.0
    m4: float = 0.0

    @classmethod
    def from_batch(cls, column: ColumnBatch) -> Self:
        """Sum one batch."""
        if column.storage not in ("number", "boolean", "decimal") or len(column.finite) == 0:
            return cls()
        values = column.finite
        with np.errstate(over="ignore", invalid="ignore"):
            mean = values.mean()
            apart = values - mean
            rest = apart.mean()
            apart -= rest
            squares = apart * apart
            m2, m3, m4 = squares.sum(), (squares * apart).sum(), np.square(squares).sum()
        return cls(len(values), float(mean), float(rest), float(m2), float(m3), float(m4))

    def __add__(self, other: Self) -> Self:
        if self.n == 0:
            return other
        if other.n == 0:
            return self
        n, a, b = self.n + other.n, self.n, other.n
        with np.errstate(over="ignore", invalid="ignore"):
            delta = (np.float64(other.mean) - self.mean) + (other.rest - self.rest)
            share = delta / n
            mean = self.mean + share * b
            rest = self.rest + ((self.mean - mean) + share * b)
            m2 = self.m2 + other.m2 + delta * share * a * b
            m3 = self.m3 + other.m3 + delta * share**2 * a * b * (a - b) + 3 * share * (a * other.m2 - b * self.m2)
            m4 = (
                self.m4
                + other.m4
                + delta * share**3 * a * b * (a * a - a * b + b * b)
                + 6 * share**2 * (a * a * other.m2 + b * b * self.m2)
                + 4 * share * (a * other.m3 - b * self.m3)
            )
        return type(self)(n, float(mean), float(rest), float(m2), float(m3), float(m4))

    def value(self) -> MomentValues:
        """Return the moments; the standard deviation divides by n - 1, and is 0 for a single value."""
        if self.n == 0 or not math.isfinite(self.mean):
            return MomentValues()
        if not math.isfinite(self.m2):
            return MomentValues(self.mean)
        std = math.sqrt(self.m2 / max(self.n - 1, 1))
        rounding = 4 * np.finfo(float).eps * abs(self.mean)
        if std <= rounding:  # constant but for the rounding of the mean
            return MomentValues(self.mean, 0.0)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            m2 = np.float64(self.m2)
            skewness = float(math.sqrt(self.n) * self.m3 / m2**1.5)
            kurtosis = float(self.n * self.m4 / m2**2 - 3.0)
        defined = [figure if math.isfinite(figure) else None for figure in (skewness, kurtosis)]
        return MomentValues(self.mean, std, *defined)
