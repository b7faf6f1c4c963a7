"""Is a loss of zero deserved? What one feature tells alone, and the loss on rows that the network has not seen."""

from __future__ import annotations

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.cost import affordable_steps
from prefit.probes.training.losses import reference_loss
from prefit.probes.training.network import Network
from prefit.probes.training.rows import Rows, prepare
from prefit.probes.training.run import loss_of, run
from prefit.profiling.blas import one_thread

__all__ = ["told_by_feature", "unseen_loss"]

MOST_GROUPS = 64
"""Groups of equal values, or of neighbouring ones, that a feature is cut into to see what it tells."""

UNSEEN_SHARE = 0.25


def told_by_feature(rows: Rows, owners: tuple[str, ...]) -> dict[str, float]:
    """Return for each feature the share of the target that it tells alone: 0 none of it, 1 all.

    Of classes it is how far the majority within groups of equal values is ahead of the most frequent class, of numbers
    the squared correlation, on the rows themselves.
    """
    places = np.array(owners)
    return {name: _told(rows.inputs[:, places == name], rows) for name in dict.fromkeys(owners)}


def _told(inputs: Array, rows: Rows) -> float:
    if not rows.n_classes:
        centred = inputs - inputs.mean(axis=0, dtype=np.float64)
        targets = rows.targets - rows.targets.mean()
        lengths = np.linalg.norm(centred, axis=0) * np.linalg.norm(targets)
        return float(np.max((centred.T @ targets / np.where(lengths > 0, lengths, np.inf)) ** 2))
    groups = _groups(inputs)
    if groups is None:
        return 0.0
    counts = np.zeros((groups.max() + 1, rows.n_classes))
    np.add.at(counts, (groups, rows.targets), 1)
    most_frequent = counts.sum(axis=0).max()
    return float((counts.max(axis=1).sum() - most_frequent) / max(1.0, rows.n_rows - most_frequent))


def _groups(inputs: Array) -> Array | None:
    """Number groups of equal rows; neighbouring values of a number share one. None where there are too many."""
    if inputs.shape[1] == 1:
        values, groups = np.unique(inputs[:, 0], return_inverse=True)
        return groups if len(values) <= MOST_GROUPS else groups * MOST_GROUPS // len(values)
    values, groups = np.unique(inputs, axis=0, return_inverse=True)
    return groups.ravel() if len(values) <= MOST_GROUPS else None


@one_thread()
def unseen_loss(rows: Rows, plan: TrainingPlan, *, seed: int, n_steps: int, seconds: float) -> float:
    """Return the loss over the reference, on rows whose like was left out of a run of so many steps.

    Rows with equal inputs stay on one side. The run is shorter where it does not fit into the seconds.
    """
    prepared = prepare(rows, plan)
    n_in, n_out = prepared.inputs.shape[1], prepared.n_outputs
    _, groups = np.unique(rows.inputs, axis=0, return_inverse=True)
    random = np.random.default_rng([seed, 7])
    left_out = random.random(groups.max() + 1)[groups.ravel()] < UNSEEN_SHARE
    if left_out.all() or not left_out.any():
        return 1.0
    steps = min(n_steps, affordable_steps(plan, n_in, n_out, n_rows=rows.n_rows, seconds=seconds))
    network = Network(n_in, n_out, plan, np.random.default_rng([seed, 1]))
    run(network, prepared.take(np.flatnonzero(~left_out)), plan, seed=seed, n_steps=steps, marks=())
    unseen = prepared.take(np.flatnonzero(left_out))
    return loss_of(network, unseen) / reference_loss(prepared.loss, prepared.targets)
