"""Sums of powers of numbers as whole numbers of fixed units: the same integers whatever the cut."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.numeric import NumericBatch
from prefit.profiling.scales import Scale

__all__ = ["POWERS", "bottom", "power_sums", "weighted_power_sums"]

POWERS = (1, 2, 3, 4)
_BLOCK = 32_768  # values that stay in the cache of a core from one power to the next
_LEVEL = 36  # bits from one level of an exact sum to the next
_HALF = 25  # bits of the lower half of a unit
_ROOM = 50  # bits of the largest value of a level, in units: a float64 has one more beside the shift
_NEAR = 15.9  # so far one level holds all powers
_MOST = 2.0**900
_RUN = 4_096  # so many values of a level add up to an int64
_PIECE = 8 * _RUN
_STARTS = np.arange(0, _PIECE, _RUN)


def bottom(power: int) -> int:
    """Return the exponent of the unit in which a power is summed."""
    return 4 * power - 50


_SHIFTS = np.array([[math.ldexp(1.5, 52 + bottom(power))] for power in POWERS])


def power_sums(numbers: NumericBatch, scale: Scale, reach: float) -> tuple[int | None, ...]:
    """Sum the powers 1 to 4 of the numbers of a batch on a scale, in units; None beyond 2**900.

    `reach` is the greatest absolute value. The few values of a long tail are summed on their own: they alone need more
    than one level.
    """
    fits = _fits(reach)
    if not scale.known:  # for want of a center near the values, what squares lose to rounding is kept
        return _told(_sums(numbers.scaled(scale), reach, fits, exactly=True), fits)
    sums, far = _near_sums(numbers, scale, reach)
    if len(far):
        sums = [near + beyond for near, beyond in zip(sums, _sums(far, reach, fits), strict=True)]
    return _told(sums, fits)


def weighted_power_sums(numbers: NumericBatch, weights: NDArray[np.int64], scale: Scale) -> tuple[int | None, ...]:
    """Sum the powers of numbers of which each stands for some rows, fewer than 2**37 in all."""
    reach = numbers.reach(scale)
    fits = _fits(reach)
    return _told(_sums(numbers.scaled(scale), reach, fits, weights=weights), fits)


def _fits(reach: float) -> list[bool]:
    return [reach < _MOST ** (1 / power) for power in POWERS]


def _told(sums: list[int], fits: list[bool]) -> tuple[int | None, ...]:
    return tuple(total if fit else None for total, fit in zip(sums, fits, strict=True))


def _near_sums(numbers: NumericBatch, scale: Scale, reach: float) -> tuple[list[int], NDArray[np.float64]]:
    """Sum the powers of the values that one level holds, and return the others, on the scale."""
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
            far.append(z[beyond])
            z[beyond] = squares[beyond] = 0.0
        np.multiply(squares, z, out=cubes)
        np.multiply(squares, squares, out=fourths)
        some += _SHIFTS
        runs = np.add.reduceat(some.view(np.int64), _STARTS[: -(-len(z) // _RUN)], axis=1)
        runs -= _bits_of_shifts(len(z))  # modulo 2**64
        sums = [total + sum(of_power) for total, of_power in zip(sums, runs.tolist(), strict=True)]
    return sums, np.concatenate(far)


def _sums(
    z: NDArray[np.float64],
    reach: float,
    fits: list[bool],
    *,
    exactly: bool = False,
    weights: NDArray[np.int64] | None = None,
) -> list[int]:
    """Sum the powers that fit, in pieces small enough to stay in the cache from one power to the next."""
    sums = [0, 0, 0, 0]
    squares, others, shifted = np.empty((3, min(_PIECE, len(z))))
    for start in range(0, len(z), _PIECE):
        piece = z[start : start + _PIECE]
        often = None if weights is None else weights[start : start + _PIECE]
        square, other, room = (buffer[: len(piece)] for buffer in (squares, others, shifted))
        if fits[0]:
            sums[0] += _units(piece, bottom(1), reach, room, often)
        if fits[1]:
            np.multiply(piece, piece, out=square)
            for part in _squares(piece) if exactly else (square,):
                sums[1] += _units(part, bottom(2), reach**2, room, often)
        if fits[2]:
            np.multiply(square, piece, out=other)
            sums[2] += _units(other, bottom(3), reach**3, room, often)
        if fits[3]:
            np.multiply(square, square, out=other)
            sums[3] += _units(other, bottom(4), reach**4, room, often)
    return sums


def _squares(z: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return three arrays whose sum is the square of each value without rounding (Dekker 1971)."""
    shifted = z * (2.0**27 + 1)
    high = shifted - (shifted - z)
    low = z - high
    return high * high, 2.0 * high * low, low * low


def _units(
    values: NDArray[np.float64],
    lowest: int,
    reach: float,
    room: NDArray[np.float64],
    weights: NDArray[np.int64] | None,
) -> int:
    """Return the sum of ``rint(value / 2**lowest)``, each times its weight, exactly; `room` is written to.

    A float64 with 1.5 * 2**52 units added holds the rounded number of units in its last bits, where they are summed as
    integers. Values too large for that are rounded to coarser units first, which are a whole number of finer ones, and
    what is left to finer ones in turn.
    """
    level = max(0, -((_ROOM + lowest - math.frexp(reach)[1]) // _LEVEL))
    starts = _STARTS[: -(-len(values) // _RUN)]
    total, rest = 0, values
    for step in range(level, -1, -1):
        exponent = 52 + lowest + _LEVEL * step
        shift = math.ldexp(1.5, exponent)
        np.add(rest, shift, out=room)
        if weights is None:
            runs = np.add.reduceat(room.view(np.int64), starts)
            runs -= _bits_of_shift(exponent, len(values))  # modulo 2**64
            total += sum(runs.tolist()) << (_LEVEL * step)
        else:
            total += _weighted(room.view(np.int64) - np.float64(shift).view(np.int64), weights) << (_LEVEL * step)
        if step:
            room -= shift
            rest = rest - room
    return total


def _weighted(units: NDArray[np.int64], weights: NDArray[np.int64]) -> int:
    """Sum units times weights, in two halves of which an int64 holds the sums."""
    high = units >> _HALF
    low = units - (high << _HALF)
    return (int((high * weights).sum()) << _HALF) + int((low * weights).sum())


@lru_cache(maxsize=16)
def _bits_of_shifts(n_values: int) -> NDArray[np.int64]:
    return np.array([_bits_of_shift(52 + bottom(power), n_values) for power in POWERS])


@lru_cache(maxsize=256)
def _bits_of_shift(exponent: int, n_values: int) -> NDArray[np.int64]:
    """Return what the bits of ``1.5 * 2**exponent`` add to the sum of each run, modulo 2**64."""
    bits = ((1023 + exponent) << 52) + (1 << 51)
    lengths = [min(_RUN, n_values - start) for start in range(0, n_values, _RUN)]
    return np.array([length * bits % 2**64 for length in lengths], np.uint64).view(np.int64)
