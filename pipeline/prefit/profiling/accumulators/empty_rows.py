"""How many rows have no value in any feature?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.profiling.arrays import Mask
from prefit.profiling.batches import TableBatch

__all__ = ["EmptyRows"]


@dataclass(frozen=True, slots=True)
class EmptyRows:
    """Exact number of rows whose features are all missing: null, NaN, empty text or white space."""

    n: int = 0

    @classmethod
    def from_batch(cls, batch: TableBatch) -> Self:
        """Count one batch; stops at the first feature that leaves no row empty."""
        empty: Mask | None = None
        for name in batch.plan.features:
            missing = batch.columns[name].some_missing
            if missing is None:
                return cls()
            empty = missing if empty is None else empty & missing
            if not empty.any():
                return cls()
        return cls(0 if empty is None else int(np.count_nonzero(empty)))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.n + other.n)
