"""Metrics that are forecast beside the score, where one is asked for.

A metric adds up: a block of rows gives a *tally*, the tallies of several blocks are summed, and the value follows from
the sum. On a learning curve greater is better: an error stands there as the share of the constant predictor's error
that is avoided, cut at -1; any other metric as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.score import Score
from prefit.task import ERRORS

__all__ = ["METRICS", "Answers", "Measure", "Metric", "measure_of"]

PARTS = 20
"""Parts of a block of rows that are left out in turn, to see how much the value owes to the rows."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model says of some rows.

    Attributes
    ----------
    predicted : ndarray, shape (n_rows,)
        Class numbers, or values.
    chances : ndarray, shape (n_rows, n_classes), optional
        How much speaks for each class; None where the model does not say, or was not asked.
    probable : bool
        Whether `chances` are probabilities; they rank the rows in any case.
    """

    predicted: Array
    chances: Array | None = None
    probable: bool = True

    def take(self, rows: Array) -> Answers:
        """Return the answers for some of the rows."""
        return Answers(self.predicted[rows], None if self.chances is None else self.chances[rows], self.probable)


@dataclass(frozen=True, slots=True)
class Classes:
    """How many classes there are, 0 for numbers, and which of two is the positive one: the rarer."""

    count: int
    positive: int


@dataclass(frozen=True, slots=True)
class Metric:
    """How answers are measured.

    Attributes
    ----------
    kind : str
        The kind of score that its learning curves are to the curve model.
    needs : {"predictions", "ranking", "probabilities"}
        What a model has to answer.
    tally : callable
        From target, answers and classes to figures that add up over blocks of rows.
    value : callable
        From such figures to the value; NaN where the rows do not allow one.
    constant : callable
        From target and classes to the value of the best constant predictor.
    """

    kind: str
    needs: Literal["predictions", "ranking", "probabilities"]
    tally: Callable[[Array, Answers, Classes], Array]
    value: Callable[[Array], float]
    constant: Callable[[Array, Classes], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric on a data set, and the value that the best constant predictor has there."""

    name: str
    classes: Classes
    constant: float

    @property
    def metric(self) -> Metric:
        """How it is computed."""
        return METRICS[self.name]

    @property
    def is_error(self) -> bool:
        """Whether less is better, and 0 is perfect."""
        return self.name in ERRORS

    def on_curve(self, value: float) -> float:
        """Return what stands on a learning curve for a value."""
        return max(-1.0, 1 - value / self.constant) if self.is_error else value

    def off_curve(self, score: float) -> float:
        """Return the value that a score on a learning curve stands for."""
        return self.constant * (1 - score) if self.is_error else score

    def score(self, target: Array, answers: Answers, *, varied: bool = True) -> Score:
        """Measure answers as they stand on a curve, NaN where the rows do not allow it.

        The variance is that of a jackknife over parts of the rows; 0 if it is not wanted (`varied`).

        Raises
        ------
        ValueError
            If the model does not answer what the metric needs.
        """
        lacking = answers.chances is None or (self.metric.needs == "probabilities" and not answers.probable)
        if self.metric.needs != "predictions" and lacking:
            raise ValueError(f"{self.name} needs a model with predict_proba; this one has none")
        tally = self.metric.tally(target, answers, self.classes)
        return Score(self._of(tally), self._variance(target, answers) if varied else 0.0, len(target), tally)

    def pooled(self, scores: Sequence[Score]) -> Score:
        """Measure several blocks as one."""
        rows = np.array([one.n_rows for one in scores], dtype=np.float64)
        tally = np.sum([one.tally for one in scores], axis=0)
        variance = float(rows**2 @ [one.variance for one in scores]) / rows.sum() ** 2
        return Score(self._of(tally), variance, int(rows.sum()), tally)

    def _of(self, tally: Array) -> float:
        value = self.metric.value(tally)
        if self.is_error and not np.isfinite(value):  # it diverged
            return -1.0
        return self.on_curve(float(value))

    def _variance(self, target: Array, answers: Answers) -> float:
        n_parts = min(PARTS, len(target) // 2)
        if n_parts < 2:
            return 0.0
        order = np.random.default_rng(0).permutation(len(target))
        if self.classes.count:  # every part has rows of each class, as far as there are any
            order = order[np.argsort(target[order], kind="stable")]
        parts = [order[start::n_parts] for start in range(n_parts)]
        tallies = np.array([self.metric.tally(target[part], answers.take(part), self.classes) for part in parts])
        values = np.array([self._of(tallies.sum(axis=0) - tally) for tally in tallies])
        return float((n_parts - 1) * np.nan_to_num(np.nanvar(values))) if np.isfinite(values).any() else 0.0


def measure_of(name: str, target: Array, n_classes: int) -> Measure:
    """Return a metric on a data set; `n_classes` is 0 for numbers."""
    positive = 0
    if n_classes:  # of two classes that are as frequent, the last
        positive = n_classes - 1 - int(np.bincount(target, minlength=n_classes)[::-1].argmin())
    classes = Classes(n_classes, positive)
    return Measure(name, classes, max(METRICS[name].constant(target, classes), 1e-300))


def _hits(target: Array, answers: Answers, _classes: Classes) -> Array:
    return np.array([(target == answers.predicted).sum(), len(target)], dtype=np.float64)


def _surprise(target: Array, answers: Answers, _classes: Classes) -> Array:
    assert answers.chances is not None
    chances = answers.chances[np.arange(len(target)), target].astype(np.float64)
    return np.array([-np.log(np.clip(chances, np.finfo(np.float64).eps, 1.0)).sum(), len(target)])


def _squares(target: Array, answers: Answers, _classes: Classes) -> Array:
    return np.array([((target - answers.predicted) ** 2).sum(), len(target)])


def _distances(target: Array, answers: Answers, _classes: Classes) -> Array:
    return np.array([np.abs(target - answers.predicted).sum(), len(target)])


def _matches(target: Array, answers: Answers, classes: Classes) -> Array:
    """Return for each class how often it is found, claimed wrongly, and missed; shape (3, n_classes)."""
    found, said, given = (
        np.bincount(numbers, minlength=classes.count)
        for numbers in (target[target == answers.predicted], answers.predicted, target)
    )
    return np.array([found, said - found, given - found], dtype=np.float64)


def _matches_of_positive(target: Array, answers: Answers, classes: Classes) -> Array:
    return _matches(target, answers, classes)[:, [classes.positive]]


def _areas(target: Array, answers: Answers, classes: Classes) -> Array:
    """Return for each class the area under its ROC curve against the rest, times the rows, and the rows.

    Both are 0 where there are no rows of the class, or no others. Two classes have the same area.
    """
    from scipy.stats import rankdata

    assert answers.chances is not None
    chosen = np.array([classes.positive]) if classes.count == 2 else np.arange(classes.count)
    given = target[:, None] == chosen
    n_given = given.sum(axis=0)
    n_pairs = n_given * (len(target) - n_given)
    ranks = rankdata(answers.chances[:, chosen], axis=0)
    area = ((ranks * given).sum(axis=0) - n_given * (n_given + 1) / 2) / np.maximum(n_pairs, 1)
    return np.where(n_pairs > 0, np.array([area, np.ones_like(area)]) * len(target), 0.0)


def _precision(target: Array, answers: Answers, classes: Classes) -> Array:
    """Return the precision at each row of the positive class that is found, on average, times the rows, and the rows.

    Computed here, because it is needed for each part of the rows, and scikit-learn takes 2 ms to check its arguments.
    """
    assert answers.chances is not None
    chance = answers.chances[:, classes.positive]
    order = np.argsort(-chance, kind="stable")
    found = np.cumsum(target[order] == classes.positive)
    ends = np.append(np.flatnonzero(np.diff(chance[order])), len(order) - 1)  # rows of one chance are found at once
    if not len(found) or not found[-1]:
        return np.zeros((2, 1))
    precision = np.diff(found[ends], prepend=0) @ (found[ends] / (ends + 1)) / found[-1]
    return np.array([[precision], [1.0]]) * len(target)


def _ratio(tally: Array) -> float:
    return float(tally[0] / tally[1]) if tally[1] > 0 else float("nan")


def _mean_ratio(tally: Array) -> float:
    """Return the mean over the classes that were measured."""
    known = tally[1] > 0
    return float((tally[0, known] / tally[1, known]).mean()) if known.any() else float("nan")


def _mean_f1(tally: Array) -> float:
    found, *wrong = tally[:, tally.sum(axis=0) > 0]
    return float((2 * found / (2 * found + sum(wrong))).mean()) if found.size else float("nan")


def _shares(target: Array, classes: Classes) -> Array:
    counts = np.bincount(target, minlength=classes.count)
    return counts[counts > 0] / len(target)


def _positive_share(target: Array, classes: Classes) -> float:
    return float((target == classes.positive).mean())


def _f1(share: float) -> float:
    """Return the F1 of a class that every row is given to."""
    return 2 * share / (1 + share)


METRICS: Mapping[str, Metric] = {
    "accuracy": Metric(
        "accuracy", "predictions", _hits, _ratio, lambda target, classes: float(_shares(target, classes).max())
    ),
    "roc_auc": Metric("roc_auc", "ranking", _areas, _mean_ratio, lambda _target, _classes: 0.5),
    "average_precision": Metric("average_precision", "ranking", _precision, _mean_ratio, _positive_share),
    "f1": Metric(
        "f1", "predictions", _matches_of_positive, _mean_f1,
        lambda target, classes: _f1(_positive_share(target, classes)),
    ),
    "f1_macro": Metric(
        "f1", "predictions", _matches, _mean_f1,
        lambda target, classes: _f1(float(_shares(target, classes).max())) / classes.count,
    ),
    "log_loss": Metric(
        "log_loss_skill", "probabilities", _surprise, _ratio,
        lambda target, classes: float(-(_shares(target, classes) * np.log(_shares(target, classes))).sum()),
    ),
    "rmse": Metric(
        "skill", "predictions", _squares, lambda tally: float(np.sqrt(_ratio(tally))),
        lambda target, _classes: float(target.std()),
    ),
    "mae": Metric(
        "skill", "predictions", _distances, _ratio,
        lambda target, _classes: float(np.abs(target - np.median(target)).mean()),
    ),
}  # fmt: skip
"""How each metric is computed, by the name that it has in scikit-learn."""
