"""What a probe finds out about wrong labels: how many there are, and which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["TIERS", "LabelNoise", "Suspects"]

TIERS = ("ok", "review", "act")
"""How much suspicion there is of a label; those to act on are wrong more probably than not."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suspects:
    """Every scored row, most suspicious first.

    Attributes
    ----------
    positions : ndarray of int64
        0-based row numbers of the table.
    given, suggested : ndarray of int64
        Places in `LabelNoise.classes` of the label that the row has, and of the one that the models predict.
    score : ndarray of float
        Probability that the given label is wrong.
    tier : ndarray of int64
        Place in :data:`TIERS`.
    """

    positions: NDArray[np.int64]
    given: NDArray[np.int64]
    suggested: NDArray[np.int64]
    score: NDArray[np.float64]
    tier: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelNoise:
    """How many labels are wrong, told apart from classes that overlap.

    Attributes
    ----------
    mean, low, high : float
        Share of wrong labels and its 90 % interval.
    ambiguity : float
        Share of the rows whose label is right and yet not the one that is predicted: the classes overlap there.
    n_rows : int
        Rows of the sample that were scored.
    classes : tuple
        Values of the target.
    suspects : Suspects
    """

    mean: float
    low: float
    high: float
    ambiguity: float
    n_rows: int
    classes: tuple[object, ...]
    suspects: Suspects
