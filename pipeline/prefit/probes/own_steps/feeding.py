"""What reaches an own estimator that learns by steps: the last one of a pipeline, and the rows as it is given them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from prefit.own.model import OwnModel, copied
from prefit.probes.frame import Array
from prefit.probes.own import seeded, takes_frames
from prefit.probes.problem import Problem
from prefit.probes.training.rows import Rows

__all__ = ["SCALINGS", "Fed", "feed", "learns_by_steps"]

SCALINGS = ("scaling", "target_scaling")
"""Changes of what an estimator is given, and not of its parameters."""


@dataclass(frozen=True, slots=True)
class Fed:
    """Rows as ``partial_fit`` takes them.

    Attributes
    ----------
    estimator : object
        Untrained; the last step where it came in a pipeline.
    inputs : ndarray or scipy.sparse array, shape (n_rows, n_columns)
    answers : ndarray, shape (n_rows,)
        Class numbers in the order of the labels, or values.
    n_classes : int
        0 for numbers.
    center, scale : float
        Mean and standard deviation of the values; 0 and 1 for classes.
    """

    estimator: Any
    inputs: Any
    answers: Array
    n_classes: int
    center: float = 0.0
    scale: float = 1.0

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.answers)

    @property
    def targets(self) -> Array:
        """Class numbers, or values in standard deviations from their mean: what losses are taken of."""
        return self.answers if self.n_classes else (self.answers - self.center) / self.scale

    def take(self, rows: Array) -> Fed:
        """Return the given rows, in the given order."""
        return replace(self, inputs=self.inputs[rows], answers=self.answers[rows])

    def under(self, change: Mapping[str, Any]) -> Fed:
        """Return the rows and the estimator after a change of its parameters, or of the scaling of inputs or values.

        Columns are standardized; those of a sparse matrix are divided by their standard deviation.
        """
        from sklearn.preprocessing import StandardScaler

        settings = {name: value for name, value in change.items() if name not in SCALINGS}
        changed = replace(self, estimator=copied(self.estimator).set_params(**settings))
        if "scaling" in change:
            scaler = StandardScaler(with_mean=not hasattr(self.inputs, "toarray"))
            changed = replace(changed, inputs=scaler.fit_transform(self.inputs))
        return replace(changed, answers=self.targets, center=0.0, scale=1.0) if "target_scaling" in change else changed

    def groups(self) -> Array:
        """Return a number per row, equal for rows with equal inputs."""
        if not hasattr(self.inputs, "toarray"):
            return np.unique(self.inputs, axis=0, return_inverse=True)[1].ravel()
        rows = self.inputs.sorted_indices()
        parts = zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
        keys = [rows.indices[start:end].tobytes() + rows.data[start:end].tobytes() for start, end in parts]
        numbers: dict[bytes, int] = {}
        return np.array([numbers.setdefault(key, len(numbers)) for key in keys])

    def dense(self) -> Array:
        """Return the inputs as one matrix without gaps between its numbers."""
        inputs = self.inputs.toarray() if hasattr(self.inputs, "toarray") else self.inputs
        return np.asarray(inputs, dtype=np.float64)


def learns_by_steps(estimator: Any) -> bool:
    """Whether an estimator, or the last step of a pipeline, has ``partial_fit`` and learns by it step by step.

    Naive Bayes counts: it has no loss that falls, whatever the order of the rows.
    """
    last = _last(estimator)
    counts = any(part.__module__.startswith("sklearn.naive_bayes") for part in type(last).__mro__)
    return callable(getattr(last, "partial_fit", None)) and not counts


def feed(model: OwnModel, problem: Problem, rows: Callable[[], Rows], seed: int) -> Fed:
    """Make the estimator, and fit what stands before its last step once, on all rows.

    Parameters
    ----------
    model : OwnModel
    problem : Problem
        With the features as the table has them, which a pipeline is given.
    rows : callable
        Returns the same rows encoded and imputed, which any other estimator is given.
    seed : int
    """
    from sklearn.pipeline import Pipeline

    assert problem.given is not None
    answers = problem.given.place[problem.target] if problem.n_classes else problem.target.astype(np.float64)
    estimator = seeded(model.make(), seed)
    inputs = problem.given.features if takes_frames(estimator) else rows().inputs
    while isinstance(estimator, Pipeline):
        if len(estimator.steps) > 1:
            inputs = estimator[:-1].fit_transform(inputs, answers)
        estimator = estimator.steps[-1][1]
    inputs = inputs.tocsr() if hasattr(inputs, "tocsr") else np.asarray(inputs)
    values = (0.0, 1.0) if problem.n_classes else (float(answers.mean()), float(answers.std()) or 1.0)
    return Fed(_steppable(estimator, answers), inputs, answers, problem.n_classes, *values)


def _last(estimator: Any) -> Any:
    from sklearn.pipeline import Pipeline

    while isinstance(estimator, Pipeline) and estimator.steps:
        estimator = estimator.steps[-1][1]
    return estimator


def _steppable(estimator: Any, answers: Array) -> Any:
    """Change what ``fit`` takes and ``partial_fit`` does not: early stopping, and weights that follow from all rows."""
    known = estimator.get_params(deep=False) if hasattr(estimator, "get_params") else {}
    changed: dict[str, Any] = {}
    if known.get("early_stopping"):
        changed["early_stopping"] = False
    if isinstance(known.get("class_weight"), str):
        classes, counts = np.unique(answers, return_counts=True)
        weights = len(answers) / (len(classes) * counts)
        changed["class_weight"] = dict(zip(classes.tolist(), weights.tolist(), strict=True))
    return estimator.set_params(**changed) if changed else estimator
