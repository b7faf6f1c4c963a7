"""What forecasts like this one came to on other data sets: how far off they were, and which events there were.

The figures are in ``outcomes.json``: weights of linear models, the data sets that they come from, and their licences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import asinh, exp, log, log2
from pathlib import Path
from typing import Any

import numpy as np

from prefit.evidence import FAMILIES
from prefit.probes.frame import Array

__all__ = ["SHIPPED", "Calibration", "Ceiling", "Estimate", "Facts", "Weights", "load_calibration"]

SHIPPED = Path(__file__).with_name("outcomes.json")

OVERFITTING_GAP = 0.10
UNDERFITTING_GAP = 0.05
CONSTANT_SHARE = 0.05
CONSTANT_SPREAD = 0.10
"""Limits of the events, in skill or in shares, as the project defines them."""

FARTHEST = 3.0
"""Traits count as no farther out than so many standard deviations: beyond what was seen, nothing is added."""

DIGIT = 0.02
"""Distances of skills from a limit are told apart finely below this, coarsely above."""

SURE = 0.995
"""No probability is closer to 0 or 1: nothing that a sample says is certain."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that is forecast, and the standard deviation of its error."""

    mean: float
    std: float

    def above(self, limit: float) -> float:
        """Return by how many standard deviations the figure is above a limit, at most 5."""
        return float(np.clip((self.mean - limit) / max(self.std, 1e-6), -5.0, 5.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the probes say of one training of a family; scores are skills: 0 is the constant predictor, 1 is perfect.

    Attributes
    ----------
    family : str
        Family of models; others than prefit's own count as an average one.
    numbers : bool
        Whether the target is a number.
    rows, probed : float
        Rows of the training, and of the largest probe.
    train, held_out : Estimate
        Forecast of the scores.
    """

    family: str
    numbers: bool
    rows: float
    probed: float
    train: Estimate
    held_out: Estimate

    def score_traits(self, score: Estimate) -> Array:
        """Return what the error of a forecast score depends on: how large it is judged, how far it reaches, whose."""
        reach = (log2(max(score.std, 1e-3)), log2(max(self.rows / self.probed, 1.0)))
        return np.array([*reach, *(float(self.family == family) for family in FAMILIES)])

    def overfitting_traits(self) -> Array:
        """Return what tells whether the gap will be large.

        The error counted is that of the held-out score: the score on the training rows is known far better.
        """
        gap = Estimate(self.train.mean - self.held_out.mean, self.held_out.std)
        return _traits(gap, OVERFITTING_GAP)

    def underfitting_traits(self, best: Estimate) -> Array:
        """Return what tells whether the training score will be below the `best` score of any family."""
        return _traits(Estimate(best.mean - self.train.mean, best.std), UNDERFITTING_GAP)

    def constant_traits(self, moved: Estimate) -> Array:
        """Return what tells whether the predictions will hardly differ: how far they `moved` from a constant.

        Shares count by their logarithm too: 0.01 and 0.05 are as different as 0.1 and 0.5.
        """
        limit = CONSTANT_SPREAD if self.numbers else CONSTANT_SHARE
        return np.array([-moved.above(limit), -log((max(moved.mean, 0.0) + limit / 2) / (1.5 * limit))])


def _traits(figure: Estimate, limit: float) -> Array:
    """Return by how much a figure is above a limit: in standard deviations, and in skill."""
    return np.array([figure.above(limit), asinh((figure.mean - limit) / DIGIT)])


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model of traits: their center and spread, a weight each, and what is there without them."""

    center: Array
    spread: Array
    slopes: Array
    base: float

    def __call__(self, traits: Array) -> float:
        """Return the value for some traits."""
        away = np.clip((traits - self.center) / self.spread, -FARTHEST, FARTHEST)
        return float(away @ self.slopes + self.base)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How the best possible score lies above the best family's, on made-up data of which it is known.

    Attributes
    ----------
    share : float
        Share of the climb to some times the rows that is true on average.
    error, climb : float
        Half of the 90 % interval, for each unit of the standard deviation of the score and of the climb.
    """

    share: float
    error: float
    climb: float

    def interval(self, now: Estimate, far: float) -> tuple[float, float]:
        """Return the interval for a score that is `now` and is forecast to be `far` with many more rows."""
        climb = max(far - now.mean, 0.0)
        middle, half = now.mean + self.share * climb, float(np.hypot(self.error * now.std, self.climb * climb))
        return middle - half, middle + half


@dataclass(frozen=True, slots=True)
class Calibration:
    """Linear models, by name: of events the logarithm of their odds, of scores that of what to multiply errors by."""

    models: Mapping[str, Weights]
    ceiling: Ceiling

    def score(self, which: str, facts: Facts) -> Estimate:
        """Return the estimate of a score, ``held_out`` or ``train``, with an error as large as it was elsewhere."""
        estimate: Estimate = getattr(facts, which)
        return Estimate(estimate.mean, estimate.std * exp(self.models[which](facts.score_traits(estimate))))

    def probability(self, event: str, traits: Array) -> float:
        """Return the probability of an event, never closer to 0 or 1 than anything is certain."""
        odds = float(np.clip(self.models[event](traits), -20.0, 20.0))
        return float(np.clip(1 / (1 + exp(-odds)), 1 - SURE, SURE))


@lru_cache(maxsize=4)
def load_calibration(path: Path = SHIPPED) -> Calibration:
    """Read a calibration from its file."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    models = {name: _weights(model) for name, model in stored["models"].items()}
    return Calibration(models, Ceiling(**stored["ceiling"]))


def _weights(model: Mapping[str, Any]) -> Weights:
    center, spread, slopes = (np.array(model[part], dtype=np.float64) for part in ("center", "spread", "slopes"))
    return Weights(center, spread, slopes, float(model["base"]))
