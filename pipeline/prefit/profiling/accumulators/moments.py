"""What are mean, spread, skewness and tail weight of a numeric column?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.batches import ColumnBatch
from prefit.profiling.numeric import NumericBatch
from prefit.profiling.scales import NUMERIC, UNKNOWN, Scale

__all__ = ["MomentValues", "Moments"]

_POWERS = (1, 2, 3, 4)
_BLOCK = 32_768  # values that stay in the cache of a core from one power to the next
_COMMON = 50  # bits behind the point of all sums
_LEVEL = 36  # bits from one level of an exact sum to the next
_HALF = 25  # bits of the lower half of a unit sum
_ROOM = 50  # bits of the largest value of a level, in units: a float64 has one more beside the shift
_NEAR = 15.9  # so far one level holds all powers
_MOST = 2.0**900
_RUN = 4_096  # so many values of a level add up to an int64
_PIECE = 8 * _RUN
_STARTS = np.arange(0, _PIECE, _RUN)


def _bottom(power: int) -> int:
    """Exponent of the unit in which a power is summed."""
    return 4 * power - 50


_SHIFTS = np.array([[math.ldexp(1.5, 52 + _bottom(power))] for power in _POWERS])


class MomentValues(NamedTuple):
    """Mean, sample standard deviation, skewness and excess kurtosis; None where undefined or beyond float64."""

    mean: float | None = None
    std: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None


@dataclass(frozen=True, slots=True)
class Moments:
    """Number of the finite values, and the sums of their powers 1 to 4 on the scale that was planned for the column.

    With ``s`` the power of two and ``z = (x - center) / s`` of the plan, the powers of each z are rounded to whole
    numbers of 2**-46, 2**-42, 2**-38 and 2**-34, which are summed as integers: any cut gives the same sums. A mean of
    z**p is thus right to half such a unit and p + 1 roundings of float64. As s is no more than half of what the middle
    two thirds of the first rows span, and the center is one of them: where the other rows are like them, the mean is
    right to 1e-14 deviations and one rounding, the standard deviation to 1e-13 of itself, skewness and kurtosis to
    1e-10 plus 1e-15 of the mean of z**4; a mean of 1e9 deviations costs no digits.

    A sum is None where a power exceeds 2**900.
    """

    n: int = 0
    sums: tuple[int | None, ...] = (0, 0, 0, 0)

    @classmethod
    def from_batch(cls, column: ColumnBatch) -> Self:
        """Sum one batch."""
        if column.storage not in NUMERIC or column.numeric.n == 0:
            return cls()
        numbers, scale = column.numeric, column.scale
        few = column.few_numbers
        if few is not None and scale.known:
            return cls(numbers.n, _power_sums(few.numbers, scale, column.reach, few.weights))
        return cls(numbers.n, _power_sums(numbers, scale, column.reach))

    def __add__(self, other: Self) -> Self:
        pairs = zip(self.sums, other.sums, strict=True)
        return type(self)(
            self.n + other.n, tuple(None if mine is None or theirs is None else mine + theirs for mine, theirs in pairs)
        )

    def sound(self, none: Self) -> bool:  # noqa: ARG002
        """Whether a stored state has a sum for each power."""
        return self.n >= 0 and len(self.sums) == len(_POWERS)

    def value(self, scale: Scale = UNKNOWN) -> MomentValues:
        """Return the moments; the standard deviation divides by n - 1, and is 0 for a single value.

        Skewness and kurtosis are None where they would be told by rounding.
        """
        if self.n == 0 or self.sums[0] is None:
            return MomentValues()
        n = self.n << _COMMON  # so that a mean of powers is sum / n
        first, second, third, fourth = (
            None if total is None else total << (_bottom(power) + _COMMON)
            for power, total in zip(_POWERS, self.sums, strict=True)
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


def _power_sums(
    numbers: NumericBatch, scale: Scale, reach: float, weights: NDArray[np.int64] | None = None
) -> tuple[int | None, ...]:
    """Sum the powers in units, None beyond 2**900, block by block.

    The few values of a long tail are summed on their own: they alone need more than one level.
    """
    fits = [reach < _MOST ** (1 / power) for power in _POWERS]
    if not scale.known:  # for want of a center near the values, what squares lose to rounding is kept
        sums = _sums(numbers.scaled(scale), reach, fits, exactly=True)
        return tuple(total if fit else None for total, fit in zip(sums, fits, strict=True))
    sums, far = _near_sums(numbers, scale, reach, weights)
    if len(far):
        sums = [near + beyond for near, beyond in zip(sums, _sums(far, reach, fits, exactly=False), strict=True)]
    return tuple(total if fit else None for total, fit in zip(sums, fits, strict=True))


def _near_sums(
    numbers: NumericBatch, scale: Scale, reach: float, weights: NDArray[np.int64] | None
) -> tuple[list[int], NDArray[np.float64]]:
    """Sum the powers of the values that one level holds, each as often as its weight says, and return the others."""
    n_rows = len(numbers.values)
    powers = np.empty((4, min(n_rows, _BLOCK)))
    sums, far = [0, 0, 0, 0], [np.zeros(0)]
    for start in range(0, n_rows, _BLOCK):
        rows = slice(start, min(start + _BLOCK, n_rows))
        some = powers[:, : rows.stop - start]
        z, squares, cubes, fourths = some
        numbers.scaled(scale, rows, out=z)
        with np.errstate(over="ignore"):
            np.multiply(z, z, out=squares)
        if reach > _NEAR and squares.max() > _NEAR**2:
            beyond = np.flatnonzero(squares > _NEAR**2)
            far.append(z[beyond] if weights is None else z[beyond].repeat(weights[rows][beyond]))
            z[beyond] = squares[beyond] = 0.0
        np.multiply(squares, z, out=cubes)
        np.multiply(squares, squares, out=fourths)
        some += _SHIFTS
        runs = _runs(some.view(np.int64)) if weights is None else _weighted(some.view(np.int64), weights[rows])
        sums = [total + sum(of_power) for total, of_power in zip(sums, runs, strict=True)]
    return sums, np.concatenate(far)


def _runs(shifted: NDArray[np.int64]) -> list[list[int]]:
    """Sum units that stand in the last bits, run by run."""
    n = shifted.shape[1]
    runs = np.add.reduceat(shifted, _STARTS[: -(-n // _RUN)], axis=1)
    runs -= _bits_of_shifts(n)  # modulo 2**64
    return runs.tolist()  # type: ignore[no-any-return]


def _weighted(shifted: NDArray[np.int64], weights: NDArray[np.int64]) -> list[list[int]]:
    """Sum units that stand in the last bits, times weights, in two halves: an int64 holds 2**26 * 65,536 * 65,536."""
    units = shifted - _SHIFTS.view(np.int64)
    high = units >> _HALF
    units -= high << _HALF
    high_sums, low_sums = ((half * weights).sum(axis=1).tolist() for half in (high, units))
    return [[more << _HALF, less] for more, less in zip(high_sums, low_sums, strict=True)]


def _sums(z: NDArray[np.float64], reach: float, fits: list[bool], *, exactly: bool) -> list[int]:
    """Sum the powers that fit, in pieces small enough to stay in the cache from one power to the next."""
    sums = [0, 0, 0, 0]
    squares, others, shifted = np.empty((3, min(_PIECE, len(z))))
    for start in range(0, len(z), _PIECE):
        piece = z[start : start + _PIECE]
        square, other, room = (buffer[: len(piece)] for buffer in (squares, others, shifted))
        if fits[0]:
            sums[0] += _units(piece, _bottom(1), reach, room)
        if fits[1]:
            np.multiply(piece, piece, out=square)
            for part in _squares(piece) if exactly else (square,):
                sums[1] += _units(part, _bottom(2), reach**2, room)
        if fits[2]:
            np.multiply(square, piece, out=other)
            sums[2] += _units(other, _bottom(3), reach**3, room)
        if fits[3]:
            np.multiply(square, square, out=other)
            sums[3] += _units(other, _bottom(4), reach**4, room)
    return sums


def _squares(z: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return three arrays whose sum is the square of each value without rounding (Dekker 1971)."""
    shifted = z * (2.0**27 + 1)
    high = shifted - (shifted - z)
    low = z - high
    return high * high, 2.0 * high * low, low * low


