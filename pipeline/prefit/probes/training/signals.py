"""What the planned network does before it learns: activations, gradients and curvature on one batch."""

from __future__ import annotations

import math

import numpy as np

from prefit.evidence.training import LayerSignal
from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.network import Network
from prefit.probes.training.rows import Prepared
from prefit.probes.training.trainable import Trainable

__all__ = ["curvature", "curvature_of", "layer_signals", "signal_rows"]

SIGNAL_ROWS = 256
"""Rows of the batch that signals are taken on."""

SATURATED = {"tanh": 0.97, "sigmoid": 0.97, "relu": math.inf}
N_ITERATIONS = 10
RELATIVE_STEP = 1e-4


def signal_rows(rows: Prepared, seed: int) -> Prepared:
    """Return the batch that signals are taken on."""
    chosen = np.random.default_rng([seed, 4]).permutation(rows.n_rows)[:SIGNAL_ROWS]
    return rows.take(chosen)


def layer_signals(network: Network, rows: Prepared) -> tuple[LayerSignal, ...]:
    """Return what each layer does with the rows, and leave their gradient in the network."""
    name = network.plan.activation
    with np.errstate(all="ignore"):
        seen = network.passed(rows.inputs)
        given = seen.given[1:]
        network.learn(rows.inputs, rows.targets, rows.loss, training=False)
        norms = network.gradient_norms()
        hidden = [
            LayerSignal(
                gradient_norm=_finite(norm),
                spread=_finite(float(values.std(dtype=np.float64))),
                saturated=_saturated(name, own),
                dead=float((own == 0).all(axis=0).mean()),
            )
            for norm, values, own in zip(norms[:-1], given[:-1], seen.activated, strict=True)
        ]
        last = LayerSignal(
            gradient_norm=_finite(norms[-1]), spread=_finite(float(given[-1].std(dtype=np.float64))),
            saturated=0.0, dead=0.0,
        )  # fmt: skip
    return (*hidden, last)


def curvature(plan: TrainingPlan, rows: Prepared, seed: int) -> float:
    """Return the largest eigenvalue of the Hessian of the loss at the start of a plan, ``inf`` where it overflows."""
    random = np.random.default_rng([seed, 1])  # the same weights as in single precision
    network = Network(rows.inputs.shape[1], rows.n_outputs, plan, random, dtype=np.float64)
    return curvature_of(network, rows, seed)


def curvature_of(network: Trainable, rows: Prepared, seed: int) -> float:
    """Return the same of a network as it is, which is to be in double precision; its weights are changed.

    By power iteration on differences of gradients.

    References
    ----------
    Pearlmutter (1994), Fast exact multiplication by the Hessian, doi:10.1162/neco.1994.6.1.147.
    """
    inputs = rows.inputs.astype(np.float64)
    start = network.parameters.copy()
    step = RELATIVE_STEP * max(float(np.linalg.norm(start)), 1e-2)
    direction = np.random.default_rng([seed, 5]).standard_normal(len(start))
    eigenvalue = 0.0

    def gradient_at(place: Array) -> Array:
        network.parameters[:] = place
        network.learn(inputs, rows.targets, rows.loss, training=False)
        return network.gradient.copy()

    with np.errstate(all="ignore"):
        here = gradient_at(start)
        for _ in range(N_ITERATIONS):
            length = float(np.linalg.norm(direction))
            if not math.isfinite(length):
                return math.inf
            if length == 0:
                break
            direction = direction / length
            moved = (gradient_at(start + step * direction) - here) / step
            eigenvalue = float(direction @ moved)
            direction = moved
    return abs(eigenvalue) if math.isfinite(eigenvalue) else math.inf


def _saturated(name: str, values: Array) -> float:
    if name == "relu":
        return 0.0
    level = SATURATED[name]
    flat = np.abs(values) > level if name == "tanh" else (values > level) | (values < 1 - level)
    return float(flat.mean())


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.inf
