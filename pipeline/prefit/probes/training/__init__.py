"""The planned training of a network, probed on the row sample: how probable its events are, why, and what helps."""

from __future__ import annotations

from prefit.evidence.training import InputScale, PlanProbe
from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.foresee import foresee_training
from prefit.probes.training.probe import as_values, measure
from prefit.probes.training.risk import risks_of
from prefit.probes.training.rows import Rows

__all__ = ["foresee_training", "probe_plan"]


def probe_plan(
    inputs: Array,
    targets: Array,
    plan: TrainingPlan,
    *,
    n_classes: int,
    seed: int = 0,
    n_rows_planned: int | None = None,
    seconds: float = 2.0,
    scale: InputScale | None = None,
) -> PlanProbe:
    """Train as planned for a short while, and say how probable the events of the planned run are.

    Parameters
    ----------
    inputs : ndarray of float32, shape (n_rows, n_inputs)
        Encoded and imputed, not scaled: the plan says how.
    targets : ndarray, shape (n_rows,)
        Class numbers from 0, or numbers in their own unit.
    plan : TrainingPlan
    n_classes : int
        0 for regression.
    seed : int
    n_rows_planned : int, optional
        Rows of the planned run; default those given.
    seconds : float
        CPU time by the cost model; the planned run itself where it takes less.
    scale : InputScale, optional
        Of these inputs under this plan's scaling, where an earlier probe has measured it.

    Raises
    ------
    InputError
        If the target is constant.
    UsageError
        If the loss of the plan does not suit the target.
    """
    rows = Rows(inputs, targets, n_classes)
    planned = len(targets) if n_rows_planned is None else n_rows_planned
    measured = measure(rows, plan, seed=seed, n_rows_planned=planned, seconds=seconds, scale=scale)
    return as_values(measured, risks_of(measured))
