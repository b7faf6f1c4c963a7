"""Weights of an estimator of scikit-learn with the face of the built-in network: outputs, loss and gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.own_steps.feeding import Fed
from prefit.probes.own_steps.stepping import Stepper
from prefit.probes.training.losses import loss_and_slope

__all__ = ["ACTIVATIONS", "Weights", "at_start", "is_linear", "is_network", "now"]

ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "logistic": "sigmoid"}
"""Those of scikit-learn's networks that a plan knows, by the names that they have there."""

MOST_WEIGHTS = 200_000
"""Weights of the first layer of a network up to which they are read: gradients of more take seconds."""

NO_RATE = 1e-30
"""A learning rate that moves no weight: a first step at it draws the weights and leaves them."""


def is_network(estimator: Any) -> bool:
    """Whether an estimator is a multi-layer perceptron whose activation and loss a plan knows."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    return (
        isinstance(estimator, MLPClassifier | MLPRegressor)
        and estimator.activation in ACTIVATIONS
        and getattr(estimator, "loss", "squared_error") in ("log_loss", "squared_error")
    )


def is_linear(estimator: Any) -> bool:
    """Whether an estimator is one of scikit-learn's linear models by gradient descent, whose weights start at zero."""
    return any(
        part.__module__ == "sklearn.linear_model._stochastic_gradient" and part.__name__ == "BaseSGD"
        for part in type(estimator).__mro__
    )


def at_start(fed: Fed) -> Weights | None:
    """Return the weights before the first step; None for an estimator whose weights cannot be read, or are too many."""
    if is_network(fed.estimator):
        first = int(np.ravel(fed.estimator.hidden_layer_sizes)[0]) if np.size(fed.estimator.hidden_layer_sizes) else 1
        if fed.inputs.shape[1] * first > MOST_WEIGHTS:
            return None
        drawn = Stepper(fed.under({"learning_rate_init": NO_RATE}))
        drawn.step(fed.take(np.arange(min(2, fed.n_rows))))
        return now(drawn.estimator, fed)
    if not is_linear(fed.estimator):
        return None
    n_outputs = 1 if fed.n_classes <= 2 else fed.n_classes
    return _linear(np.zeros((fed.inputs.shape[1], n_outputs)), np.zeros(n_outputs), fed)


def now(estimator: Any, fed: Fed) -> Weights | None:
    """Return the weights of an estimator that has taken steps; None where they cannot be read."""
    if is_network(estimator):
        layers = list(zip(estimator.coefs_, estimator.intercepts_, strict=True))
        return Weights(layers, estimator.activation, fed.n_classes, fed.center, fed.scale)
    if not is_linear(estimator):
        return None
    coefficients = np.atleast_2d(estimator.coef_).T
    return _linear(coefficients, np.broadcast_to(estimator.intercept_, coefficients.shape[1]), fed)


def _linear(coefficients: Array, intercepts: Array, fed: Fed) -> Weights:
    """Return a linear model of the standardized target: its learning rate is then that of the estimator."""
    return Weights([(coefficients / fed.scale, (intercepts - fed.center) / fed.scale)], "relu", fed.n_classes)


class Weights:
    """Layers of weights and biases in one vector, in double precision.

    Parameters
    ----------
    layers : list of (ndarray, ndarray)
    activation : str
        Between them, as scikit-learn names it.
    n_classes : int
        0 for numbers. Two classes have one output, which stands for the second.
    center, scale : float
        Outputs are given in `scale` from `center`.

    Attributes
    ----------
    parameters, gradient : ndarray, shape (n_parameters,)
    """

    def __init__(
        self,
        layers: list[tuple[Array, Array]],
        activation: str,
        n_classes: int,
        center: float = 0.0,
        scale: float = 1.0,
    ) -> None:
        self.activation, self.n_classes, self.center, self.scale = activation, n_classes, center, scale
        self.parameters = np.concatenate([np.ravel(part) for layer in layers for part in layer]).astype(np.float64)
        self.gradient = np.zeros_like(self.parameters)
        shapes = [part.shape for layer in layers for part in layer]
        self._layers = _paired(_views(self.parameters, shapes))
        self._slopes = _paired(_views(self.gradient, shapes))

    def given(self, inputs: Array) -> list[Array]:
        """Return the inputs and what each layer gives on, the last one before it is turned into outputs."""
        passed = [inputs]
        for place, (weights, biases) in enumerate(self._layers):
            values = passed[-1] @ weights + biases
            passed.append(values if place == len(self._layers) - 1 else _activated(self.activation, values))
        return passed

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self._layers)

    def of_standardized(self) -> Weights:
        """Return a copy that is judged against standardized values, as if they had been given to it."""
        return Weights(self._layers, self.activation, self.n_classes)

    def outputs(self, inputs: Array) -> Array:
        """Return the outputs, shape (n_rows, n_outputs)."""
        return self._as_outputs(self.given(inputs)[-1])

    def learn(self, inputs: Array, targets: Array, loss: str, *, training: bool = True) -> float:  # noqa: ARG002
        """Set `gradient` to that of the mean loss of these rows, and return the loss; training changes nothing here."""
        passed = self.given(inputs)
        value, slope = loss_and_slope(loss, self._as_outputs(passed[-1]), targets)
        slope = slope[:, 1:] if self.n_classes == 2 else slope / self.scale
        for place in range(len(self._layers) - 1, -1, -1):
            of_weights, of_biases = self._slopes[place]
            np.matmul(passed[place].T, slope, out=of_weights)
            slope.sum(axis=0, out=of_biases)
            if place:
                slope = (slope @ self._layers[place][0].T) * _steepness(self.activation, passed[place])
        return value

    def gradient_norms(self) -> list[float]:
        """Return the norm of the gradient by the weights of each layer, biases left out."""
        return [float(np.linalg.norm(of_weights)) for of_weights, _ in self._slopes]

    def _as_outputs(self, last: Array) -> Array:
        if self.n_classes == 2:
            return np.column_stack([np.zeros(len(last)), last])
        return (last - self.center) / self.scale


def _views(vector: Array, shapes: list[tuple[int, ...]]) -> list[Array]:
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)]


def _paired(parts: list[Array]) -> list[tuple[Array, Array]]:
    return list(zip(parts[::2], parts[1::2], strict=True))


def _activated(name: str, values: Array) -> Array:
    if name == "relu":
        return np.maximum(values, 0)
    if name == "tanh":
        return np.tanh(values)
    return 0.5 * (1 + np.tanh(values / 2))


def _steepness(name: str, given: Array) -> Array:
    """Return the derivative of an activation from what the layer gave on."""
    if name == "relu":
        return (given > 0) * 1.0
    return 1 - given * given if name == "tanh" else given - given * given
