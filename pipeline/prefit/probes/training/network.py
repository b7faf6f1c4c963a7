"""A network of equal hidden layers: forward, backward, and all its parameters in one vector."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.losses import loss_and_slope
from prefit.probes.training.normalization import Normalizer

__all__ = ["DEVIATIONS", "Network", "Passed"]

Random = np.random.Generator

SMALL = 0.01

DEVIATIONS: dict[str, Callable[[int, int], float]] = {
    "he": lambda n_in, _: (2 / n_in) ** 0.5,
    "glorot": lambda n_in, n_out: (2 / (n_in + n_out)) ** 0.5,
    "small": lambda _, __: SMALL,
    "large": lambda n_in, _: 3 * (2 / n_in) ** 0.5,
    "zero": lambda _, __: 0.0,
}
"""Standard deviation of the normal weights that a layer starts with, by its inputs and outputs. Biases start at 0."""


class Passed(NamedTuple):
    """What a batch becomes on its way through the layers.

    Attributes
    ----------
    given : list of ndarray
        The inputs, what each hidden layer gives on, and the outputs.
    activated : list of ndarray
        What each hidden layer adds by itself: the same as it gives on, where no connection skips it.
    """

    given: list[Array]
    activated: list[Array]


class Network:
    """Layers of weights and biases with an activation between them, normalized and skipped as the plan says.

    Parameters
    ----------
    n_in, n_out : int
        Inputs and outputs.
    plan : TrainingPlan
    random : numpy.random.Generator
        Draws the weights, and the units that dropout leaves out.
    dtype : type, default float32

    Attributes
    ----------
    parameters, gradient : ndarray, shape (n_parameters,)
        All weights and biases, and the derivative of the loss by them.
    weights, biases, weight_slopes, bias_slopes : list of ndarray
        Views into them, by layer; the first is next to the inputs. Weights have the shape (n_in, n_out).
    normalizers : list of Normalizer
        One for each hidden layer, or none.
    """

    def __init__(
        self, n_in: int, n_out: int, plan: TrainingPlan, random: Random, dtype: type[np.floating[Any]] = np.float32
    ) -> None:
        sizes = [n_in, *[plan.width] * (plan.depth - 1), n_out]
        self.plan = plan
        self.random = random
        n_normalized = plan.depth - 1 if plan.normalization != "none" else 0
        n_layers = sum((above + 1) * below for above, below in itertools.pairwise(sizes))
        n_parameters = n_layers + 2 * plan.width * n_normalized
        self.parameters = np.zeros(n_parameters, dtype=dtype)
        self.gradient = np.zeros(n_parameters, dtype=dtype)
        self.weights, self.biases = _views(self.parameters, sizes)
        self.weight_slopes, self.bias_slopes = _views(self.gradient, sizes)
        deviation = DEVIATIONS[plan.start]
        for weights in self.weights:
            drawn = random.standard_normal(weights.shape, dtype=np.float32)
            weights[:] = drawn * np.float32(deviation(*weights.shape))
        shape = (n_normalized, 2, plan.width)
        gains, slopes = self.parameters[n_layers:].reshape(shape), self.gradient[n_layers:].reshape(shape)
        self.normalizers = [
            Normalizer(plan.normalization, tuple(own), tuple(slope)) for own, slope in zip(gains, slopes, strict=True)
        ]

    def passed(self, inputs: Array, *, training: bool = False, learning: bool = False) -> Passed:
        """Pass rows through the layers.

        Parameters
        ----------
        inputs : ndarray
        training : bool, default False
            Whether dropout leaves out units, and statistics of the batch are remembered.
        learning : bool, default False
            Whether rows are normalized by their own statistics, not by those that are remembered.
        """
        given, activated = [inputs], []
        last = len(self.weights) - 1
        for place, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            values = given[-1] @ weights
            values += biases
            if place < last:
                if self.normalizers:
                    normalizer = self.normalizers[place]
                    values = normalizer.forward(values, training=training) if learning else normalizer.applied(values)
                values = _activated(self.plan.activation, values)
                if training and self.plan.dropout:
                    kept = self.random.random(values.shape, dtype=np.float32) >= self.plan.dropout
                    values *= kept / np.float32(1 - self.plan.dropout)
                activated.append(values)
                if self.plan.skip and place:
                    values = values + given[-1]
            given.append(values)
        return Passed(given, activated)

    def layers(self, inputs: Array) -> list[Array]:
        """Return the inputs, what each hidden layer gives on, and the outputs."""
        return self.passed(inputs).given

    def outputs(self, inputs: Array) -> Array:
        """Return the outputs, shape (n_rows, n_out)."""
        return self.layers(inputs)[-1]

    def learn(self, inputs: Array, targets: Array, loss: str, *, training: bool = True) -> float:
        """Set `gradient` to that of the mean loss of these rows, and return the loss."""
        given, activated = self.passed(inputs, training=training, learning=True)
        value, slope = loss_and_slope(loss, given[-1], targets)
        last, skipping = len(self.weights) - 1, slope  # what passes a layer unchanged on its way back
        for place in range(last, -1, -1):
            np.matmul(given[place].T, slope, out=self.weight_slopes[place])
            slope.sum(axis=0, out=self.bias_slopes[place])
            if place:
                slope = slope @ self.weights[place].T
                if self.plan.skip:
                    if place < last:
                        slope += skipping
                    skipping = slope.copy()
                steep = _steepness(self.plan.activation, activated[place - 1], self.plan.dropout if training else 0.0)
                slope *= steep
                if self.normalizers:
                    slope = self.normalizers[place - 1].backward(slope)
        return value

    def gradient_norms(self) -> list[float]:
        """Return the norm of the gradient by the weights of each layer, biases left out."""
        return [_norm(slopes) for slopes in self.weight_slopes]


def _views(vector: Array, sizes: Sequence[int]) -> tuple[list[Array], list[Array]]:
    weights, biases, start = [], [], 0
    for n_in, n_out in itertools.pairwise(sizes):
        end = start + n_in * n_out
        weights.append(vector[start:end].reshape(n_in, n_out))
        biases.append(vector[end : end + n_out])
        start = end + n_out
    return weights, biases


def _activated(name: str, values: Array) -> Array:
    if name == "relu":
        return np.maximum(values, 0, out=values)
    if name == "tanh":
        return np.tanh(values, out=values)
    values *= 0.5  # the logistic function without an exponential that overflows
    np.tanh(values, out=values)
    values += 1
    values *= 0.5
    return values


def _steepness(name: str, given: Array, dropout: float) -> Array:
    """Return the derivative of an activation from what the layer gave on; units left out by dropout have none."""
    kept = None
    if dropout:
        kept = (given != 0) / np.float32(1 - dropout)
        given = given * np.float32(1 - dropout)
    if name == "relu":
        steep = (given > 0).astype(np.float32)
    elif name == "tanh":
        steep = 1 - given * given
    else:
        steep = given - given * given
    return steep if kept is None else steep * kept


def _norm(values: Array) -> float:
    flat = values.ravel()
    square = float(flat @ flat)
    if 1e-30 < square < np.inf:
        return math.sqrt(square)
    return float(np.linalg.norm(flat.astype(np.float64)))  # the square does not fit into single precision
