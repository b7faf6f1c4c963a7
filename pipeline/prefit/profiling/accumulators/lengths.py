"""How long are the texts of a column?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.profiling import values
from prefit.profiling.batches import ColumnBatch

__all__ = ["Lengths"]


@dataclass(frozen=True, slots=True)
class Lengths:
    """Number, least, greatest and sum of the lengths of the non-null texts, in bytes of UTF-8."""

    n: int = 0
    least: int = 0
    greatest: int = 0
    total: int = 0

    @classmethod
    def from_batch(cls, column: ColumnBatch) -> Self:
        """Measure one batch."""
        if column.storage != "text":
            return cls()
        lengths = column.lengths
        if column.codes is None and column.valid is None:
            n, total = len(lengths), int(lengths.sum())
        else:
            used = np.flatnonzero(column.weights)
            lengths, weights = lengths[used], column.weights[used]
            n, total = int(weights.sum()), int(lengths @ weights)
        return cls(n, int(lengths.min()), int(lengths.max()), total) if n else cls()

    def __add__(self, other: Self) -> Self:
        if self.n == 0:
            return other
        if other.n == 0:
            return self
        return type(self)(
            self.n + other.n,
            min(self.least, other.least),
            max(self.greatest, other.greatest),
            self.total + other.total,
        )

    def value(self) -> values.Lengths | None:
        """Return the lengths; None where there is no text."""
        return values.Lengths(self.least, self.greatest, self.total / self.n) if self.n else None
