"""How many rows of a column are null, NaN, infinite, zero, negative, empty or blank?"""

from __future__ import annotations

from dataclasses import dataclass
from operator import add, attrgetter
from typing import Self

import numpy as np

from prefit.profiling.batches import ColumnBatch
from prefit.profiling.scales import NUMERIC

__all__ = ["Counts"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Exact row counts; see :class:`~prefit.profiling.values.ColumnProfile` for what each means."""

    n_rows: int = 0
    n_null: int = 0
    n_nan: int = 0
    n_infinite: int = 0
    n_zero: int = 0
    n_negative: int = 0
    n_empty: int = 0
    n_blank: int = 0

    @classmethod
    def from_batch(cls, column: ColumnBatch) -> Self:
        """Count one batch."""
        n_rows = len(column)
        n_null = n_rows if column.storage == "null" else column.array.null_count
        if column.storage == "text":
            empty, blank = np.flatnonzero(column.lengths == 0), column.blank
            return cls(
                n_rows,
                n_null,
                n_empty=int(column.weights[empty].sum()) if len(empty) else 0,
                n_blank=0 if blank is None else int(column.weights[blank].sum()),
            )
        if column.storage not in NUMERIC:
            return cls(n_rows, n_null)
        numbers = column.numeric
        n_negative = numbers.n_below + numbers.n_negative
        return cls(n_rows, n_null, numbers.n_nan, numbers.n_above + numbers.n_below, len(column.zeros), n_negative)

    def __add__(self, other: Self) -> Self:
        return type(self)(*map(add, _numbers(self), _numbers(other)))


_numbers = attrgetter(*Counts.__dataclass_fields__)
