"""Up to which learning rate a linear model is stable: exact, from the largest curvature of its loss."""

from __future__ import annotations

import numpy as np

from prefit.probes.frame import Array

__all__ = ["largest_curvature", "stable_rate"]

ITERATIONS = 100
TOLERANCE = 1e-6


def stable_rate(inputs: Array, *, n_outputs: int = 1, loss: str, weight_decay: float = 0.0, bias: bool = True) -> float:
    """Return the learning rate from which full-batch gradient descent on a linear model cannot settle: 2 / curvature.

    For a squared error the curvature is that of the loss everywhere, so that the bound is exact. Cross-entropy has its
    largest curvature where all classes are equally probable, which is where a model with zero weights starts: the
    bound is exact there and safe everywhere.

    Parameters
    ----------
    inputs : ndarray, shape (n_rows, n_columns)
        As they reach the optimizer.
    n_outputs : int, default 1
        Of the softmax, for ``cross_entropy``; 1 for a single logistic output.
    loss : {"mse", "cross_entropy"}
        ``mse`` is the mean of squares without a factor of one half.
    weight_decay : float
    bias : bool, default True
        Whether the model has one.

    Examples
    --------
    >>> round(stable_rate(np.array([[1.0], [-1.0]]), loss="mse"), 3)
    1.0
    """
    factor = 2.0 if loss == "mse" else 0.25 if n_outputs == 1 else 0.5
    top = largest_curvature(inputs, bias=bias)
    return 2.0 / max(factor * top + weight_decay, 1e-300)


def largest_curvature(inputs: Array, *, bias: bool = True) -> float:
    """Return the largest eigenvalue of X'X / n, by power iteration from a fixed start."""
    design = np.column_stack([inputs, np.ones(len(inputs))]) if bias else inputs
    if not design.size:
        return 0.0
    drawn = np.random.default_rng(0).normal(size=design.shape[1])
    vector = np.asarray(drawn / np.linalg.norm(drawn))
    value = 0.0
    for _ in range(ITERATIONS):
        product = design.T @ (design @ vector) / len(design)
        norm = float(np.linalg.norm(product))
        if norm == 0.0 or not np.isfinite(norm):
            return norm
        vector = product / norm
        if abs(norm - value) <= TOLERANCE * norm:
            return norm
        value = norm
    return value
