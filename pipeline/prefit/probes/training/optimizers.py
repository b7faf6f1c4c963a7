"""Steps of the planned optimizer on the vector of all parameters, in place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.frame import Array

__all__ = ["Step", "make_step"]

MOMENTUM = 0.9
FIRST, SECOND, TINY = 0.9, 0.999, 1e-8
"""Decays of the moments of Adam, and what keeps it from dividing by zero."""

Step = Callable[[Array], None]


def make_step(plan: TrainingPlan, parameters: Array) -> Step:
    """Return the function that moves the parameters by a gradient; it remembers what the optimizer remembers.

    The gradient is spoilt.
    """
    step = {"sgd": _sgd, "momentum": _momentum, "adam": _adam}[plan.optimizer](np.float32(plan.step_size), parameters)
    if not plan.weight_decay and not plan.clip_norm:
        return step
    decay, longest = np.float32(plan.weight_decay), plan.clip_norm

    def changed(gradient: Array) -> None:
        if longest:
            length = float(np.linalg.norm(gradient))
            if length > longest:
                gradient *= np.float32(longest / length)
        if decay:
            gradient += decay * parameters
        step(gradient)

    return changed


def _sgd(rate: np.float32, parameters: Array) -> Step:
    def step(gradient: Array) -> None:
        gradient *= rate
        np.subtract(parameters, gradient, out=parameters)

    return step


def _momentum(rate: np.float32, parameters: Array) -> Step:
    velocity = np.zeros_like(parameters)

    def step(gradient: Array) -> None:
        np.multiply(velocity, np.float32(MOMENTUM), out=velocity)
        np.add(velocity, gradient, out=velocity)
        np.subtract(parameters, rate * velocity, out=parameters)

    return step


def _adam(rate: np.float32, parameters: Array) -> Step:
    mean, square, buffer = np.zeros_like(parameters), np.zeros_like(parameters), np.empty_like(parameters)
    n_steps = 0

    def step(gradient: Array) -> None:
        nonlocal n_steps
        n_steps += 1
        np.multiply(mean, np.float32(FIRST), out=mean)
        np.multiply(gradient, np.float32(1 - FIRST), out=buffer)
        np.add(mean, buffer, out=mean)
        np.multiply(square, np.float32(SECOND), out=square)
        np.multiply(gradient, gradient, out=gradient)
        np.multiply(gradient, np.float32(1 - SECOND), out=gradient)
        np.add(square, gradient, out=square)
        correction = (1 - SECOND**n_steps) ** 0.5
        np.sqrt(square, out=buffer)
        np.add(buffer, np.float32(TINY * correction), out=buffer)
        np.divide(mean, buffer, out=buffer)
        np.multiply(buffer, np.float32(rate * correction / (1 - FIRST**n_steps)), out=buffer)
        np.subtract(parameters, buffer, out=parameters)

    return step
