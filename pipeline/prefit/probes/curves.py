"""Learning curves of all families on the row sample, and what they say of the training on all planned rows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence import Curves, LearningCurve, Level
from prefit.evidence.classes import ClassOutlook
from prefit.own.model import OwnModel
from prefit.probes.beside import forecast_metric
from prefit.probes.classes import class_outlooks
from prefit.probes.cost import Plan, Shape, fit_seconds, make_plan
from prefit.probes.foresight import foresee
from prefit.probes.metrics import measure_of
from prefit.probes.pace import pace
from prefit.probes.points import curves_of
from prefit.probes.problem import Problem, class_labels, make_problem
from prefit.probes.run import Outcome, run_permuted, run_plan
from prefit.probes.score import metric_name
from prefit.probes.split import Split, splits
from prefit.task import Task

__all__ = ["learning_curves"]

USED_SHARE = 0.75
"""Share of two cores' time that is planned; the rest is for start-up and for errors of the cost model."""

PERMUTED_SHARE = 0.05
"""Share of the plan that the control on permuted labels may take."""

EMERGENCY = 3.0
"""Multiple of the budget at which the clock ends the probing."""

START_UP = 10.0
"""Seconds that it may take besides: the libraries are imported once, whatever the budget."""


def learning_curves(
    table: pa.Table,
    task: Task,
    *,
    chosen: Sequence[str] = (),
    own: Sequence[OwnModel] = (),
    budget_seconds: float = 60.0,
    level: Level = "standard",
    seed: int = 0,
    planned_rows: int | None = None,
    n_rows_given: int | None = None,
    required: float | None = None,
    metric: str | None = None,
    metric_limit: float | None = None,
    notes: Sequence[str] = (),
    progress: Callable[[float], None] | None = None,
    until: float = math.inf,
) -> Curves:
    """How do the families' scores grow with the rows, and what will one training on all planned rows reach?

    All four families are always probed: the risk of underfitting compares with the best of them, whatever estimators of
    the user are probed as well.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample.
    task : Task
    chosen : sequence of str, optional
        Families that may be trained; the one of them with the best forecast is `Curves.chosen`, also where none of
        them could be fitted. Default: any.
    own : sequence of OwnModel, optional
        Estimators of the user to probe as well. What a budget buys then depends on how long they take.
    budget_seconds : float, default 60
        Wall-clock seconds on two cores. A cost model turns them into trainings; the clock only ends the probing at 3
        times as much.
    level : {"standard", "deep"}
        Deep takes twice the repeats.
    seed : int
    planned_rows : int, optional
        Rows of the training to forecast. Default: `n_rows_given`.
    n_rows_given : int, optional
        Rows with a target that the gate was given, of which `table` is a sample. Default: those of `table`.
    required : float, optional
        Held-out score that is asked for, in the metric of the curves: the forecasts then say which rows it needs.
    metric : str, optional
        Metric to forecast beside the score, one of :data:`prefit.task.METRICS`.
    metric_limit : float, optional
        The same as `required`, for the metric.
    notes : sequence of str, optional
        What the row sample leaves out of the data, a sentence each, to stand first in `Curves.left_out`.
    progress : callable, optional
        Told the share that is done.
    until : float, optional
        Value of ``time.monotonic`` at which the probing ends in any case.

    Raises
    ------
    InputError
        If the rows are too few or too alike to fit and score a model, or if every family fails.
    """
    deadline = min(until, time.monotonic() + EMERGENCY * budget_seconds + START_UP)
    problem = make_problem(table, task, given=bool(own))
    parts = splits(problem, seed)
    shape = Shape.of(problem.frame, n_classes=problem.n_classes, n_test=len(parts[0].test))
    shape = replace(shape, own={model.name: pace(model, problem, parts[0], shape, seed) for model in own})
    seconds = 2 * USED_SHARE * budget_seconds
    measures = () if metric is None else (measure_of(metric, problem.target, problem.n_classes),)
    plan = make_plan(
        min(len(split.train) for split in parts), shape,
        budget_seconds=seconds * (1 - PERMUTED_SHARE), level=level, n_splits=len(parts),
    )  # fmt: skip
    told = progress or (lambda _share: None)
    outcome = run_plan(
        problem, parts, plan, seed=seed, deadline=deadline, progress=told,
        own={model.name: model for model in own}, measures=measures,
    )  # fmt: skip
    curves, failures = curves_of(outcome.trials, shape.families, problem.n_classes, parts)
    if not curves:
        reasons = "; ".join(f"{family}: {why}" for family, why in failures.items())
        raise InputError(f"data must let a model be trained; got {reasons}. Look at the columns that it names.")
    given = n_rows_given or problem.n_rows
    planned = planned_rows or given
    constant = 1 / len(np.unique(problem.target[parts[0].train])) if problem.n_classes else 0.0
    name = metric_name(problem.n_classes)
    seen = foresee(curves, metric=name, constant=constant, planned_rows=planned, given_rows=given, required=required)
    beside = [
        forecast_metric(
            measure, *curves_of(outcome.trials, tuple(curves), problem.n_classes, parts, measure),
            planned_rows=planned, given_rows=given, permitted=chosen, limit=metric_limit,
        )
        for measure in measures
    ]  # fmt: skip
    permitted = tuple(family for family in chosen if family in curves)
    judged = seen.best_of(permitted) if permitted else next(iter(chosen), seen.best)
    return Curves(
        metric=name,
        constant=constant,
        planned_rows=planned,
        held_out_rows=max(curve.held_out_rows for curve in curves.values()),
        rows_used=max(len(split.train) + len(split.test) for split in parts),
        curves=curves,
        forecasts=seen.forecasts,
        permuted=_control(problem, parts, shape, curves, seconds * PERMUTED_SHARE, seed, deadline),
        ceiling=seen.ceiling,
        best=seen.best,
        chosen=judged,
        classes=_classes(table, task, problem, parts, curves.get(judged), planned, required),
        split=parts[0].kind,
        failures=failures,
        left_out=(*notes, *_left_out(problem, parts[0], plan, outcome)),
        emergency_stop=outcome.stopped,
        paces=shape.own,
        beside=next(iter(beside), None),
    )


