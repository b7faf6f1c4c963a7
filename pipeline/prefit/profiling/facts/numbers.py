"""The distinct finite numbers of a column, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import as_numpy, run_starts
from prefit.profiling.tally import Tally

__all__ = ["Numbers"]


class Numbers(NamedTuple):
    """Distinct finite numbers in ascending order, as float64, and how many rows have each."""

    values: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Leave out what is infinite, and sort."""
        floats = as_numpy(tally.values.cast(pa.float64(), safe=False))
        finite = np.isfinite(floats)
        floats, counts = floats[finite], tally.counts[finite]
        if (floats[1:] > floats[:-1]).all():  # in order already
            return cls(floats, counts)
        if 2 * len(floats) > counts.sum():  # to sort all rows is quicker than to find the order of the numbers
            rows = np.sort(np.repeat(floats, counts))
            heads = run_starts(rows)
            return cls(rows[heads], np.diff(heads, append=len(rows)))
        order = np.argsort(floats)
        return cls(floats[order], counts[order])

    @property
    def whole(self) -> bool:
        """Whether all of them are integers."""
        return bool((self.values == np.rint(self.values)).all())

    def quantiles(self, probabilities: Sequence[float]) -> NDArray[np.float64]:
        """Return the values below which the given shares of the rows lie: values that occur, none in between."""
        ends = np.cumsum(self.counts)
        places = np.searchsorted(ends, np.asarray(probabilities) * ends[-1], side="left")
        quantiles: NDArray[np.float64] = self.values[places.clip(0, len(self.values) - 1)]
        return quantiles
