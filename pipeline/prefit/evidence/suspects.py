"""Rows whose label, or whose value of a target that is a number, was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["TIERS", "Suspects"]

TIERS = ("ok", "review", "act")
"""How much suspicion there is of a row: acting on those of the last tier finds as many wrong labels as can be had for
as few right ones (the expected F1 score is highest), or values that are wrong rather than right."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suspects:
    """Every scored row, most suspicious first.

    Attributes
    ----------
    positions : ndarray of int64
        0-based row numbers of the table.
    given, suggested : ndarray
        What the row has, and what it should have. Of classes: places in `LabelNoise.classes`, the second of the one
        that the models predict. Of a number: values; the second is that in the right unit where the unit is wrong, else
        the one that is predicted, and NaN where nothing is suggested.
    score : ndarray of float
        Probability that what the row has is wrong.
    tier : ndarray of int
        Place in :data:`TIERS`.
    reason : ndarray of int
        Place in the ``REASONS`` of labels or of amounts.
    """

    positions: NDArray[np.int64]
    given: NDArray[Any]
    suggested: NDArray[Any]
    score: NDArray[np.floating]
    tier: NDArray[np.integer]
    reason: NDArray[np.integer]

    @property
    def n_rows(self) -> int:
        """Rows that were scored."""
        return len(self.positions)

    def of_tier(self, *tiers: str) -> NDArray[np.bool_]:
        """Say which rows are of one of some tiers."""
        return np.isin(self.tier, [TIERS.index(tier) for tier in tiers])
