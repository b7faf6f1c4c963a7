"""What the training plan is advised to change on these data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefit.config import Options
from prefit.evidence import Curves
from prefit.evidence.advice import Advice
from prefit.evidence.labels import LabelNoise
from prefit.measure.attempt import Attempt
from prefit.measure.planned import rows_planned
from prefit.plan import TrainingPlan
from prefit.profiling.values import Profile
from prefit.task import Task

__all__ = ["measure_advice", "of_advice"]

MOST_ROWS = 5_000
SECONDS_SHARE = 0.05
"""Share of the budget that the trials of changed plans get, as CPU seconds by a model of the cost."""

TEXTS_SHARE = 0.5
"""Seconds for the curves of texts, where there are any, as a share of those of the trials, in addition to them."""


def of_advice(
    attempt: Attempt,
    profile: Profile,
    task: Task,
    options: Options,
    measured: Mapping[str, Any],
) -> dict[str, Any]:
    """Try changes of the plan that the options name; `measured` is what the other probes found out before."""
    made = attempt(
        "advice",
        "training advice",
        lambda _: measure_advice(
            profile,
            task,
            options.plan,
            planned_rows=rows_planned(profile, task, options),
            seconds=SECONDS_SHARE * options.budget,
            noise=measured.get("label_noise"),
            curves=measured.get("curves"),
            seed=options.seed,
        ),
    )
    return {"advice": made}


def measure_advice(
    profile: Profile,
    task: Task,
    plan: TrainingPlan,
    *,
    planned_rows: int,
    seconds: float,
    noise: object = None,
    curves: Curves | None = None,
    seed: int = 0,
) -> Advice:
    """Try changes of the plan on the row sample.

    Raises
    ------
    InputError
        If the rows are too few or too alike to fit anything.
    UsageError
        If the loss of the plan does not suit the target.
    """
    from prefit.probes.advice import advise, numbers_of, pretrained_or_random, pretrained_texts
    from prefit.probes.problem import make_problem

    problem = make_problem(profile.sample.table, task, max_rows=MOST_ROWS, seed=seed, keep_classes=True)
    numbers = numbers_of(problem, seed=seed)
    neural = None if curves is None else curves.forecasts.get("neural")
    pretrained = None
    if numbers.fills_folds:
        table = profile.sample.table
        pretrained = pretrained_or_random(numbers, task, planned_rows=planned_rows, seed=seed) or pretrained_texts(
            problem, numbers, table, task, planned_rows=planned_rows, seconds=TEXTS_SHARE * seconds, seed=seed
        )
    return advise(
        numbers,
        plan,
        planned_rows=planned_rows,
        seconds=seconds,
        label_noise=noise.mean if isinstance(noise, LabelNoise) else None,
        overfitting=None if neural is None else neural.risks.overfitting,
        pretrained=pretrained,
        seed=seed,
    )
