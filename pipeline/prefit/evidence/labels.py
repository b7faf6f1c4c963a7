"""What a probe finds out about wrong labels: how many there are, and which."""

from __future__ import annotations

from dataclasses import dataclass

from prefit.evidence.suspects import Suspects
from prefit.finding import Effect

__all__ = ["REASONS", "LabelNoise", "Transition"]

REASONS = ("", "model disagreement", "neighbours", "outlier", "conflicting duplicate")
"""Why a label is doubted: models alone contradict it; so do most of the rows that are nearest; the row lies far from
all others, so that models guess; a row with the same features has another label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Of the rows that belong to the class `true`, the share that is labelled `given` by error, with a 90 % interval.

    Both are places in `LabelNoise.classes`.
    """

    true: int
    given: int
    mean: float
    low: float
    high: float


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
        Rows of the sample that the rate was estimated from.
    classes : tuple
        Values of the target.
    suspects : Suspects
    transitions : tuple of Transition
        Which class is labelled as which other one, most frequent first.
    dropped, relabelled : Effect or None
        What dropping the rows to act on from the training rows, or giving them the suggested label, does to the score
        of held-out rows that look clean; None where there are none to act on.
    """

    mean: float
    low: float
    high: float
    ambiguity: float
    n_rows: int
    classes: tuple[object, ...]
    suspects: Suspects
    transitions: tuple[Transition, ...] = ()
    dropped: Effect | None = None
    relabelled: Effect | None = None
