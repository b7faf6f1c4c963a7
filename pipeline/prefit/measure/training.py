"""The planned training of a network, probed on the row sample."""

from __future__ import annotations

from typing import Any

from prefit.config import Options
from prefit.evidence.training import TrainingEvidence
from prefit.measure.attempt import Attempt
from prefit.measure.planned import rows_planned
from prefit.plan import TrainingPlan
from prefit.profiling.values import Profile
from prefit.task import Task

__all__ = ["measure_training", "of_training"]

SECONDS_SHARE = 0.075
"""Share of the budget that the probe gets, as CPU seconds by a model of the cost."""

MOST_ROWS = 32_768
"""Rows of the sample that the probe draws from."""


def of_training(attempt: Attempt, profile: Profile, task: Task, options: Options) -> dict[str, Any]:
    """Probe the plan that the options name."""
    made = attempt(
        "training",
        "training plan",
        lambda _: measure_training(
            profile,
            task,
            options.plan,
            planned_rows=rows_planned(profile, task, options),
            seconds=SECONDS_SHARE * options.budget,
            seed=options.seed,
        ),
    )
    return {"training": made}


def measure_training(
    profile: Profile,
    task: Task,
    plan: TrainingPlan,
    *,
    planned_rows: int,
    seconds: float,
    seed: int = 0,
) -> TrainingEvidence:
    """Probe a plan on the row sample.

    Raises
    ------
    InputError
        If the rows are too few or too alike to train anything.
    UsageError
        If the loss of the plan does not suit the target.
    """
    from prefit.probes.problem import make_problem
    from prefit.probes.training import foresee_training

    problem = make_problem(profile.sample.table, task, max_rows=MOST_ROWS, seed=seed, keep_classes=True)
    return foresee_training(problem, plan, n_rows_planned=planned_rows, seconds=seconds, seed=seed)
