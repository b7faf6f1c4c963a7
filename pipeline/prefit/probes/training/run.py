"""The planned training, or its first steps: what the loss and the gradients do on the way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.losses import loss_and_slope, reference_loss
from prefit.probes.training.network import Network
from prefit.probes.training.optimizers import make_step
from prefit.probes.training.rows import Prepared, Rows, prepare
from prefit.probes.training.trainable import Trainable

__all__ = ["Trained", "Trajectory", "checkpoints", "loss_of", "run", "train"]

MOST_JUDGED = 2_048
"""Training rows that the loss is taken on at a checkpoint."""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What a run shows.

    Attributes
    ----------
    steps, losses : ndarray, shape (n_checkpoints,)
        Steps taken, from 0, and the loss on training rows after them; ``inf`` where it is not a number.
    batch_losses : ndarray, shape (n_steps,)
        Loss of each batch before the step on it, with dropout where the plan has it.
    gradient_norms : ndarray, shape (n_first, depth)
        Gradient norm of each layer at the steps of the first epoch.
    reference : float
        Loss of the best constant predictor on all rows.
    """

    steps: Array
    losses: Array
    batch_losses: Array
    gradient_norms: Array
    reference: float

    @property
    def largest(self) -> float:
        """Largest loss on the way; ``inf`` where one was not a number."""
        return max(float(self.losses.max()), float(self.batch_losses.max(initial=-math.inf)))

    @property
    def gradient_ratio(self) -> float:
        """Gradient norm of the first layer over that of the last, median over the first epoch; 0/0 is 0."""
        first, last = self.gradient_norms[:, 0], self.gradient_norms[:, -1]
        with np.errstate(all="ignore"):
            ratios = np.where(first == 0, 0.0, first / last)
        return float(np.median(np.nan_to_num(ratios, nan=math.inf, posinf=math.inf)))


def run(
    network: Trainable,
    rows: Prepared,
    plan: TrainingPlan,
    *,
    seed: int,
    n_steps: int,
    marks: tuple[int, ...],
    most_judged: int = MOST_JUDGED,
    n_planned: int | None = None,
) -> Trajectory:
    """Take steps of the plan on these rows, and note the loss at the marks.

    A run ends at the first loss that is not a number.

    Parameters
    ----------
    network : Trainable
        Changed in place.
    rows : Prepared
    plan : TrainingPlan
    seed : int
        Of the order of the rows.
    n_steps : int
    marks : tuple of int
        Steps after which to take the loss on training rows, ascending; one of `n_steps` is added.
    most_judged : int
        Training rows that the loss is taken on.
    n_planned : int, optional
        Steps of the whole run, which the schedule of the learning rate is over; default `n_steps`.
    """
    judged = _judged(rows, seed, most_judged)
    step = make_step(plan, network.parameters, n_steps if n_planned is None else n_planned)
    first_epoch = -(-rows.n_rows // plan.batch_size)
    noted, losses = [0], [loss_of(network, judged)]
    batch_losses: list[float] = []
    norms: list[list[float]] = []
    due = iter((*(mark for mark in marks if 0 < mark < n_steps), n_steps))
    next_mark = next(due)
    with np.errstate(all="ignore"):
        for batch in _batches(rows.n_rows, plan.batch_size, n_steps, seed):
            value = network.learn(rows.inputs[batch], rows.targets[batch], rows.loss)
            if len(norms) < first_epoch:
                norms.append(network.gradient_norms())
            batch_losses.append(value if math.isfinite(value) else math.inf)
            step(network.gradient)
            broken = not math.isfinite(value)
            if len(batch_losses) == next_mark or broken:
                noted.append(len(batch_losses))
                losses.append(math.inf if broken else loss_of(network, judged))
                next_mark = next(due, n_steps)
            if broken:
                break
    return Trajectory(
        steps=np.array(noted),
        losses=np.array(losses),
        batch_losses=np.array(batch_losses),
        gradient_norms=np.array(norms).reshape(len(norms), -1),
        reference=reference_loss(rows.loss, rows.targets),
    )


def loss_of(network: Trainable, rows: Prepared) -> float:
    """Return the mean loss of rows, without dropout; ``inf`` where it is not a number."""
    with np.errstate(all="ignore"):
        value = loss_and_slope(rows.loss, network.outputs(rows.inputs), rows.targets)[0]
    return value if math.isfinite(value) else math.inf


def checkpoints(n_steps: int) -> tuple[int, ...]:
    """Return steps below `n_steps` at a ratio of about 1.4, from 1: the same whatever the end."""
    marks = (round(2 ** (power / 2)) for power in range(64))
    return tuple(sorted({mark for mark in marks if mark < n_steps}))


@dataclass(frozen=True, slots=True)
class Trained:
    """A network that was trained, with what scales its inputs and outputs."""

    network: Network
    rows: Prepared
    trajectory: Trajectory

    def outputs(self, inputs: Array) -> Array:
        """Return the outputs for unscaled inputs: logits, numbers in units of the target, logarithms for poisson."""
        with np.errstate(all="ignore"):
            outputs = self.network.outputs(self.rows.scaler(inputs))
        return (
            np.asarray(outputs * self.rows.scale + self.rows.center) if self.rows.targets.dtype.kind == "f" else outputs
        )


def train(rows: Rows, plan: TrainingPlan, *, seed: int, max_steps: int | None = None) -> Trained:
    """Scale the rows and train a new network on them as planned, or as far as `max_steps`."""
    prepared = prepare(rows, plan)
    network = Network(prepared.inputs.shape[1], prepared.n_outputs, plan, np.random.default_rng([seed, 1]))
    n_planned = plan.steps(rows.n_rows)
    n_steps = n_planned if max_steps is None else min(max_steps, n_planned)
    trajectory = run(
        network, prepared, plan, seed=seed, n_steps=n_steps, marks=checkpoints(n_steps), n_planned=n_planned
    )
    return Trained(network, prepared, trajectory)


def _judged(rows: Prepared, seed: int, most: int) -> Prepared:
    if rows.n_rows <= most:
        return rows
    return rows.take(np.random.default_rng([seed, 2]).permutation(rows.n_rows)[:most])


def _batches(n_rows: int, batch_size: int, n_steps: int, seed: int) -> Iterator[Array]:
    """Yield the rows of each step: all rows once an epoch, in a new order each time."""
    random = np.random.default_rng([seed, 3])
    taken = 0
    while True:
        order = random.permutation(n_rows)
        for start in range(0, n_rows, batch_size):
            if taken == n_steps:
                return
            taken += 1
            yield order[start : start + batch_size]
