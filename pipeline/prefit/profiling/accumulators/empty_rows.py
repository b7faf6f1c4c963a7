"""How many rows have no value in any feature?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.profiling.batches import TableBatch

__all__ = ["EmptyRows"]


@dataclass(frozen=True, slots=True)
class EmptyRows:
    """Exact number of rows whose features are all missing: null, NaN, empty text or white space."""

    n: int = 0

    @classmethod
    def from_batch(cls, batch: TableBatch) -> Self:
        """Count one batch; stops at the first feature that leaves no row empty."""
        names = batch.plan.features
        empty = np.full(len(batch), bool(names))
        for name in names:
            empty &= batch.columns[name].missing
            if not empty.any():
                break
        return cls(int(np.count_nonzero(empty)))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.n + other.n)
