"""What a probe finds out about wrong values of a target that is a number: how many there are, and which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from prefit.evidence.suspects import Suspects

__all__ = ["REASONS", "AmountNoise", "Heaping", "Reason"]

Reason = Literal["", "swapped value", "outlying value", "unit error", "impossible value", "heaping"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why a value is suspected; nothing where it is not."""


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
        Rows of the sample that the rate was estimated from.
    suspects : Suspects
    heaping : Heaping or None
    """

    mean: float
    low: float
    high: float
    n_rows: int
    suspects: Suspects
    heaping: Heaping | None = None
