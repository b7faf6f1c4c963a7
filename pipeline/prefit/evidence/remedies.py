"""What a change to the data or the training is worth: the price of a remedy, measured or forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from prefit.finding import Effect

__all__ = ["Outcome", "Remedy"]

Outcome = Literal["helps", "does_not_help", "harms", "honest", "forecast", "not_tried"]
"""``honest``: the score falls because it was flattered before; ``forecast``: read off the learning curve, not tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change, the causes that it answers, and what it does to the held-out score.

    Attributes
    ----------
    name : str
        For example ``"class-weights"``.
    title : str
        What to do, in a few words.
    causes : tuple of str
        Ids of the checks that it answers.
    family : str
        The family that was trained with the change, or without it.
    code : str
        How to do it; empty where there is nothing to write.
    effect : Effect or None
        Gain of the held-out score, with an interval that holds at 90 % for all remedies of the run at once; None where
        it was not tried.
    n_rows : int
        Rows that were cut into folds; 0 where none were.
    reason : str
        Why it was not tried.
    flatters : bool
        Whether the score without the change is too good to be true, so that a loss is no argument against it.
    foretold : bool
        Whether the effect is a forecast.
    """

    name: str
    title: str
    causes: tuple[str, ...]
    family: str
    code: str = ""
    effect: Effect | None = None
    n_rows: int = 0
    reason: str = ""
    flatters: bool = False
    foretold: bool = False

    @property
    def outcome(self) -> Outcome:
        """What came of it, with the whole interval on one side of 0 for a gain or a loss."""
        if self.effect is None:
            return "not_tried"
        if self.foretold:
            return "forecast"
        if self.flatters:
            return "honest"
        if self.effect.low > 0:
            return "helps"
        return "harms" if self.effect.high < 0 else "does_not_help"