def _classes(
    table: pa.Table,
    task: Task,
    problem: Problem,
    parts: Sequence[Split],
    curve: LearningCurve | None,
    planned_rows: int,
    required: float | None,
) -> tuple[ClassOutlook, ...]:
    """Return the outlook of the classes for the family to be trained; none for regression."""
    if not problem.n_classes or curve is None:
        return ()
    tested = np.unique(np.concatenate([split.test for split in parts[: curve.points[-1].repeats]]))
    counts, held_out = (
        np.bincount(rows, minlength=problem.n_classes) for rows in (problem.target, problem.target[tested])
    )
    labels = class_labels(table, task, problem)
    return class_outlooks(curve, labels, counts, held_out, planned_rows=planned_rows, required=required)


def _control(
    problem: Problem,
    parts: Sequence[Split],
    shape: Shape,
    curves: dict[str, LearningCurve],
    seconds: float,
    seed: int,
    deadline: float,
) -> LearningCurve | None:
    """Train the better one of the cheap families on permuted labels, at the largest size that is affordable."""
    cheap = [curves[family] for family in ("linear", "boosting") if family in curves]
    if not cheap or time.monotonic() > deadline:
        return None
    curve = max(cheap, key=lambda each: each.points[-1].held_out)
    repeats = max(3, min(len(parts), 5))
    sizes = [point.rows for point in curve.points]
    affordable = [size for size in sizes if repeats * fit_seconds(curve.family, size, shape) <= seconds]
    trials = run_permuted(problem, parts, curve.family, max(affordable, default=sizes[0]), repeats=repeats, seed=seed)
    permuted, _ = curves_of(trials, (curve.family,), problem.n_classes, parts)
    return permuted.get(curve.family)


def _left_out(problem: Problem, split: Split, plan: Plan, outcome: Outcome) -> tuple[str, ...]:
    stopped = ("The clock ended the probing before the plan was done: this machine was slower than expected.",)
    return problem.notes + split.notes + plan.left_out + (stopped if outcome.stopped else ())
