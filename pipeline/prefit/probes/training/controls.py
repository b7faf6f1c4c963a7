"""What a short run is held against: one batch learnt by heart, and the same run without inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.training.losses import reference_loss
from prefit.probes.training.rows import Prepared
from prefit.probes.training.run import loss_of, run
from prefit.probes.training.trainable import Trainable

__all__ = ["one_batch", "without_inputs"]

BATCH_ROWS = 64
"""Rows that any network that can learn learns by heart."""

Make = Callable[[TrainingPlan], Trainable]


def one_batch(make: Make, rows: Prepared, plan: TrainingPlan, *, seed: int, n_steps: int) -> float:
    """Return the loss over the reference after a new network was trained on one batch alone, by Adam at its default."""
    patient = replace(
        plan, optimizer="adam", learning_rate=None, batch_size=BATCH_ROWS, dropout=0.0, weight_decay=0.0,
        clip_norm=0.0, schedule="constant",
    )  # fmt: skip
    batch = rows.take(np.random.default_rng([seed, 6]).permutation(rows.n_rows)[:BATCH_ROWS])
    network = make(patient)
    run(network, batch, patient, seed=seed, n_steps=n_steps, marks=())
    return loss_of(network, batch) / (reference_loss(rows.loss, batch.targets) or 1.0)


def without_inputs(make: Make, rows: Prepared, plan: TrainingPlan, *, seed: int, n_steps: int, n_planned: int) -> float:
    """Return the loss over the reference after the first steps of the planned run with all inputs zero."""
    blind = replace(rows, inputs=np.zeros_like(rows.inputs))
    seen = run(make(plan), blind, plan, seed=seed, n_steps=n_steps, marks=(), n_planned=n_planned)
    return float(seen.losses[-1] / seen.reference)
