"""Which columns have no value in the same rows?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.arrays import union_of
from prefit.profiling.batches import TableBatch
from prefit.profiling.blas import one_thread
from prefit.profiling.common import common_rows
from prefit.profiling.joint_values import CoMissing as CoMissingValues
from prefit.profiling.plan import Plan

__all__ = ["CoMissing"]

_MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True, eq=False)
class CoMissing:
    """Exact counts of the rows in which two columns are both null, NaN, empty or blank.

    Columns without such a row cost nothing. Of more than 500 with one, the first of the table are counted.

    Attributes
    ----------
    columns : ndarray of int64, shape (n_columns,)
        Places in the table, ascending.
    counts : ndarray of int64, shape (n_columns, n_columns)
    """

    columns: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def empty(cls, plan: Plan) -> Self:  # noqa: ARG003
        """Return the identity."""
        return cls(np.zeros(0, np.int64), np.zeros((0, 0), np.int64))

    @classmethod
    def from_batch(cls, batch: TableBatch) -> Self:
        """Count one batch."""
        columns: list[int] = []
        missing: list[NDArray[np.int64]] = []
        for place, column in enumerate(batch.columns.values()):
            rows = column.missing_rows
            if len(rows) and len(columns) < _MAX_COLUMNS:
                columns.append(place)
                missing.append(rows)
        if not columns:
            return cls.empty(batch.plan)
        with one_thread():
            return cls(np.array(columns), common_rows(missing, len(batch)))

    def __add__(self, other: Self) -> Self:
        columns = union_of(self.columns, other.columns)
        counts = np.zeros((len(columns), len(columns)), np.int64)
        for part in (self, other):
            at = np.searchsorted(columns, part.columns)
            counts[np.ix_(at, at)] += part.counts
        return type(self)(columns[:_MAX_COLUMNS], counts[:_MAX_COLUMNS, :_MAX_COLUMNS].copy())

    def sound(self, none: Self) -> bool:  # noqa: ARG002
        """Whether stored counts fit their columns."""
        ascending = bool((self.columns[1:] > self.columns[:-1]).all()) and not bool((self.columns < 0).any())
        return ascending and len(self.columns) <= _MAX_COLUMNS and self.counts.shape == (len(self.columns),) * 2

    def value(self, names: list[str], n_missing: list[int], n_rows: int) -> CoMissingValues:
        """Return the counts of named columns, of which it is known in how many of the rows they have no value."""
        n_left_out = sum(n > 0 for n in n_missing) - len(self.columns)
        return CoMissingValues(tuple(names[place] for place in self.columns), self.counts, n_rows, n_left_out)
