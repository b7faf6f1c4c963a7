"""One training of an own estimator, step by step: what it answers, and what its weights are, after each."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np

from prefit.own.model import copied
from prefit.probes.frame import Array
from prefit.probes.own_steps.feeding import Fed
from prefit.probes.training.losses import loss_and_slope

__all__ = ["Stepper", "WrongAnswers", "loss_name"]

LEAST_PROBABILITY = 1e-7


class WrongAnswers(ValueError):
    """What an estimator answers cannot be judged against the target."""


def loss_name(estimator: Any, n_classes: int) -> str:
    """Name the loss by what the estimator answers: probabilities, scores of classes or classes alone, or numbers."""
    if not n_classes:
        return "mse"
    return "cross_entropy" if hasattr(estimator, "predict_proba") else "hinge"


class Stepper:
    """A copy of an estimator that is trained by ``partial_fit``.

    Parameters
    ----------
    fed : Fed
        Says which estimator, and what it has to answer.

    Attributes
    ----------
    estimator : object
        The copy.
    loss : str
        Losses are those of :mod:`prefit.probes.training.losses`, of numbers in standard deviations.
    """

    def __init__(self, fed: Fed) -> None:
        self.estimator = copied(fed.estimator)
        self.loss = loss_name(self.estimator, fed.n_classes)
        self._begun = False

    def step(self, batch: Fed) -> None:
        """Learn from a batch; of the classes it is told all at the first one."""
        told: dict[str, Any] = {}
        if (
            batch.n_classes
            and not self._begun
            and "classes" in inspect.signature(self.estimator.partial_fit).parameters
        ):
            told["classes"] = np.arange(batch.n_classes)
        self.estimator.partial_fit(batch.inputs, batch.answers, **told)
        self._begun = True

    def outputs(self, rows: Fed) -> Array:
        """Return what the loss is taken of, shape (n_rows, n_outputs).

        Logarithms of probabilities; scores of classes, or 1 for the class that is answered; or standardized numbers.

        Raises
        ------
        WrongAnswers
            If the answers have another shape.
        """
        model, n_classes = self.estimator, rows.n_classes
        if not n_classes:
            given = np.asarray(model.predict(rows.inputs), dtype=np.float64)
            return _shaped((given.reshape(len(given), -1) - rows.center) / rows.scale, rows.n_rows, 1, "predict")
        if self.loss == "cross_entropy":
            given = np.asarray(model.predict_proba(rows.inputs), dtype=np.float64)
            shaped = _shaped(given, rows.n_rows, n_classes, "predict_proba")
            return np.asarray(np.log(np.clip(shaped, LEAST_PROBABILITY, None)))
        if hasattr(model, "decision_function"):
            scores = np.asarray(model.decision_function(rows.inputs), dtype=np.float64)
            scores = np.column_stack([np.zeros(len(scores)), scores]) if scores.ndim == 1 else scores
            return _shaped(scores, rows.n_rows, n_classes, "decision_function")
        answered = np.asarray(model.predict(rows.inputs))
        return _shaped((answered.reshape(-1, 1) == np.arange(n_classes)) * 1.0, rows.n_rows, n_classes, "predict")

    def loss_of(self, rows: Fed) -> float:
        """Return the mean loss of rows; ``inf`` where it is not a number."""
        with np.errstate(all="ignore"):
            value = loss_and_slope(self.loss, self.outputs(rows), rows.targets)[0]
        return value if math.isfinite(value) else math.inf

    def weights(self) -> list[Array]:
        """Return copies of the weights by layer, as ``coefs_`` or ``coef_`` holds them; none where neither is there."""
        found = getattr(self.estimator, "coefs_", None)
        layers = found if isinstance(found, list) else [getattr(self.estimator, "coef_", None)]
        return [np.array(layer, dtype=np.float64) for layer in layers if layer is not None]

    @property
    def broken(self) -> bool:
        """Whether a weight, or what is added to the weighted inputs, is not a number any more."""
        added = getattr(self.estimator, "intercepts_", [getattr(self.estimator, "intercept_", 0.0)])
        return not all(np.isfinite(part).all() for part in (*self.weights(), *added))


def _shaped(given: Array, n_rows: int, n_outputs: int, method: str) -> Array:
    if given.shape != (n_rows, n_outputs):
        raise WrongAnswers(f"{method} of {n_rows} rows must have the shape ({n_rows}, {n_outputs}); got {given.shape}")
    return given
