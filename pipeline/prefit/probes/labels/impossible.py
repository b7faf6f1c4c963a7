"""Values that a target cannot have, by what all others are: codes for "missing", and wrong signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.probes.frame import Array
from prefit.profiling.facts.sentinels import sentinels

__all__ = ["Impossible"]

MOST, MOST_CODED = 0.02, 0.1
"""Share of negative values, and of a code, from which they are no exception any more."""

FEWEST_AT_END = 0.05
"""Share of the values at the least one, from which this is where the quantity ends: a count of nought."""

SKEWED = 2.0
"""An upper half so many times wider than the lower one is that of an amount, which has no sign."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """Values that a target cannot have: those of `codes`, and where it is so, all that are `negative`."""

    codes: Array
    negative: bool

    @classmethod
    def of(cls, target: Array) -> Self:
        """Find out which values stand for "missing", and whether all others are amounts or counts.

        A quantity ends at nought where it piles up there, or where its spread shrinks towards nought: prices and
        waiting times do, temperatures and profits do not.

        Parameters
        ----------
        target : ndarray of float, shape (n_rows,)
        """
        values, counts = np.unique(target, return_counts=True)
        named = [entry.value for entry in sentinels(values, counts) if entry.count <= MOST_CODED * len(target)]
        codes = np.array(named, dtype=float)
        found = np.isin(target, codes)
        below = target[(target < 0) & ~found]
        others = target[(target >= 0) & ~found]
        negative = 0 < len(below) <= MOST * len(target) and len(others) > 0 and _ends_at_nought(others, below)
        return cls(codes, bool(negative))

    def among(self, values: Array) -> Array:
        """Say which values are impossible."""
        return np.asarray(np.isin(values, self.codes) | (self.negative & (values < 0)))


def _ends_at_nought(others: Array, negative: Array) -> bool:
    if (others == others.min()).mean() >= FEWEST_AT_END and others.min() in (0.0, 1.0):
        return True
    low, middle, high = np.quantile(others, [0.05, 0.5, 0.95])
    closer = (others < np.median(-negative)).sum()  # of a tail that reaches below nought, more values lie just above
    return bool(low > 0 and high - middle > SKEWED * (middle - low) and closer < len(negative))
