"""Which of some candidates for a setting is advised: chosen on some folds of the sample, measured on the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prefit.finding import Effect
from prefit.plan import TrainingPlan
from prefit.probes.advice.trials import CONFIRMING, SCREENING, Trials, Variant

__all__ = ["Option", "Settled", "named", "settle"]

WORTH_CONFIRMING = 0.005
"""Gain on the screening folds below which a candidate is not looked at further."""


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate: what it is called, the plan with it, and why it might help."""

    name: str
    variant: Variant
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of the candidates: the plan to go on with, the best candidate, and its effect where it was measured.

    `untried` says why there were candidates and not one was tried; `beside` is whether they were tried in a plan that
    had changed in other settings.
    """

    variant: Variant
    best: Option | None = None
    effect: Effect | None = None
    untried: str = ""
    beside: bool = False

    @property
    def changed(self) -> bool:
        """Whether the best candidate is surely better."""
        return self.effect is not None and self.effect.low > 0

    @property
    def worse(self) -> bool:
        """Whether it is surely worse."""
        return self.effect is not None and self.effect.high < 0


def settle(trials: Trials, now: Variant, options: Sequence[Option]) -> Settled:
    """Take the best candidate of the screening folds if it is surely better on folds that had no say in the choice."""
    if not options:
        return Settled(now)
    if trials.untried:
        return Settled(now, untried=trials.untried)
    beside = trials.planned is not None and now != trials.planned
    scores = [trials.score(option.variant, SCREENING) for option in options]
    best = max(range(len(options)), key=scores.__getitem__)
    if scores[best] - trials.score(now, SCREENING) < WORTH_CONFIRMING:
        return Settled(now, options[best], beside=beside)
    effect = trials.effect(now, options[best].variant, CONFIRMING)
    return Settled(options[best].variant if effect.low > 0 else now, options[best], effect, beside=beside)


def named(plan: TrainingPlan, *keys: str) -> bool:
    """Whether a plan departs in some keys from one of which nothing is said."""
    return any(getattr(plan, key) != getattr(TrainingPlan(), key) for key in keys)
