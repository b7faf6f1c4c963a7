"""The first steps of an own estimator: what its loss does on the way, and how far each step moves its weights."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.own_steps.feeding import Fed
from prefit.probes.own_steps.stepping import Stepper
from prefit.probes.own_steps.weights import Weights, at_start, is_linear, is_network, now
from prefit.probes.training.losses import loss_and_slope, reference_loss
from prefit.probes.training.run import Trajectory, checkpoints

__all__ = ["Course", "run_steps", "stepped"]

MOST_JUDGED = 2_048
"""Training rows that the loss is taken on at a checkpoint."""

SAME = 1e-6
"""Difference of two outputs, beside the largest one, below which they are equal."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a run shows; its steps are rows for a linear model, which takes one for each, else batches.

    Attributes
    ----------
    trajectory : Trajectory
        Gradient norms are there where the weights can be read.
    updates : tuple of float
        How far a step moves the weights of a layer, as a share of them; median over the first pass.
    constant : bool
        Whether all rows get the same outputs after the last step.
    unseen : float
        Loss of rows that it was not trained on, after the last step; ``inf`` where there are none.
    """

    trajectory: Trajectory
    updates: tuple[float, ...]
    constant: bool
    unseen: float = math.inf


def run_steps(fed: Fed, *, rows_a_call: int, n_calls: int, seed: int, unseen: Fed | None = None) -> Course:
    """Train a copy of the estimator by so many calls of ``partial_fit``; a weight that is not a number ends it.

    What the user's code raises passes through, unless its weights have become something else than numbers.
    """
    stepper = Stepper(fed)
    judged = fed.take(np.random.default_rng([seed, 2]).permutation(fed.n_rows)[:MOST_JUDGED])
    first = at_start(fed)
    steps, losses = [], []
    if first is not None:
        steps.append(0)
        losses.append(_loss_by(first, stepper.loss, judged))
    marks = {*checkpoints(n_calls), max(1, n_calls // 4), n_calls}
    batch_losses: list[float] = []
    norms: list[list[float]] = []
    updates: list[list[float]] = []
    by_row = is_linear(fed.estimator)
    n_rows, n_first = 0, math.ceil(fed.n_rows / rows_a_call)
    with np.errstate(all="ignore"):
        for call, chosen in enumerate(_batches(fed.n_rows, rows_a_call, n_calls, seed), start=1):
            batch, weights = fed.take(chosen), stepper.weights()
            reading = first if call == 1 or first is None else now(stepper.estimator, fed)
            if call > 1:
                batch_losses.append(_loss_now(stepper, batch))
            elif first is not None:
                batch_losses.append(_loss_by(first, stepper.loss, batch))
            if reading is not None and len(norms) < n_first:
                reading.learn(batch.dense(), batch.targets, stepper.loss)
                norms.append(reading.gradient_norms())
            broken = stepped(stepper, batch)
            n_rows += len(chosen)
            if weights and call <= max(n_first, 2):
                updates.append(_moved(weights, stepper.weights()))
            if call in marks or broken:
                steps.append(n_rows if by_row else call)
                losses.append(math.inf if broken else _loss_now(stepper, judged))
            if broken:
                break
        outputs = np.zeros((1, 1)) if broken else stepper.outputs(judged)
    return Course(
        Trajectory(
            steps=np.array(steps),
            losses=np.array(losses),
            batch_losses=np.array(batch_losses),
            gradient_norms=np.array(norms).reshape(len(norms), 0 if first is None else first.depth),
            reference=reference_loss(stepper.loss, fed.targets),
        ),
        tuple(float(part) for part in np.median(np.array(updates), axis=0)) if updates else (),
        constant=not broken and bool((np.ptp(outputs, axis=0) <= SAME * (1 + np.abs(outputs).max())).all()),
        unseen=math.inf if broken or unseen is None else _loss_now(stepper, unseen),
    )


def _loss_now(stepper: Stepper, rows: Fed) -> float:
    """Return the loss of rows; of a network by its weights, since probabilities that are rounded to zero have none."""
    weights = now(stepper.estimator, rows) if is_network(stepper.estimator) else None
    return stepper.loss_of(rows) if weights is None else _loss_by(weights, stepper.loss, rows)


def _loss_by(weights: Weights, loss: str, rows: Fed) -> float:
    return _finite(loss_and_slope(loss, weights.outputs(rows.inputs), rows.targets)[0])


def stepped(stepper: Stepper, batch: Fed) -> bool:
    """Take a step; say whether a weight, or the loss of the batch, is not a number after it."""
    try:
        stepper.step(batch)
    except Exception:
        if stepper.broken:  # some estimators say so by raising
            return True
        raise
    return stepper.broken or math.isinf(stepper.loss_of(batch))


def _moved(before: list[Array], after: list[Array]) -> list[float]:
    with np.errstate(all="ignore"):
        shares = [
            float(np.linalg.norm(new - old) / max(float(np.linalg.norm(new)), 1e-300))
            for old, new in zip(before, after, strict=True)
        ]
    return [_finite(share) for share in shares]


def _batches(n_rows: int, size: int, n_calls: int, seed: int) -> Iterator[Array]:
    """Yield the rows of each call: all rows once an epoch, in a new order each time."""
    random = np.random.default_rng([seed, 3])
    epochs = (random.permutation(n_rows) for _ in itertools.count())
    starts = range(0, n_rows, size)
    batches = (order[start : start + size] for order in epochs for start in starts)
    return itertools.islice(batches, n_calls)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.inf
