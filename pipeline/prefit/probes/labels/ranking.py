"""From the probability that a label is wrong to a ranked list of rows in tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from prefit.evidence.suspects import Suspects
from prefit.probes.frame import Array

__all__ = ["ACT", "Judged", "agreed", "capped", "joined", "ranked", "sharpened", "shift_to", "shifted", "tiers"]

ACT, REVIEW = 0.3, 0.1
"""Probability of a wrong label below which no row is to be acted on, or looked at."""

SMALLEST = 1e-3
"""Probabilities are not taken for smaller than this."""

MOST_OF_CLASS = 0.5
"""Share of a class that may be suspected at most: models do not know a rare class, which makes it look wrong."""

MOST_SHIFTED = 5.0
"""The log odds of a wrong label are shifted by no more than this, so that the order of suspicion is never lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Rows with what models say of their labels, in any order.

    Attributes
    ----------
    positions : ndarray of int64
    given, suggested : ndarray of int
    margin : ndarray of float
        How much more probable the given label is than the most probable other one.
    wrong : ndarray of float
        Probability that the given label is wrong.
    """

    positions: Array
    given: Array
    suggested: Array
    margin: Array
    wrong: Array

    @classmethod
    def of(cls, positions: Array, given: Array, probabilities: Array, wrong: Array) -> Judged:
        """Take from class probabilities what the ranking needs of them."""
        rows = np.arange(len(given))
        others = probabilities.copy()
        others[rows, given] = -1.0
        return cls(
            positions=positions,
            given=given,
            suggested=probabilities.argmax(axis=1),
            margin=probabilities[rows, given] - others.max(axis=1, initial=-1.0),
            wrong=wrong,
        )

    def take(self, rows: Array) -> Judged:
        """Return some rows."""
        return Judged(**{name: getattr(self, name)[rows] for name in _COLUMNS})


_COLUMNS = tuple(field.name for field in fields(Judged))


def joined(parts: Sequence[Judged]) -> Judged:
    """Return the rows of all parts, in their order."""
    parts = [part for part in parts if len(part.positions)]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Judged(positions=none, given=none, suggested=none, margin=none, wrong=none)
    return Judged(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS})


def shift_to(rate: float, wrong: Array) -> float:
    """Return by how much to raise the log odds of all rows so that as many labels are expected wrong as the rate says.

    The second round ranks rows better than the first, but it has chosen its rows by the first: its own rate is biased.
    """
    least, most = -MOST_SHIFTED, MOST_SHIFTED
    for _ in range(40):
        middle = (least + most) / 2
        least, most = (middle, most) if shifted(wrong, middle).mean() < rate else (least, middle)
    return (least + most) / 2


def shifted(wrong: Array, shift: float) -> Array:
    """Return probabilities whose log odds are raised."""
    sure = np.clip(wrong.astype(np.float64), 0.0, 1 - 1e-9)  # a single would be rounded to 1
    odds = sure / (1 - sure) * np.exp(shift)
    return np.asarray(odds / (1 + odds))


def sharpened(wrong: Array, probabilities: Array, given: Array) -> Array:
    """Divide the odds of a wrong label by the square of how probable the models find it.

    How sure they are of another label says how probably it is wrong; among rows of which they are equally sure, it is
    rather the one that they find least probable.
    """
    own = np.clip(probabilities[np.arange(len(given)), given], SMALLEST, 1.0)
    sure = np.clip(wrong, 1e-9, 1 - 1e-9)
    odds = sure / (1 - sure) / own**2
    return np.asarray(odds / (1 + odds))


def agreed(first: Array, second: Array) -> Array:
    """Return the mean of two judgments of each row, on the scale of log odds.

    One of models that have learnt wrong labels, and one of models that lack rows with right ones, err differently.
    """
    odds = [sure / (1 - sure) for sure in (np.clip(wrong, 1e-9, 1 - 1e-9) for wrong in (first, second))]
    root = np.sqrt(odds[0] * odds[1])
    return np.asarray(root / (1 + root))


def capped(doubted: Array, wrong: Array, given: Array) -> Array:
    """Doubt no more than half of a class: those of its rows that are wrong most probably."""
    doubted = doubted.copy()
    for number in np.unique(given[doubted]):
        of_class = np.flatnonzero(given == number)
        by_suspicion = of_class[np.argsort(-wrong[of_class], kind="stable")]
        doubted[by_suspicion[int(MOST_OF_CLASS * len(of_class)) :]] = False
    return doubted


def tiers(judged: Judged, raised: float = 0.0) -> Array:
    """Return the place in `TIERS` of each row; what models predict themselves is not doubted.

    Parameters
    ----------
    judged : Judged
    raised : float
        What the log odds of a wrong label are raised by where it is not doubted that a plateau is noise. If it is none,
        no choice of rows is better than another; so they are chosen as if it were.
    """
    wrong = shifted(judged.wrong, raised)
    doubted = capped((judged.given != judged.suggested) & (wrong >= REVIEW), wrong, judged.given)
    tier = doubted.astype(np.int8)
    tier[doubted & (wrong >= max(ACT, _best_threshold(wrong[doubted], wrong.sum())))] = 2
    return tier


def _best_threshold(wrong: Array, expected: float) -> float:
    """Return the probability from which on to act so that the F1 score that is to be expected is highest.

    Acting on rows with a wrong label, and on no others, counts alike.
    """
    if not len(wrong):
        return 1.0
    falling = np.sort(wrong)[::-1]
    f1 = 2 * np.cumsum(falling, dtype=np.float64) / (np.arange(1, len(wrong) + 1) + expected)
    return float(falling[f1.argmax()])


def ranked(judged: Judged, tier: Array, reason: Array) -> Suspects:
    """Put the rows in the order of suspicion; where it is equal, those that the models are surer of come first."""
    order = np.lexsort((judged.positions, judged.margin, -judged.wrong))
    return Suspects(
        positions=judged.positions[order],
        given=judged.given[order],
        suggested=judged.suggested[order],
        score=judged.wrong[order],
        tier=tier[order],
        reason=reason[order],
    )
