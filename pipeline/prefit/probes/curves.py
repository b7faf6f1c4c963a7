"""Learning curves of all families on the row sample, and what they say of the training on all planned rows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from math import isfinite

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence import FAMILIES, CurvePoint, Curves, LearningCurve, Level
from prefit.probes.cost import Plan, Shape, fit_seconds, make_plan
from prefit.probes.outlook import Outlook, ceiling, family_forecast, look_ahead
from prefit.probes.problem import Problem, make_problem
from prefit.probes.run import Outcome, run_permuted, run_plan
from prefit.probes.score import metric_name
from prefit.probes.split import Split, hold_out
from prefit.probes.trial import Trial
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

LARGEST_UNSEEN = 20_000
"""Rows at most of the unseen block on which the score is forecast; 3/7 as many as given where that is fewer."""


def learning_curves(
    table: pa.Table,
    task: Task,
    *,
    chosen: Sequence[str] = (),
    budget_seconds: float = 60.0,
    level: Level = "standard",
    seed: int = 0,
    planned_rows: int | None = None,
    n_rows_given: int | None = None,
    required: float | None = None,
    notes: Sequence[str] = (),
    progress: Callable[[float], None] | None = None,
    until: float = math.inf,
) -> Curves:
    """How do the families' scores grow with the rows, and what will one training on all planned rows reach?

    All four families are always probed: the risk of underfitting compares with the best of them.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample.
    task : Task
    chosen : sequence of str, optional
        Families that may be trained; the one of them with the best forecast is `Curves.chosen`, also where none of
        them could be fitted. Default: any.
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
    problem = make_problem(table, task)
    split = hold_out(problem, seed)
    shape = Shape.of(problem.frame, n_classes=problem.n_classes, n_test=len(split.test))
    seconds = 2 * USED_SHARE * budget_seconds
    plan = make_plan(len(split.train), shape, budget_seconds=seconds * (1 - PERMUTED_SHARE), level=level)
    told = progress or (lambda _share: None)
    outcome = run_plan(problem, split, plan, seed=seed, deadline=deadline, progress=told)
    curves, failures = _curves(outcome.trials)
    if not curves:
        reasons = "; ".join(f"{family}: {why}" for family, why in failures.items())
        raise InputError(f"data must let a model be trained; got {reasons}. Look at the columns that it names.")
    given = n_rows_given or problem.n_rows
    planned = planned_rows or given
    constant = 1 / len(np.unique(problem.target[split.train])) if problem.n_classes else 0.0
    unseen = min(max(1, round(given * 3 / 7)), LARGEST_UNSEEN)
    outlooks = {
        family: look_ahead(
            curve, _block_variance(outcome.trials, curve), n_test=len(split.test), n_unseen=unseen,
            metric=metric_name(problem.n_classes),
        )
        for family, curve in curves.items()
    }  # fmt: skip
    best = _best(outlooks, tuple(outlooks), planned)
    permitted = tuple(family for family in chosen if family in outlooks)
    return Curves(
        metric=metric_name(problem.n_classes),
        constant=constant,
        planned_rows=planned,
        held_out_rows=len(split.test),
        rows_used=len(split.train) + len(split.test),
        curves=curves,
        forecasts={
            family: family_forecast(outlook, outlooks[best], planned_rows=planned, constant=constant, required=required)
            for family, outlook in outlooks.items()
        },
        permuted=_control(problem, split, shape, curves, seconds * PERMUTED_SHARE, seed, deadline),
        ceiling=ceiling(tuple(outlooks.values()), planned_rows=planned, constant=constant),
        best=best,
        chosen=_best(outlooks, permitted, planned) if permitted else next(iter(chosen), best),
        split=split.kind,
        failures=failures,
        left_out=(*notes, *_left_out(problem, split, plan, outcome)),
        emergency_stop=outcome.stopped,
    )


def _curves(trials: Sequence[Trial]) -> tuple[dict[str, LearningCurve], dict[str, str]]:
    """Return the curve of each family that was trained at least once, and why the others were not."""
    curves, failures = {}, {}
    for family in FAMILIES:
        of_family = [trial for trial in trials if trial.family == family]
        failed = tuple(dict.fromkeys(trial.failure for trial in of_family if trial.failure is not None))
        sizes = sorted({trial.rows for trial in of_family if trial.failure is None})
        if sizes:
            points = tuple(_point([trial for trial in of_family if trial.rows == size]) for size in sizes)
            failed_at = max((trial.rows for trial in of_family if trial.failure is not None), default=None)
            curves[family] = LearningCurve(family=family, points=points, failures=failed, failed_at=failed_at)
        else:
            failures[family] = failed[0] if failed else "the clock ended the probing before it was trained"
    return curves, failures


def _point(trials: Sequence[Trial]) -> CurvePoint:
    done = [trial for trial in trials if trial.train is not None and trial.held_out is not None]
    train = [trial.train.value for trial in done if trial.train is not None]
    held_out = [trial.held_out.value for trial in done if trial.held_out is not None]
    return CurvePoint(
        rows=done[0].rows,
        train=float(np.mean(train)),
        held_out=float(np.mean(held_out)),
        train_std=float(np.std(train, ddof=1)) if len(done) > 1 else 0.0,
        held_out_std=float(np.std(held_out, ddof=1)) if len(done) > 1 else 0.0,
        repeats=len(done),
        fit_seconds=float(np.mean([trial.fit_seconds for trial in done])),
        top_share=_mean([trial.top_share for trial in done]),
        off_modal_share=_mean([trial.off_modal_share for trial in done]),
        spread=_mean([trial.spread for trial in done]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None and isfinite(value)]
    return float(np.mean(there)) if there else None


def _block_variance(trials: Sequence[Trial], curve: LearningCurve) -> float:
    """Return the variance that the held-out score owes to the held-out rows, at the largest size."""
    largest = curve.points[-1].rows
    scores = [trial.held_out for trial in trials if trial.family == curve.family and trial.rows == largest]
    return float(np.mean([score.variance for score in scores if score is not None]))


def _best(outlooks: dict[str, Outlook], families: tuple[str, ...], planned_rows: int) -> str:
    return max(families, key=lambda family: outlooks[family].held_out(planned_rows).mean)


def _control(
    problem: Problem,
    split: Split,
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
    repeats = 3
    sizes = [point.rows for point in curve.points]
    affordable = [size for size in sizes if repeats * fit_seconds(curve.family, size, shape) <= seconds]
    trials = run_permuted(problem, split, curve.family, max(affordable, default=sizes[0]), repeats=repeats, seed=seed)
    permuted, _ = _curves(trials)
    return permuted.get(curve.family)


def _left_out(problem: Problem, split: Split, plan: Plan, outcome: Outcome) -> tuple[str, ...]:
    stopped = ("The clock ended the probing before the plan was done: this machine was slower than expected.",)
    return problem.notes + split.notes + plan.left_out + (stopped if outcome.stopped else ())
