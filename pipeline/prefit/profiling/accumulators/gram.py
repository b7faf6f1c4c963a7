"""How do the numeric columns vary together, over all rows?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.arrays import storage_of
from prefit.profiling.batches import TableBatch
from prefit.profiling.blas import one_thread
from prefit.profiling.plan import Plan
from prefit.profiling.products import STEPS, sums_of_pairs
from prefit.profiling.scales import NUMERIC

__all__ = ["MAX_COLUMNS", "Correlations", "Gram", "numeric_names"]

MAX_COLUMNS = 500
"""Only so many numeric columns are compared, the first ones of the table: the work grows with their square."""

_MOST_STEPS = 2.0**18  # so that a product of two, summed over 131,072 rows, is a whole float64
_MIN_VARIANCE = 1e5  # in squared steps, of which rounding adds 1/12


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
        """Sum one batch of at most 131,072 rows, without the columns that a sum with `before` would leave out."""
        columns = [batch.columns[name] for name in names_of(batch.plan)]
        reach = np.array([column.reach * STEPS for column in columns], np.float64)
        kept = np.flatnonzero((reach if before is None else np.maximum(reach, before.reach)) <= _MOST_STEPS)
        sums = np.zeros((4, len(columns), len(columns)), np.int64)
        if len(kept) and len(batch):
            with one_thread():
                sums[:, kept[:, None], kept] = sums_of_pairs([columns[place] for place in kept])
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
