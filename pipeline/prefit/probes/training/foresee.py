"""All that a probe of the planned training finds out: risks, their causes with what removes them, and the scaling."""

from __future__ import annotations

from dataclasses import replace

from prefit.errors import InputError
from prefit.evidence.training import PlanProbe, TrainingEvidence
from prefit.plan import TrainingPlan
from prefit.probes.cost import Shape
from prefit.probes.draw import draw
from prefit.probes.frame import Frame
from prefit.probes.problem import Problem
from prefit.probes.training.causes import WORTH, Trials, causes
from prefit.probes.training.cost import FEWEST_STEPS, n_parameters, step_seconds
from prefit.probes.training.easy import unseen_loss
from prefit.probes.training.inputs import encoded, tails
from prefit.probes.training.probe import as_values, measure
from prefit.probes.training.risk import risks_of
from prefit.probes.training.rows import Rows

__all__ = ["foresee_training"]

MOST_ROWS, FEWEST_ROWS = 16_384, 1_000
MOST_CELLS = 4_000_000
SHARE_OF_PROBE, SHARE_OF_UNSEEN, SHARE_OF_TRIAL, MOST_TRIALS = 0.4, 0.1, 0.065, 7
"""Of the seconds: for the plan itself, for rows that it has not seen, and for each of the plans with a change."""

FAR_BEYOND = 3.0
"""Times its seconds that a probe of the fewest steps may take."""

ENCODING_SHARE = 0.2
ILL_CONDITIONED = 1e4
LONG_TAIL = 50.0
"""Condition number of the inputs, and largest cell in standard deviations, from which another scaling is tried."""


def foresee_training(
    problem: Problem, plan: TrainingPlan, *, n_rows_planned: int, seconds: float, seed: int = 0
) -> TrainingEvidence:
    """Probe the planned training of a network on these rows.

    Parameters
    ----------
    problem : Problem
        Features and target of the row sample.
    plan : TrainingPlan
    n_rows_planned : int
        Rows of the planned run.
    seconds : float
        CPU seconds, by a model of the cost: rows and steps follow from it, never from a clock.
    seed : int

    Raises
    ------
    InputError
        If the target is constant, or if a few steps of the plan cost far more than the seconds.
    UsageError
        If the loss of the plan does not suit the target.
    """
    rows, owners = encoded(_subset(problem, ENCODING_SHARE * seconds), seed)
    least = _least_seconds(rows, plan)
    if least > max(FAR_BEYOND * SHARE_OF_PROBE * seconds, _least_seconds(rows, TrainingPlan())):
        size = n_parameters(plan, rows.inputs.shape[1], max(1, rows.n_classes))
        raise InputError(
            f"plan must be small enough to be probed in the budget; got {size:,} weights in batches of "
            f"{plan.batch_size:,} rows. Give a larger --budget, or a narrower plan."
        )
    measured = measure(rows, plan, seed=seed, n_rows_planned=n_rows_planned, seconds=SHARE_OF_PROBE * seconds)
    probe = as_values(measured, risks_of(measured))
    each = SHARE_OF_TRIAL * seconds
    trials = Trials(rows, owners, probe, seed, each, min(MOST_TRIALS, int(FAR_BEYOND * MOST_TRIALS * each / least)))
    unseen = None
    if probe.risks.zero_loss >= WORTH:
        unseen = unseen_loss(rows, plan, seed=seed, n_steps=probe.steps, seconds=SHARE_OF_UNSEEN * seconds)
    unscaled, rescaled = _rescaled(rows, probe, seconds=each, seed=seed)
    return TrainingEvidence(
        probe=probe, causes=causes(trials, unseen), unscaled=unscaled, rescaled=rescaled, unseen=unseen
    )


def _least_seconds(rows: Rows, plan: TrainingPlan) -> float:
    """Return what the fewest steps of a plan cost."""
    return FEWEST_STEPS * step_seconds(plan, rows.inputs.shape[1], max(1, rows.n_classes), rows.n_rows)


def _rescaled(rows: Rows, probe: PlanProbe, *, seconds: float, seed: int) -> tuple[PlanProbe | None, PlanProbe | None]:
    """Probe the plan as it is and with the scaling that suits the inputs, where they give cause to."""
    plan, scale = probe.plan, probe.inputs
    tailed = scale.tail > LONG_TAIL and plan.scaling != "quantile" and tails(rows.inputs).max(initial=0.0) > LONG_TAIL
    uneven = scale.condition > max(ILL_CONDITIONED, 10 * scale.condition_standardized) and plan.scaling == "none"
    if not tailed and not uneven:
        return None, None
    found = []
    for tried in (plan, replace(plan, scaling="quantile" if tailed else "standard")):
        measured = measure(rows, tried, seed=seed, n_rows_planned=probe.n_rows_planned, seconds=seconds)
        found.append(as_values(measured, risks_of(measured)))
    return found[0], found[1]


def _subset(problem: Problem, seconds: float) -> Problem:
    """Return as many rows as can be encoded in the seconds, drawn from all, in their order; no class is lost."""
    n_rows = min(MOST_ROWS, problem.n_rows, _affordable_rows(problem.frame, problem.n_classes, seconds))
    if n_rows >= problem.n_rows:
        return problem
    chosen = draw(problem.target, problem.n_classes, n_rows)
    return problem.take(chosen).renumbered() if problem.n_classes else problem.take(chosen)


def _affordable_rows(frame: Frame, n_classes: int, seconds: float) -> int:
    shape = Shape.of(frame, n_classes=n_classes, n_test=0)
    per_row = 1.6e-6 * shape.text_bytes + 1e-6 * shape.n_encoded + 2e-8 * shape.n_columns
    return max(FEWEST_ROWS, min(int(seconds / per_row), MOST_CELLS // shape.n_columns))
