"""What the weights of an own estimator show, as the risk model reads it of a network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from prefit.evidence.training import LayerSignal
from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.own_steps.course import Course
from prefit.probes.own_steps.feeding import Fed
from prefit.probes.own_steps.stepping import Stepper
from prefit.probes.own_steps.weights import Weights, at_start, is_network
from prefit.probes.training.inputs import input_scale
from prefit.probes.training.probe import Measured
from prefit.probes.training.rows import Prepared, Scaler
from prefit.probes.training.run import loss_of, run
from prefit.probes.training.signals import curvature_of

__all__ = ["read"]

SIGNAL_ROWS = 256
MOST_STEPS, FEWEST_STEPS, BATCH_ROWS = 200, 24, 64
MOST_CELLS = 4_000_000
"""Numbers of the inputs that are looked at as one matrix: sparse ones may have far more columns than fit."""

BOUNDED = 0.97
"""Activation beyond which a unit is flat."""


def read(
    fed: Fed, plan: TrainingPlan, course: Course, blind: Course, *, seed: int, n_rows_planned: int
) -> Measured | None:
    """Return what the risks are read from; None for an estimator whose weights cannot be read.

    Parameters
    ----------
    fed : Fed
    plan : TrainingPlan
        That of the estimator.
    course, blind : Course
        Its first steps, and some of them with all inputs zero.
    seed, n_rows_planned : int
    """
    weights = at_start(fed)
    if weights is None:
        return None
    order = np.random.default_rng([seed, 4]).permutation(fed.n_rows)
    wide = order[: max(BATCH_ROWS, MOST_CELLS // fed.inputs.shape[1])]
    inputs = fed.take(wide).dense()
    loss = Stepper(fed).loss
    seen = _prepared(inputs[:SIGNAL_ROWS], fed.targets[wide[:SIGNAL_ROWS]], loss, fed.n_classes)
    layers = _signals(weights, seen)
    gradient_norm = float(np.linalg.norm(weights.gradient))
    return Measured(
        plan=_as_felt(plan, fed),
        loss=loss,
        n_rows=fed.n_rows,
        n_rows_planned=n_rows_planned,
        n_inputs=fed.inputs.shape[1],
        n_outputs=max(1, fed.n_classes),
        n_parameters=len(weights.parameters),
        distinct=len(np.unique(inputs, axis=0)) / len(inputs),
        reference=course.trajectory.reference,
        trajectory=course.trajectory,
        layers=layers,
        gradient_norm=gradient_norm,
        curvature=curvature_of(weights, seen, seed),
        inputs=input_scale(inputs),
        one_batch=_one_batch(weights.of_standardized(), seen, plan, seed, course.trajectory.batch_losses.size),
        without_inputs=float(blind.trajectory.losses[-1] / blind.trajectory.reference),
    )


def _as_felt(plan: TrainingPlan, fed: Fed) -> TrainingPlan:
    """Return the plan with the learning rate that standardized values would need for the same steps.

    Losses and gradients are of standardized values. Half of the squared error, which scikit-learn descends, is half of
    the variance times the loss here; Adam does not feel it, and linear models are read in units of the target.
    """
    if fed.n_classes or plan.optimizer == "adam":
        return plan
    factor = fed.scale**2 / 2 if is_network(fed.estimator) else 0.5
    return replace(plan, learning_rate=plan.step_size * factor)


def _prepared(inputs: Array, targets: Array, loss: str, n_classes: int) -> Prepared:
    n_columns = inputs.shape[1]
    return Prepared(inputs, targets, loss, max(1, n_classes), Scaler(np.zeros(n_columns), np.ones(n_columns)))


def _signals(weights: Weights, seen: Prepared) -> tuple[LayerSignal, ...]:
    """Return what each layer does with the rows, and leave their gradient in the weights."""
    with np.errstate(all="ignore"):
        *hidden, _ = weights.given(seen.inputs)[1:]
        outputs = weights.outputs(seen.inputs)
        weights.learn(seen.inputs, seen.targets, seen.loss)
    *norms, last = weights.gradient_norms()
    signals = [
        LayerSignal(
            gradient_norm=_finite(norm),
            spread=_finite(float(values.std())),
            saturated=_saturated(weights.activation, values),
            dead=float((values == 0).all(axis=0).mean()),
        )
        for norm, values in zip(norms, hidden, strict=True)
    ]
    spread = _finite(float(outputs.std()))
    return (*signals, LayerSignal(gradient_norm=_finite(last), spread=spread, saturated=0.0, dead=0.0))


def _saturated(activation: str, values: Array) -> float:
    if activation == "relu":
        return 0.0
    flat = np.abs(values) > BOUNDED if activation == "tanh" else (values > BOUNDED) | (values < 1 - BOUNDED)
    return float(flat.mean())


def _one_batch(weights: Weights, seen: Prepared, plan: TrainingPlan, seed: int, n_calls: int) -> float:
    """Return the loss over the reference after the weights were trained on one batch alone, by Adam at its default."""
    patient = TrainingPlan(depth=plan.depth, width=plan.width, batch_size=BATCH_ROWS)
    batch = seen.take(np.arange(min(BATCH_ROWS, seen.n_rows)))
    n_steps = max(FEWEST_STEPS, min(MOST_STEPS, n_calls))
    course = run(weights, batch, patient, seed=seed, n_steps=n_steps, marks=())
    return loss_of(weights, batch) / (course.reference or 1.0)


def _finite(value: float) -> float:
    return value if np.isfinite(value) else float("inf")
