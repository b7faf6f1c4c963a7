"""Small networks fitted by Adam: what a curve is expected to do, and how wrong that may be.

The loss is the negative log-likelihood of Student's t distribution with two degrees of freedom: it asks for the most
likely score rather than for the mean, which a few wild curves would pull away.
"""

from __future__ import annotations

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.prior import rectified

__all__ = ["fit_network"]

FREEDOM = 2.0
WIDTH, EPOCHS, BATCH = 64, 12, 512
RATE, DECAY, NOISE, WARM_UP = 4e-3, 2e-2, 0.05, 200
FIRST_SCALE = 0.3
"""Scale of the error before anything is learned, in units of the prior."""


def fit_network(inputs: Array, targets: Array, *, seed: int = 0, epochs: int = EPOCHS) -> list[Array]:
    """Fit a network of one hidden layer.

    Parameters
    ----------
    inputs : ndarray, shape (n, n_traits)
        Standardized traits.
    targets : ndarray, shape (n,)
        How much scores came out above their plain continuation.
    seed : int
    epochs : int

    Returns
    -------
    list of ndarray
        Weights and biases of both layers. The outputs are location and log scale of the target.
    """
    random = np.random.default_rng(seed)
    inputs, targets = inputs.astype(np.float32), targets.astype(np.float32)
    layers = _start(inputs.shape[1], random)
    adam = Adam(layers, n_steps=epochs * (len(inputs) // BATCH))
    for _ in range(epochs):
        for part in np.array_split(random.permutation(len(inputs)), len(inputs) // BATCH):
            noise = random.standard_normal((len(part), inputs.shape[1]), dtype=np.float32)
            adam.step(_slopes(layers, inputs[part] + NOISE * noise, targets[part]))
    return layers


class Adam:
    """Adam with decay of the weights, a slow start and a rate that falls like a cosine (Loshchilov and Hutter 2019)."""

    def __init__(self, layers: list[Array], n_steps: int) -> None:
        self.layers, self.n_steps, self.n_done = layers, n_steps, 0
        self.first, self.second = ([np.zeros_like(layer) for layer in layers] for _ in range(2))

    def step(self, slopes: list[Array]) -> None:
        """Change the layers in place, against the slopes of the loss."""
        self.n_done += 1
        rate = RATE * min(1.0, self.n_done / WARM_UP) * (0.5 + 0.5 * np.cos(np.pi * self.n_done / self.n_steps))
        norm = max(1.0, np.sqrt(sum(float((slope**2).sum()) for slope in slopes)))
        for k, layer in enumerate(self.layers):
            self.first[k] += 0.1 * (slopes[k] / norm - self.first[k])
            self.second[k] += 0.01 * ((slopes[k] / norm) ** 2 - self.second[k])
            size = np.sqrt(self.second[k] / (1 - 0.99**self.n_done)) + 1e-8
            decay = DECAY * layer if layer.ndim == 2 else 0.0
            self.layers[k] -= rate * (self.first[k] / (1 - 0.9**self.n_done) / size + decay)


def _start(n_inputs: int, random: np.random.Generator) -> list[Array]:
    """Return weights and biases that say little yet."""
    layers = (
        random.normal(size=(n_inputs, WIDTH)) * np.sqrt(2 / n_inputs),
        np.zeros(WIDTH),
        random.normal(size=(WIDTH, 2)) * 0.1 / np.sqrt(WIDTH),
        np.array([0.0, np.log(FIRST_SCALE)]),
    )
    return [layer.astype(np.float32) for layer in layers]


def _slopes(layers: list[Array], inputs: Array, targets: Array) -> list[Array]:
    """Return the derivatives of the loss by the layers."""
    weights, biases, last_weights, last_biases = layers
    before = inputs @ weights + biases
    hidden = rectified(before)
    by_output = _by_output(hidden @ last_weights + last_biases, targets)
    by_hidden = (by_output @ last_weights.T) * np.where(before > 0, np.float32(1.0), np.float32(0.1))
    return [inputs.T @ by_hidden, by_hidden.sum(axis=0), hidden.T @ by_output, by_output.sum(axis=0)]


def _by_output(outputs: Array, targets: Array) -> Array:
    """Return the derivatives of the mean loss by location and log scale."""
    location, scale = outputs[:, 0], np.exp(np.clip(outputs[:, 1], -4, 4))
    error = (targets - location) / scale
    weight = (FREEDOM + 1) / (FREEDOM + error**2)
    return np.stack([-weight * error / scale, 1 - weight * error**2], axis=1) / np.float32(len(targets))