def _units(values: NDArray[np.float64], bottom: int, reach: float, room: NDArray[np.float64]) -> int:
    """Return the sum of ``rint(value / 2**bottom)``, exactly; `room` is written to.

    A float64 with 1.5 * 2**52 units added holds the rounded number of units in its last bits, where they are summed as
    integers. Values too large for that are rounded to coarser units first, which are a whole number of finer ones, and
    what is left to finer ones in turn.
    """
    level = max(0, -((_ROOM + bottom - math.frexp(reach)[1]) // _LEVEL))
    starts = _STARTS[: -(-len(values) // _RUN)]
    total, rest = 0, values
    for step in range(level, -1, -1):
        exponent = 52 + bottom + _LEVEL * step
        shift = math.ldexp(1.5, exponent)
        np.add(rest, shift, out=room)
        runs = np.add.reduceat(room.view(np.int64), starts)
        runs -= _bits_of_shift(exponent, len(values))  # modulo 2**64
        total += sum(runs.tolist()) << (_LEVEL * step)
        if step:
            room -= shift
            rest = rest - room
    return total


@lru_cache(maxsize=16)
def _bits_of_shifts(n_values: int) -> NDArray[np.int64]:
    return np.array([_bits_of_shift(52 + _bottom(power), n_values) for power in _POWERS])


@lru_cache(maxsize=256)
def _bits_of_shift(exponent: int, n_values: int) -> NDArray[np.int64]:
    """Return what the bits of ``1.5 * 2**exponent`` add to the sum of each run, modulo 2**64."""
    bits = ((1023 + exponent) << 52) + (1 << 51)
    lengths = [min(_RUN, n_values - start) for start in range(0, n_values, _RUN)]
    return np.array([length * bits % 2**64 for length in lengths], np.uint64).view(np.int64)


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
