"""What a probe finds out about wrong values of a target that is a number: how many there are, and which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

__all__ = ["REASONS", "AmountNoise", "AmountSuspects", "Heaping", "Reason"]

Reason = Literal["", "swapped value", "outlying value", "unit error", "impossible value", "heaping"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why a value is suspected; nothing where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AmountSuspects:
    """Every scored row, most suspicious first.

    Attributes
    ----------
    positions : ndarray of int64
        0-based row numbers of the table.
    given, suggested : ndarray of float
        The value that the row has, and the one that it should have had: of a unit error the value in the right unit,
        else the one that is predicted. NaN where nothing is suggested.
    score : ndarray of float
        Probability that the given value is wrong.
    tier : ndarray of int64
        Place in :data:`prefit.evidence.labels.TIERS`.
    reason : ndarray of int64
        Place in :data:`REASONS`.
    """

    positions: NDArray[np.int64]
    given: NDArray[np.float64]
    suggested: NDArray[np.float64]
    score: NDArray[np.float64]
    tier: NDArray[np.int64]
    reason: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heaping:
    """Values that were rounded more coarsely than the others.

    Attributes
    ----------
    step : float
        They are multiples of this.
    share : float
        Of all values, those rounded to it, beyond the ones that are multiples by chance.
    cost : float
        Variance that the rounding adds, as a share of the variance that models leave unexplained.
    """

    step: float
    share: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AmountNoise:
    """How many values of the target are wrong, told apart from those that are hard to predict.

    Attributes
    ----------
    mean, low, high : float
        Share of wrong values and its 90 % interval. It is wide where values vary so much about their prediction that
        a wrong one would not stand out.
    n_rows : int
        Rows of the sample that were scored.
    suspects : AmountSuspects
    heaping : Heaping or None
    """

    mean: float
    low: float
    high: float
    n_rows: int
    suspects: AmountSuspects
    heaping: Heaping | None = None
