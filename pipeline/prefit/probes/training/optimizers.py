"""Steps of the planned optimizer on the vector of all parameters, in place."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.frame import Array

__all__ = ["Step", "make_step", "rate_share"]

MOMENTUM = 0.9
FIRST, SECOND, TINY = 0.9, 0.999, 1e-8
"""Decays of the moments of Adam, and what keeps it from dividing by zero."""

SQUARE = 0.99
"""Decay of the mean square of RMSProp."""

WARMUP = 0.1
"""Share of the run in which a schedule with a warm-up raises the rate."""

Step = Callable[[Array], None]
Move = Callable[[Array, np.float32], None]
"""Moves the parameters by a gradient at a rate."""


def make_step(plan: TrainingPlan, parameters: Array, n_steps: int | None = None) -> Step:
    """Return the function that moves the parameters by a gradient; it remembers what the optimizer remembers.

    The gradient is spoilt. The schedule of the rate is over `n_steps`; without them the rate stays as it is.
    """
    move = {"sgd": _sgd, "momentum": _momentum, "adam": _adam, "rmsprop": _rmsprop}[plan.optimizer](parameters)
    decay, longest, rate = np.float32(plan.weight_decay), plan.clip_norm, np.float32(plan.step_size)
    scheduled = n_steps is not None and plan.schedule != "constant"
    n_taken = 0

    def step(gradient: Array) -> None:
        nonlocal n_taken
        if longest:
            length = float(np.linalg.norm(gradient))
            if length > longest:
                gradient *= np.float32(longest / length)
        if decay:
            gradient += decay * parameters
        if scheduled:
            n_taken += 1
            move(gradient, np.float32(rate * rate_share(plan.schedule, n_taken, n_steps or 1)))
        else:
            move(gradient, rate)

    return step


def rate_share(schedule: str, step: int, n_steps: int) -> float:
    """Return the share of the planned rate that a step takes, the first being 1.

    Examples
    --------
    >>> [round(rate_share("cosine", step, 4), 2) for step in (1, 2, 3, 4)]
    [1.0, 0.85, 0.5, 0.15]
    """
    if schedule == "constant":
        return 1.0
    rising = max(1, round(WARMUP * n_steps)) if schedule == "warmup" else 0
    if step <= rising:
        return step / rising
    return 0.5 * (1 + math.cos(math.pi * (step - 1 - rising) / max(1, n_steps - rising)))


def _sgd(parameters: Array) -> Move:
    def step(gradient: Array, rate: np.float32) -> None:
        gradient *= rate
        np.subtract(parameters, gradient, out=parameters)

    return step


def _momentum(parameters: Array) -> Move:
    velocity = np.zeros_like(parameters)

    def step(gradient: Array, rate: np.float32) -> None:
        np.multiply(velocity, np.float32(MOMENTUM), out=velocity)
        np.add(velocity, gradient, out=velocity)
        np.subtract(parameters, rate * velocity, out=parameters)

    return step


def _rmsprop(parameters: Array) -> Move:
    square, buffer = np.zeros_like(parameters), np.empty_like(parameters)

    def step(gradient: Array, rate: np.float32) -> None:
        np.multiply(square, np.float32(SQUARE), out=square)
        np.multiply(gradient, gradient, out=buffer)
        np.multiply(buffer, np.float32(1 - SQUARE), out=buffer)
        np.add(square, buffer, out=square)
        np.sqrt(square, out=buffer)
        np.add(buffer, np.float32(TINY), out=buffer)
        np.divide(gradient, buffer, out=buffer)
        np.multiply(buffer, rate, out=buffer)
        np.subtract(parameters, buffer, out=parameters)

    return step


def _adam(parameters: Array) -> Move:
    mean, square, buffer = np.zeros_like(parameters), np.zeros_like(parameters), np.empty_like(parameters)
    n_steps = 0

    def step(gradient: Array, rate: np.float32) -> None:
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
