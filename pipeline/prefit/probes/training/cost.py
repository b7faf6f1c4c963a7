"""What a step of a plan costs on one core: measured once, so that a probe need not look at the clock."""

from __future__ import annotations

from itertools import pairwise

from prefit.plan import TrainingPlan
from prefit.probes.training.run import MOST_JUDGED

__all__ = ["FEWEST_STEPS", "affordable_steps", "n_parameters", "step_seconds"]

FEWEST_STEPS = 24
"""Steps that are taken whatever they cost: fewer say nothing."""

N_MARKS = 24
"""Checkpoints of a run, roughly: each is a pass over the judged rows without a step."""


def n_parameters(plan: TrainingPlan, n_in: int, n_out: int) -> int:
    """Return how many weights, biases, gains and shifts the network of a plan has."""
    sizes = [n_in, *[plan.width] * (plan.depth - 1), n_out]
    of_normalization = 2 * plan.width * (plan.depth - 1) if plan.normalization != "none" else 0
    return sum((above + 1) * below for above, below in pairwise(sizes)) + of_normalization


def step_seconds(plan: TrainingPlan, n_in: int, n_out: int, n_rows: int) -> float:
    """Return the seconds of a step on a full batch."""
    size = n_parameters(plan, n_in, n_out)
    batch = min(plan.batch_size, n_rows)
    units = batch * plan.width * (plan.depth - 1)
    of_optimizer = {"adam": 1.5e-9, "rmsprop": 1.1e-9, "momentum": 1.0e-9, "sgd": 0.3e-9}[plan.optimizer]
    of_unit = 1e-8 if plan.dropout else 3.4e-9
    of_layer = 9e-6
    if plan.normalization != "none":
        of_unit, of_layer = of_unit + 4.3e-9, of_layer + 3e-5
    return (
        4e-5 + of_layer * plan.depth + (5e-11 * batch + of_optimizer) * size + of_unit * units + 1.1e-9 * batch * n_in
    )


def affordable_steps(plan: TrainingPlan, n_in: int, n_out: int, *, n_rows: int, seconds: float) -> int:
    """Return how many steps fit into the seconds, with the checkpoints on the way; at least a few."""
    judged = min(n_rows, MOST_JUDGED)
    units = judged * plan.width * (plan.depth - 1)
    of_marks = N_MARKS * (1.7e-11 * judged * n_parameters(plan, n_in, n_out) + 2e-9 * units)
    return max(FEWEST_STEPS, int((seconds - of_marks) / step_seconds(plan, n_in, n_out, n_rows)))
