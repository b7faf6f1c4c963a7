"""What a change of the plan is worth: trainings on folds, scored on the rows that they did not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from prefit.finding import Effect
from prefit.plan import TrainingPlan
from prefit.probes.advice.matrix import FOLDS, Numbers
from prefit.probes.frame import Array
from prefit.probes.score import metric_name, score
from prefit.probes.training.rows import Rows
from prefit.probes.training.run import train

__all__ = ["CONFIRMING", "SCREENING", "Trials", "Variant", "predicted"]

SCREENING: tuple[int, ...] = (0, 1)
CONFIRMING: tuple[int, ...] = tuple(range(2, FOLDS))
"""Folds on which candidates are chosen, and those on which the chosen one is measured: it was not chosen by them."""

RESAMPLES = 200
Z = 1.645


STUCK = 0.05
"""Skill up to which a plan has learnt nothing."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A plan, and what it has no key for: classes that count the same, a target that is learnt as its log1p."""

    plan: TrainingPlan
    weighted: bool = False
    log: bool = False


@dataclass
class Trials:
    """Trains variants of a plan on folds of the sample, each once.

    Where they would say nothing, none is made: `untried` is the reason. `planned` is the plan before any change.
    """

    numbers: Numbers
    seed: int = 0
    untried: str = ""
    planned: Variant | None = None
    _known: dict[tuple[Variant, int], Array] = field(default_factory=dict)

    @property
    def metric(self) -> str:
        """Name of the score."""
        return metric_name(self.numbers.n_classes)

    def predictions(self, variant: Variant, fold: int) -> Array:
        """Return the predictions for the held-out rows of a fold: class numbers, or numbers."""
        key = variant, fold
        if key not in self._known:
            self._known[key] = self._predict(variant, fold)
        return self._known[key]

    def score(self, variant: Variant, folds: Sequence[int]) -> float:
        """Return the mean held-out score over some folds."""
        values = []
        for fold in folds:
            held = self.numbers.target[self.numbers.parts(fold)[1]]
            values.append(score(held, self.predictions(variant, fold), self.numbers.n_classes).value)
        return float(np.mean(values))

    def learns(self, score: float) -> bool:
        """Return whether a held-out score is above that of a constant prediction."""
        constant = 1 / self.numbers.n_classes if self.numbers.n_classes else 0.0
        return score > constant + STUCK * (1 - constant)

    def effect(self, planned: Variant, advised: Variant, folds: Sequence[int] = CONFIRMING) -> Effect:
        """Return the change of the held-out score, with its 90 % interval: luck of the rows and of the folds."""
        held = [self.numbers.target[self.numbers.parts(fold)[1]] for fold in folds]
        old = [self.predictions(planned, fold) for fold in folds]
        new = [self.predictions(advised, fold) for fold in folds]
        n_classes = self.numbers.n_classes
        by_fold = np.array(
            [
                score(target, after, n_classes).value - score(target, before, n_classes).value
                for target, before, after in zip(held, old, new, strict=True)
            ]
        )
        target, before, after = np.concatenate(held), np.concatenate(old), np.concatenate(new)
        random = np.random.default_rng(self.seed)
        drawn = [random.integers(0, len(target), len(target)) for _ in range(RESAMPLES)]
        resampled = [
            score(target[k], after[k], n_classes).value - score(target[k], before[k], n_classes).value for k in drawn
        ]
        rows_std = float(np.std(resampled))
        folds_std = float(by_fold.std(ddof=1)) / np.sqrt(len(folds)) if len(folds) > 1 else 0.0
        delta, half = float(by_fold.mean()), Z * max(rows_std, folds_std)
        return Effect(metric=self.metric, delta=delta, low=float(delta - half), high=float(delta + half))

    def _predict(self, variant: Variant, fold: int) -> Array:
        chosen, held = self.numbers.parts(fold)
        return predicted(self.numbers.take(chosen), variant, self.numbers.matrix[held], seed=self.seed + fold)


def predicted(numbers: Numbers, variant: Variant, unseen: Array, *, seed: int) -> Array:
    """Train a variant on rows, and return its predictions for others: class numbers, or numbers."""
    if variant.weighted:
        numbers = numbers.take(_evened(numbers.target, seed))
    target = np.log1p(numbers.target) if variant.log else numbers.target
    rows = Rows(numbers.matrix.astype(np.float32), target, numbers.n_classes)
    outputs = train(rows, variant.plan, seed=seed).outputs(unseen.astype(np.float32))
    if numbers.n_classes:
        return np.asarray(np.nan_to_num(outputs, nan=-np.inf).argmax(axis=1))
    values = np.asarray(outputs, dtype=np.float64).reshape(-1)
    with np.errstate(all="ignore"):
        if variant.log:
            values = np.expm1(np.minimum(values, float(target.max()) + 1))
        elif variant.plan.loss_for(0) == "poisson":
            values = np.exp(values)
    return np.where(np.isfinite(values), values, float(numbers.target.mean()))  # a run that broke predicts nothing


def _evened(target: Array, seed: int) -> Array:
    """Draw as many rows, the same number of each class: what class weights do, for an optimizer that has none."""
    random = np.random.default_rng(seed)
    classes, of_class = np.unique(target, return_inverse=True)
    pools = [random.permutation(np.flatnonzero(of_class == number)) for number in range(len(classes))]
    wanted = -(-len(target) // len(classes))
    return random.permutation(np.concatenate([np.resize(pool, wanted) for pool in pools]))
