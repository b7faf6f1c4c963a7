"""How widely right values of a target scatter about their prediction: it judges any value, in the sample or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.evidence.amounts import REASONS
from prefit.probes.frame import Array
from prefit.probes.labels.mixture import Mixture, Posterior, Terms, Unit
from prefit.probes.labels.scale import Elsewhere, Loosened, Scale

__all__ = ["ACT", "REVIEW", "Opinion", "Yardstick"]

ACT, REVIEW = 0.5, 0.2
"""Probability of a wrong value from which a row is to be acted on, or looked at."""

POWERS = np.array([1, 2, 3, -1, -2, -3])
"""Units are taken for each other by these powers of ten."""

SEPARATE = 5.0
"""Usual errors that a unit must move a value by, and that nought must be away from what is predicted: else large values
are taken for values in a wrong unit."""

CUT = 1.5
"""Widths from the middle beyond which values lie where no others do."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is said of values: how probably each is wrong, what it should be, and why (places in `REASONS`)."""

    wrong: Array
    suggested: Array
    reason: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What the sample tells of values and their predictions.

    Attributes
    ----------
    scale : Scale
    loosened : Loosened
    elsewhere : Elsewhere or None
        What values of other rows follow; None where models tell too little of where a value belongs.
    usual_spread : float
        The usual error, on the scale.
    posterior : Posterior
    """

    scale: Scale
    loosened: Loosened
    elsewhere: Elsewhere | None
    usual_spread: float
    posterior: Posterior

    @classmethod
    def of(
        cls, given: Array, predicted: Array, spread: Array, scale: Scale, luck: Array, *, known: bool, seed: int
    ) -> Self:
        """Learn from the values of the sample, which were predicted on the scale by models that have not seen them."""
        loosened, usual_spread = Loosened.of(given, scale), float(np.median(spread))
        there = loosened.moved(given, scale.to(given), luck)
        elsewhere = Elsewhere.of(there) if known else None
        terms = _terms(there, predicted, spread, scale, elsewhere, usual_spread)
        return cls(
            scale=scale,
            loosened=loosened,
            elsewhere=elsewhere,
            usual_spread=usual_spread,
            posterior=Posterior.of(terms, seed),
        )

    def judge(self, given: Array, predicted: Array, spread: Array, luck: Array) -> Opinion:
        """Judge values by their prediction and the usual error there, both on the scale.

        Parameters
        ----------
        given, predicted, spread : ndarray of float, shape (n_rows,)
        luck : ndarray of float, shape (n_rows,)
            Numbers from 0 to 1 that say where between its neighbours a rounded value lay.
        """
        there = self.scale.to(given)
        moved = self.loosened.moved(given, there, luck)
        terms = _terms(moved, predicted, spread, self.scale, self.elsewhere, self.usual_spread)
        mixture = self.posterior.judge(terms)
        suggested, reason = _explained(given, self.scale.back(predicted), there, mixture)
        return Opinion(mixture.wrong, suggested, reason)


def _terms(
    there: Array, predicted: Array, spread: Array, scale: Scale, elsewhere: Elsewhere | None, usual_spread: float
) -> Terms:
    units = []
    for power in POWERS:
        if scale.logarithmic:
            shift = power * np.log(10) / scale.width
            told_apart = abs(shift) >= SEPARATE * usual_spread
            unit, log_slope = there - (shift if told_apart else np.inf), np.zeros(len(there))
        else:
            far_from_nought = np.abs(predicted - scale.to(np.zeros(1))) >= SEPARATE * spread
            unit = np.where(far_from_nought, scale.to(scale.back(there) / 10.0**power), np.inf)
            log_slope = np.full(len(there), -power * np.log(10))
        units.append(Unit((unit - predicted) / spread, log_slope))
    unknown = np.full(len(there), -np.inf)
    return Terms(
        off=(there - predicted) / spread,
        log_elsewhere=unknown if elsewhere is None else elsewhere.log_density(there) + np.log(spread),
        units=tuple(units),
        inside=np.abs(there) < CUT,
    )


def _explained(given: Array, expected: Array, there: Array, mixture: Mixture) -> tuple[Array, Array]:
    """Suggest a value for each row, and say what is wrong with the one that it has."""
    power = POWERS[mixture.units.argmax(axis=0)]
    of_unit = mixture.units.sum(axis=0) > mixture.elsewhere
    suggested = np.where(of_unit, given / 10.0**power, expected)
    outside = np.abs(there) > 1
    found = np.where(outside, REASONS.index("outlying value"), REASONS.index("swapped value"))
    found = np.where(of_unit, REASONS.index("unit error"), found)
    return suggested, np.where(mixture.wrong >= REVIEW, found, 0)
