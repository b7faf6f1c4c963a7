"""Learning curves of the row sample, and the forecast of the training that the options plan."""

from __future__ import annotations

import math
from typing import Any

from prefit.config import Options
from prefit.evidence import Curves
from prefit.own.model import OwnModel
from prefit.own.network import OwnNetwork
from prefit.profiling.tally import Tally
from prefit.profiling.values import Profile
from prefit.stopwatch import StageProgress
from prefit.task import SCORES, Task

__all__ = ["measure_curves"]

CURVES_SHARE = 0.6
"""Share of the budget that the learning curves get; the rest is for the other probes and the report."""


def measure_curves(
    profile: Profile, task: Task, options: Options, progress: StageProgress, until: float = math.inf
) -> Curves:
    """Probe all families on the row sample and forecast the training that the options plan.

    The probing ends at the time `until` of ``time.monotonic`` if it is not done before.

    Raises
    ------
    InputError
        If the rows are too few, or have too little in them, to fit and score a model.
    """
    from prefit import probes

    return probes.learning_curves(
        profile.sample.table,
        task,
        chosen=[
            model if isinstance(model, str) else model.name
            for model in options.model
            if not isinstance(model, OwnNetwork)  # no curve is made of it
        ],
        own=[model for model in options.model if isinstance(model, OwnModel)],
        budget_seconds=options.budget * CURVES_SHARE,
        level=options.level,
        seed=options.seed,
        planned_rows=options.planned_rows,
        n_rows_given=_n_labelled(profile),
        **_asked(options),
        notes=_missed_classes(profile, task),
        progress=progress,
        until=until,
    )


def _asked(options: Options) -> dict[str, Any]:
    """Return the metric to forecast beside the score, and which limits the score and the metric are to keep."""
    scores, required = SCORES.values(), options.require
    if required is None or required.metric in scores:
        return {
            "metric": None if options.metric in scores else options.metric,
            "required": None if required is None else required.limit,
        }
    return {"metric": required.metric, "metric_limit": required.limit}


def _missed_classes(profile: Profile, task: Task) -> tuple[str, ...]:
    """Say how many classes of a large table are so rare that no row of theirs was sampled."""
    if task.target is None or task.kind != "classification" or profile.class_counts is None:
        return ()
    sampled = Tally.of_column(profile.sample.table.column(task.target))
    seen = {entry.value for entry in sampled.most_frequent(len(sampled.values))}
    n_missed = sum(entry.value not in seen for entry in profile.class_counts)
    if not n_missed:
        return ()
    return (f"{n_missed} of {len(profile.class_counts)} classes: no row of theirs is in the row sample.",)


def _n_labelled(profile: Profile) -> int:
    return profile.columns[profile.target or ""].n_present
