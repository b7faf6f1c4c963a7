"""How do the numeric columns vary together, over all rows?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.arrays import Mask, storage_of
from prefit.profiling.batches import ColumnBatch, TableBatch
from prefit.profiling.blas import one_thread
from prefit.profiling.plan import Plan
from prefit.profiling.scales import NUMERIC

__all__ = ["MAX_COLUMNS", "Correlations", "Gram", "numeric_names"]

MAX_COLUMNS = 500
"""Only so many numeric columns are compared, the first ones of the table: the work grows with their square."""

_STEP_BITS = 10
_STEPS = 2.0**_STEP_BITS  # of a scale: values are rounded to whole steps
_MOST_STEPS = 2.0**18  # so that a product of two, summed over 65,536 rows, is a whole float64
_MIN_VARIANCE = 1e5  # in squared steps, of which rounding adds 1/12
_MOST_EXPONENT = 400  # beyond, a product of two steps is no float64
_BLOCK_CELLS = 90_000  # 0.7 MB
_LEAST_ROWS = 1_024
_SMALL = 40  # columns
_SMALL_PRODUCT = 1_000_000  # multiplications


class Correlations(NamedTuple):
    """Pearson correlations of all pairs, the rows they rest on, and for which columns they hold.

    The rounding of the values lowers `r` by no more than 1e-6 of itself, and moves it with a standard error of at most
    1.3e-3 * sqrt((1 - r**2) / n_rows): 1e-6 where 100,000 rows have a correlation of 0.95.
    `r` is NaN where a column hardly varies on the rows of a pair.
    """

    r: NDArray[np.float64]
    n_rows: NDArray[np.int64]
    exact: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Gram:
    """Sums of products of the first 500 numeric columns, each pair on the rows where both are finite.

    Values are rounded to 2**-10 of the scale of their column, so that all sums are whole numbers and exact whatever the
    cut. A column with a value beyond 256 scales, or with a variance in which rounding shows, is told to be inexact.

    Attributes
    ----------
    reach : ndarray of float64, shape (n_columns,)
        Greatest absolute value of each column in steps.
    n_both, sums, squares, products : ndarray of int64, shape (n_columns, n_columns)
        Rows that have both; of column i on the rows that have j too: sum, sum of squares and sum of products with j.
    """

    reach: NDArray[np.float64]
    n_both: NDArray[np.int64]
    sums: NDArray[np.int64]
    squares: NDArray[np.int64]
    products: NDArray[np.int64]

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return the identity."""
        n = len(names_of(plan))
        return cls(np.zeros(n), *(np.zeros((n, n), np.int64) for _ in range(4)))

    @classmethod
    def from_batch(cls, batch: TableBatch, before: Self | None = None) -> Self:
        """Sum one batch of at most 65,536 rows, without the columns that a sum with `before` would leave out."""
        columns = [batch.columns[name] for name in names_of(batch.plan)]
        reach = np.array([column.reach * _STEPS for column in columns], np.float64)
        kept = np.flatnonzero((reach if before is None else np.maximum(reach, before.reach)) <= _MOST_STEPS)
        sums = np.zeros((4, len(columns), len(columns)), np.int64)
        if len(kept) and len(batch):
            with one_thread():
                sums[:, kept[:, None], kept] = _sums([columns[place] for place in kept])
        return cls(reach, *sums)

    def __add__(self, other: Self) -> Self:
        reach = np.maximum(self.reach, other.reach)
        sums = [mine + theirs for mine, theirs in zip(self._sums(), other._sums(), strict=True)]
        beyond = reach > _MOST_STEPS
        if beyond.any():
            for sum_ in sums:
                sum_[beyond] = sum_[:, beyond] = 0
        return type(self)(reach, *sums)

    def sound(self, none: Self) -> bool:
        """Whether a stored state is one of the same columns."""
        parts = zip(self._arrays(), none._arrays(), strict=True)
        return all(mine.shape == theirs.shape for mine, theirs in parts)

    def value(self) -> Correlations:
        """Return the correlations."""
        n, sums, squares = self.n_both.astype(np.float64), self.sums.astype(np.float64), self.squares.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            means = sums / n
            spreads = squares / n - means**2
            r = (self.products / n - means * means.T) / np.sqrt(spreads * spreads.T)
            summable = self.reach**2 * np.diag(n) < 2.0**62
        r[~np.isfinite(r) | (spreads < _MIN_VARIANCE) | (spreads.T < _MIN_VARIANCE)] = np.nan
        exact = (self.reach <= _MOST_STEPS) & summable & (np.diag(spreads) >= _MIN_VARIANCE)
        return Correlations(r.clip(-1.0, 1.0), self.n_both, exact)

    def _sums(self) -> tuple[NDArray[np.int64], ...]:
        return self.n_both, self.sums, self.squares, self.products

    def _arrays(self) -> tuple[NDArray[Any], ...]:
        return self.reach, *self._sums()


