"""Values that no model is asked about: impossible ones, those that many rows share, and odd ones among amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.labels.impossible import Impossible
from prefit.probes.labels.scale import Scale

__all__ = ["Kinds", "Sorted"]

ATOM = 0.05
"""Share of the rows that have one and the same value from which it is a kind of its own, such as no income."""

FEW_BELOW = 0.02
"""Share of values of nought or less up to which they are exceptions among amounts."""

TIMES_NEARBY = 3.0
"""An atom has this many times the rows of the values next to it, and more."""

FEWEST_VALUES = 15
"""Of fewer distinct values each is so frequent that none looks wrong."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Which values are impossible, odd (nought or less where others are amounts), and judged by their prediction."""

    never: Array
    odd: Array
    judged: Array


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the sample tells of the kinds of values.

    Attributes
    ----------
    impossible : Impossible
    atoms : ndarray of float or None
        Values that many rows have, as no income: which of them are right, nothing tells. None where all are such.
    amounts : bool
        Whether all that are judged are amounts, which only ratios compare: one of nought or less is odd.
    """

    impossible: Impossible
    atoms: Array | None
    amounts: bool

    @classmethod
    def of(cls, target: Array) -> Self:
        """Learn from the values of the sample."""
        impossible = Impossible.of(target)
        possible = target[~impossible.among(target)]
        atoms = _atoms(possible, len(target))
        if atoms is None:
            return cls(impossible, None, amounts=False)
        others = possible[~np.isin(possible, atoms)]
        above = others[others > 0]
        few_below = len(others) - len(above) <= FEW_BELOW * len(others)
        return cls(impossible, atoms, amounts=bool(len(above) and few_below and Scale.of(above).logarithmic))

    def sort(self, values: Array) -> Sorted:
        """Say of which kind each value is, of the sample or not."""
        never = self.impossible.among(values)
        if self.atoms is None:
            nothing = np.zeros(len(values), dtype=bool)
            return Sorted(never, nothing, nothing)
        left = ~never & ~np.isin(values, self.atoms)
        odd = left & (values <= 0) & self.amounts
        return Sorted(never, odd, left & ~odd)


def _atoms(possible: Array, n_rows: int) -> Array | None:
    values, counts = np.unique(possible, return_counts=True)
    if len(values) < FEWEST_VALUES:
        return None
    padded = np.pad(counts.astype(float), 2, mode="reflect")
    nearby = (padded[:-4] + padded[1:-3] + padded[3:-1] + padded[4:]) / 4
    return np.asarray(values[(counts >= ATOM * n_rows) & (counts >= TIMES_NEARBY * nearby)])
