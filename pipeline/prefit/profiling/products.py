"""Sums of products of the numbers of all pairs of columns of a batch: whole numbers, and thus exact."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.column_batch import ColumnBatch
from prefit.profiling.common import common_rows

__all__ = ["STEPS", "sums_of_pairs"]

_STEP_BITS = 10
STEPS = 2.0**_STEP_BITS
"""Of a scale: values are rounded to whole steps."""

_MOST_EXPONENT = 400  # beyond, a product of two steps is no float64
_BLOCK_CELLS = 1 << 20  # 8 MiB
_LEAST_ROWS = 1_024
_SMALL = 40  # columns
_SMALL_PRODUCT = 1_000_000  # multiplications
_PRODUCT_ROWS = 2_048
_DENSE = 8  # one gap in so many cells, from which it costs less to multiply than to look gaps up


def sums_of_pairs(columns: list[ColumnBatch]) -> NDArray[np.int64]:
    """Return, for all pairs of columns, the rows that have both, and three sums over these, in whole steps.

    Parameters
    ----------
    columns : list of ColumnBatch
        Of at most 131,072 rows and at most 2**18 steps from their center.

    Returns
    -------
    ndarray of int64, shape (4, n_columns, n_columns)
        Rows; sums of the first column of the pair, of its squares, and of the products.
    """
    n, n_rows = len(columns), len(columns[0])
    rounded = [_Rounded.of(column) for column in columns]
    gappy = [place for place, column in enumerate(columns) if len(column.numeric.gaps)]
    products, lost = np.zeros((n + 1, n)), np.zeros((2, n, len(gappy)))
    n_blocks = -(-n_rows // max(_LEAST_ROWS, _BLOCK_CELLS // (n + 1)))
    width = -(-n_rows // n_blocks)
    room = np.empty((n + 1) * width)
    for start in range(0, n_rows, width):
        rows = slice(start, min(start + width, n_rows))
        block = room[: (n + 1) * (rows.stop - start)].reshape(n + 1, -1)
        block[0] = 1.0  # for the sums
        for row, of_column in zip(block[1:], rounded, strict=True):
            of_column.write(rows, row)
        _multiply(block, products)
        _add_lost(block[1:], [columns[place].numeric.gaps_of(rows) for place in gappy], lost)
    both_lost = common_rows([columns[place].numeric.gaps for place in gappy], n_rows)
    exponents = np.array([of_column.exponent for of_column in rounded])
    return _of_pairs(products, lost, both_lost, gappy, exponents, n_rows)


def _multiply(block: NDArray[np.float64], products: NDArray[np.float64]) -> None:
    """Add the products of all pairs of rows of a block, the first with the others too.

    BLAS has fast kernels for small products; for large ones half of the work is spared by symmetry.
    """
    n = len(block)
    if n <= _SMALL:
        length = _SMALL_PRODUCT // n**2
        for start in range(0, block.shape[1], length):
            piece = block[:, start : start + length]
            products += piece @ piece[1:].T
    else:
        products[0] += block[1:].sum(axis=1)
        for start in range(0, block.shape[1], _PRODUCT_ROWS):
            piece = block[1:, start : start + _PRODUCT_ROWS]
            products[1:] += piece @ piece.T


def _add_lost(block: NDArray[np.float64], gaps: list[NDArray[np.int64]], lost: NDArray[np.float64]) -> None:
    """Add what the gaps of some columns take from the sums and the sums of squares of all columns."""
    n_gaps = np.array([len(of_column) for of_column in gaps])
    n_rows = block.shape[1]
    if n_gaps.sum() * _DENSE > len(gaps) * n_rows:
        mask = np.zeros((n_rows, len(gaps)))
        for place, of_column in enumerate(gaps):
            mask[of_column, place] = 1.0
        lost[0] += block @ mask
        lost[1] += np.square(block) @ mask
        return
    for some in _groups(n_gaps, n_rows):
        places = np.concatenate([gaps[place] for place in some])
        found = block.take(places, axis=1, mode="clip")
        starts = np.cumsum(n_gaps[some]) - n_gaps[some]
        lost[0][:, some] += np.add.reduceat(found, starts, axis=1)
        np.square(found, out=found)
        lost[1][:, some] += np.add.reduceat(found, starts, axis=1)


def _groups(n_gaps: NDArray[np.int64], most: int) -> Iterator[NDArray[np.int64]]:
    """Yield the places of the columns with a gap, in groups that have as many gaps as a block has rows, about."""
    places = np.flatnonzero(n_gaps)
    number = np.cumsum(n_gaps[places]) // most
    yield from np.split(places, np.flatnonzero(np.diff(number)) + 1) if len(places) else ()


def _of_pairs(
    products: NDArray[np.float64],
    lost: NDArray[np.float64],
    both_lost: NDArray[np.int64],
    gappy: list[int],
    exponents: NDArray[np.int64],
    n_rows: int,
) -> NDArray[np.int64]:
    """Spread what was summed to the four matrices of all pairs."""
    n = len(exponents)
    n_gaps = np.zeros(n)
    n_gaps[gappy] = np.diag(both_lost)
    result = np.empty((4, n, n))
    n_both, sums, squares, _ = result
    n_both[:] = n_rows - n_gaps[:, None] - n_gaps
    n_both[np.ix_(gappy, gappy)] += both_lost
    sums[:] = np.ldexp(products[0], -exponents)[:, None]
    sums[:, gappy] -= np.ldexp(lost[0], -exponents[:, None])
    squares[:] = np.ldexp(np.diag(products[1:]), -2 * exponents)[:, None]
    squares[:, gappy] -= np.ldexp(lost[1], -2 * exponents[:, None])
    result[3] = np.ldexp(products[1:], -exponents[:, None] - exponents)
    return result.astype(np.int64)


class _Rounded(NamedTuple):
    """The numbers of a column rounded to whole steps of ``2**exponent``: to be added, and then taken off."""

    column: ColumnBatch
    exponent: int
    added: np.float64 | None
    taken: np.float64

    @classmethod
    def of(cls, column: ColumnBatch) -> Self:
        """Find a number that leaves no digits behind the steps when it is added: 1.5 * 2**52 of them, less center."""
        exponent = column.scale.exponent - _STEP_BITS
        center = column.scale.center
        if abs(exponent) < _MOST_EXPONENT and abs(center) < math.ldexp(1.0, exponent + 50):
            steps = 3 << 51
            added = steps - round(math.ldexp(center, -exponent))
            return cls(column, exponent, *(np.float64(math.ldexp(n, exponent)) for n in (added, steps)))
        return cls(column, 0, None, np.float64(0))

    def write(self, rows: slice, out: NDArray[np.float64]) -> None:
        """Write some rows to an array, 0 at gaps."""
        numbers = self.column.numeric
        if self.added is None:
            np.rint(numbers.scaled(self.column.scale, rows) * STEPS, out=out)
            return
        np.add(numbers.values[rows], self.added, out=out)
        out -= self.taken
        out[numbers.gaps_of(rows)] = 0.0
