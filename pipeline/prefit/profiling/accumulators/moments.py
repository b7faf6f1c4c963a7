"""What are mean, spread, skewness and tail weight of a numeric column?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.batches import ColumnBatch
from prefit.profiling.codebook import Coded
from prefit.profiling.numeric import NumericBatch
from prefit.profiling.power_sums import POWERS, bottom, power_sums, weighted_power_sums
from prefit.profiling.scales import NUMERIC, UNKNOWN, Scale

__all__ = ["MomentValues", "Moments"]

_COMMON = 50  # bits behind the point of all sums


class MomentValues(NamedTuple):
    """Mean, sample standard deviation, skewness and excess kurtosis; None where undefined or beyond float64."""

    mean: float | None = None
    std: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None


class CountedNumbers(NamedTuple):
    """Numbers of a codebook, how many rows have each, and the scale on which they are to be summed."""

    numbers: NDArray[Any]
    counts: NDArray[np.int64]
    scale: Scale

    @classmethod
    def of(cls, coded: Coded, scale: Scale) -> Self:
        """Count the rows of a batch."""
        return cls(coded.book.numbers, coded.weights[:-1], scale)

    def with_(self, later: Self) -> Self | None:
        """Return the sum with the counts of a later batch; None where its codebook is not the same, or a longer one."""
        n = len(self.numbers)
        same = self.numbers is later.numbers
        if not same and (n > len(later.numbers) or self.numbers.tobytes() != later.numbers[:n].tobytes()):
            return None
        counts = later.counts.copy()
        counts[:n] += self.counts
        return later._replace(counts=counts)

    def power_sums(self) -> tuple[int | None, ...]:
        """Sum the powers of the finite numbers."""
        used = self.counts > 0
        if self.numbers.dtype.kind == "f":
            used &= np.isfinite(self.numbers)
        return weighted_power_sums(NumericBatch.of_values(self.numbers[used]), self.counts[used], self.scale)


@dataclass(frozen=True, slots=True)
class Moments:
    """Number of the finite values, and the sums of their powers 1 to 4 on the scale that was planned for the column.

    With ``s`` the power of two and ``z = (x - center) / s`` of the plan, the powers of each z are rounded to whole
    numbers of 2**-46, 2**-42, 2**-38 and 2**-34, which are summed as integers: any cut gives the same sums. A mean of
    z**p is thus right to half such a unit and p + 1 roundings of float64. As s is no more than half of what the middle
    two thirds of the first rows span, and the center is one of them: where the other rows are like them, the mean is
    right to 1e-14 deviations and one rounding, the standard deviation to 1e-13 of itself, skewness and kurtosis to
    1e-10 plus 1e-15 of the mean of z**4; a mean of 1e9 deviations costs no digits.

    A sum is None where a power exceeds 2**900. The numbers of a column that has few distinct ones are counted first,
    and wait in `waiting` to be summed; :meth:`canonical` leaves none waiting.
    """

    n: int = 0
    sums: tuple[int | None, ...] = (0, 0, 0, 0)
    waiting: tuple[CountedNumbers, ...] = ()

    @classmethod
    def from_batch(cls, column: ColumnBatch) -> Self:
        """Sum one batch."""
        return cls().extended(column).canonical()

    def extended(self, column: ColumnBatch) -> Self:
        """Return the sum with one more batch."""
        if column.storage not in NUMERIC or column.numeric.n == 0:
            return self
        if not column.repeats or column.coded is None or not column.scale.known:
            found = power_sums(column.numeric, column.scale, column.reach)
            return replace(self, n=self.n + column.numeric.n, sums=_added(self.sums, found))
        counted = CountedNumbers.of(column.coded, column.scale)
        if self.waiting:
            joined = self.waiting[0].with_(counted)
            if joined is None:
                return self.canonical().extended(column)
            counted = joined
        return replace(self, n=self.n + column.numeric.n, waiting=(counted,))

    def canonical(self) -> Self:
        """Return the same moments with no number waiting."""
        if not self.waiting:
            return self
        found = (counted.power_sums() for counted in self.waiting)
        return replace(self, sums=_added(self.sums, *found), waiting=())

    def __add__(self, other: Self) -> Self:
        mine, theirs = self.canonical(), other.canonical()
        return type(self)(mine.n + theirs.n, _added(mine.sums, theirs.sums))

    def sound(self, none: Self) -> bool:  # noqa: ARG002
        """Whether a stored state has a sum for each power, and no number waits."""
        return self.n >= 0 and len(self.sums) == len(POWERS) and not self.waiting

    def value(self, scale: Scale = UNKNOWN) -> MomentValues:
        """Return the moments; the standard deviation divides by n - 1, and is 0 for a single value.

        Skewness and kurtosis are None where they would be told by rounding.
        """
        if self.waiting:
            return self.canonical().value(scale)
        if self.n == 0 or self.sums[0] is None:
            return MomentValues()
        n = self.n << _COMMON  # so that a mean of powers is sum / n
        first, second, third, fourth = (
            None if total is None else total << (bottom(power) + _COMMON)
            for power, total in zip(POWERS, self.sums, strict=True)
        )
        assert first is not None
        mean = _quotient(Fraction(scale.center) + Fraction(first, n) * Fraction(2) ** scale.exponent)
        if mean is None or second is None:
            return MomentValues(mean)
        m2 = n * second - first**2  # in units of n**-2, as m3 is of n**-3
        if m2 << 51 <= (n**2 << 11) + (n * second if scale.known else 0):  # constant but for the rounding
            return MomentValues(mean, 0.0)
        std = _root(m2 * self.n, n**2 * max(self.n - 1, 1), scale.exponent)
        skewness = kurtosis = None
        if third is not None and first**6 * 10**12 <= m2**3 << 100:  # how far rounding may take m3
            m3 = n**2 * third - 3 * n * first * second + 2 * first**3
            root = _root(m3**2, m2**3)
            skewness = root if root is None or m3 >= 0 else -root
        if third is not None and fourth is not None and first**4 * 10**6 <= m2**2 << 50:
            m4 = n**3 * fourth - 4 * n**2 * first * third + 6 * n * first**2 * second - 3 * first**4
            kurtosis = _quotient(Fraction(m4 - 3 * m2**2, m2**2))
        return MomentValues(mean, std, skewness, kurtosis)


def _added(*sums: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Add the sums of each power; what is too large stays so."""
    return tuple(None if None in of_power else sum(of_power) for of_power in zip(*sums, strict=True))


def _quotient(exact: Fraction) -> float | None:
    try:
        return float(exact)
    except OverflowError:
        return None


def _root(numerator: int, denominator: int, exponent: int = 0) -> float | None:
    """Return ``sqrt(numerator / denominator) * 2**exponent``, of a quotient that float64 may not hold."""
    shift = (numerator.bit_length() - denominator.bit_length()) // 2
    scaled = numerator / (denominator << 2 * shift) if shift >= 0 else (numerator << -2 * shift) / denominator
    try:
        return math.ldexp(math.sqrt(scaled), shift + exponent)
    except OverflowError:
        return None
