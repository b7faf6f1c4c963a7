"""Losses of the planned training: their value and slope for the outputs of a network, and the best constant's loss.

All are means over the rows. Cross-entropy is of the softmax, in nats; hinge is the margin of the right class over the
next best one (Crammer & Singer 2001); huber has its bend at 1; poisson is the deviance, of outputs that are logarithms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from prefit.probes.frame import Array

__all__ = ["LOSSES", "loss_and_slope", "reference_loss"]

Slope = tuple[float, Array]


def loss_and_slope(name: str, outputs: Array, targets: Array) -> Slope:
    """Return the mean loss, and its derivative by the outputs, shape (n_rows, n_outputs)."""
    return LOSSES[name](outputs, targets)


def reference_loss(name: str, targets: Array) -> float:
    """Return the loss of the best constant outputs.

    Examples
    --------
    >>> round(reference_loss("cross_entropy", np.array([0, 1, 0, 1])), 3)
    0.693
    """
    if name in ("cross_entropy", "hinge"):
        counts = np.bincount(targets)
        shares = counts[counts > 0] / len(targets)
        if name == "hinge":  # linear between equal outputs, and the most frequent class ahead by 1
            return float(min(1.0, 2 * (1 - shares.max())))
        return float(-(shares * np.log(shares)).sum())
    values = targets.astype(np.float64)
    if name == "poisson":
        return _deviance(values, np.full(len(values), np.log(max(values.mean(), 1e-300))))
    if name == "mse":
        return float(values.var())
    if name == "mae":
        return float(np.abs(values - np.median(values)).mean())
    return loss_and_slope(name, np.full((len(values), 1), _huber_centre(values)), values)[0]


def _cross_entropy(outputs: Array, targets: Array) -> Slope:
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    weights = np.exp(shifted)
    total = weights.sum(axis=1, keepdims=True)
    rows = np.arange(len(targets))
    loss = float((np.log(total[:, 0]) - shifted[rows, targets]).mean())
    slope = weights / total
    slope[rows, targets] -= 1
    return loss, slope / len(targets)


def _hinge(outputs: Array, targets: Array) -> Slope:
    rows = np.arange(len(targets))
    others = outputs.copy()
    others[rows, targets] = -np.inf
    rival = others.argmax(axis=1)
    margins = 1 + outputs[rows, rival] - outputs[rows, targets]
    active = (margins > 0) / len(targets)
    slope = np.zeros_like(outputs)
    slope[rows, rival] = active
    slope[rows, targets] = -active
    return float(np.where(np.isnan(margins), np.nan, np.maximum(margins, 0)).mean()), slope


def _mse(outputs: Array, targets: Array) -> Slope:
    errors = outputs - targets[:, None]
    return float((errors * errors).mean()), errors * (2 / len(targets))


def _mae(outputs: Array, targets: Array) -> Slope:
    errors = outputs - targets[:, None]
    return float(np.abs(errors).mean()), np.sign(errors) / len(targets)


def _huber(outputs: Array, targets: Array) -> Slope:
    errors = outputs - targets[:, None]
    slopes = np.clip(errors, -1, 1)
    return float((slopes * (errors - slopes / 2)).mean()), slopes / len(targets)


def _poisson(outputs: Array, targets: Array) -> Slope:
    expected = np.exp(outputs)
    return _deviance(targets, outputs[:, 0]), (expected - targets[:, None]) * (2 / len(targets))


def _deviance(targets: Array, outputs: Array) -> float:
    known = np.where(targets > 0, targets, 1.0)
    return float(2 * (targets * (np.log(known) - outputs) - (targets - np.exp(outputs))).mean())


def _huber_centre(values: Array) -> float:
    """Return the constant with the least huber loss: where the clipped errors are in balance."""
    low, high = float(values.min()), float(values.max())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(values - middle, -1, 1).sum() > 0 else (low, middle)
    return (low + high) / 2


LOSSES: Mapping[str, Callable[[Array, Array], Slope]] = {
    "cross_entropy": _cross_entropy,
    "hinge": _hinge,
    "mse": _mse,
    "mae": _mae,
    "huber": _huber,
    "poisson": _poisson,
}