def names_of(plan: Plan) -> list[str]:
    """Return the columns that are compared."""
    return numeric_names(plan)[:MAX_COLUMNS]


def numeric_names(plan: Plan) -> list[str]:
    """Return all columns that could be compared."""
    return [field.name for field in plan.sample_schema if storage_of(field.type) in NUMERIC]


def _sums(columns: list[ColumnBatch]) -> NDArray[np.int64]:
    """Return the four matrices of a batch, in whole steps.

    Rows are worked on in blocks that stay in the cache. What a gap takes from the sums of the other columns is summed
    over the rows that have a gap, and taken off the sums of all rows.
    """
    n, n_rows = len(columns), len(columns[0])
    rounded = [_Rounded.of(column) for column in columns]
    gappy = [place for place, column in enumerate(columns) if column.numeric.gaps is not None]
    gaps = np.stack([columns[place].numeric.gaps for place in gappy]) if gappy else np.zeros((0, n_rows), np.bool_)  # type: ignore[misc]
    with_gap: Mask = np.logical_or.reduce(gaps, axis=0)
    products, lost = np.zeros((n + 1, n)), np.zeros((2 * n + len(gappy), len(gappy)))
    width = max(_LEAST_ROWS, min(n_rows, _BLOCK_CELLS // (n + 1)))
    block = np.ones((n + 1, width))  # the first row for the sums
    for start in range(0, n_rows, width):
        rows = slice(start, min(start + width, n_rows))
        filled = block[:, : rows.stop - start]
        for row, of_column in zip(filled[1:], rounded, strict=True):
            of_column.write(rows, row)
        _multiply(filled, products)
        places = np.flatnonzero(with_gap[rows])
        if len(places):
            some = np.empty((len(lost), len(places)))
            np.take(filled[1:], places, axis=1, out=some[:n], mode="clip")
            np.square(some[:n], out=some[n : 2 * n])
            some[2 * n :] = gaps[:, rows][:, places]
            lost += some @ some[2 * n :].T
    exponents = np.array([of_column.exponent for of_column in rounded])
    return _of_pairs(products, lost, gappy, exponents, n_rows)


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
        products[1:] += block[1:] @ block[1:].T


def _of_pairs(
    products: NDArray[np.float64],
    lost: NDArray[np.float64],
    gappy: list[int],
    exponents: NDArray[np.int64],
    n_rows: int,
) -> NDArray[np.int64]:
    """Spread what was summed to the four matrices of all pairs."""
    n = len(exponents)
    n_gaps = np.zeros(n)
    n_gaps[gappy] = np.diag(lost[2 * n :])
    result = np.empty((4, n, n))
    n_both, sums, squares, _ = result
    n_both[:] = n_rows - n_gaps[:, None] - n_gaps
    n_both[np.ix_(gappy, gappy)] += lost[2 * n :]
    sums[:] = np.ldexp(products[0], -exponents)[:, None]
    sums[:, gappy] -= np.ldexp(lost[:n], -exponents[:, None])
    squares[:] = np.ldexp(np.diag(products[1:]), -2 * exponents)[:, None]
    squares[:, gappy] -= np.ldexp(lost[n : 2 * n], -2 * exponents[:, None])
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
            np.rint(self.column.scale.of(numbers.values[rows]) * _STEPS, out=out)
        else:
            np.add(numbers.values[rows], self.added, out=out)
            out -= self.taken
        if numbers.gaps is not None:
            out[numbers.gaps[rows]] = 0.0
