"""What the features say of the target: alone, together, and over ways to split the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from prefit.config import Options
from prefit.evidence import SingleFeature
from prefit.measure.attempt import Attempt
from prefit.measure.curves import measure_curves
from prefit.measure.labels import measure_labels
from prefit.measure.remedies import measure_remedies
from prefit.profiling.values import Profile
from prefit.sources.base import Source
from prefit.task import Task

__all__ = ["of_target"]

LEAK_SKILL = 0.8
"""One-column skill from which it is worth knowing what the column is worth to a model that has all of them."""

MAX_PRICED = 5
"""More columns than this that predict the target alone are an easy task, not a leak to price."""


def of_target(attempt: Attempt, profile: Profile, task: Task, options: Options, source: Source) -> dict[str, Any]:
    """Measure what the level of the run asks for: leaks and splits at all levels, curves and labels beyond quick."""
    from prefit import probes

    sample, seed = profile.sample.table, options.seed
    measured: dict[str, Any] = {}
    singles = measured["single_features"] = attempt(
        "single_features", "single features", lambda _: probes.single_features(sample, task, seed=seed)
    )
    suspects = _suspects(singles or ())
    if suspects:
        measured["leak_price"] = attempt(
            "leak_price", "price of leaks", lambda _: probes.leak_price(sample, task, suspects, seed=seed)
        )
    measured |= _of_splits(attempt, sample, task, seed)
    if options.level != "quick":
        measured["curves"] = attempt(
            "curves",
            "learning curves",
            lambda progress: measure_curves(profile, task, options, progress, attempt.watch.until),
        )
        measured["label_noise"] = attempt(
            "label_noise",
            "wrong labels" if task.kind == "classification" else "wrong values",
            lambda progress: measure_labels(profile, task, options, source, progress, attempt.watch.until),
        )
        if measured["curves"] is not None:
            measured["remedies"] = attempt(
                "remedies",
                "remedies",
                lambda _: measure_remedies(profile, task, options, measured, attempt.watch.until),
            )
    return measured


def _of_splits(attempt: Attempt, sample: pa.Table, task: Task, seed: int) -> dict[str, Any]:
    """Compare ways to split the rows: by their order in the table unless they have a time, by groups, by time."""
    from prefit import probes

    measured: dict[str, Any] = {}
    if task.time is None:
        measured["row_order"] = attempt("row_order", "row order", lambda _: probes.row_order(sample, task, seed))
    if task.group is not None:
        measured["group_gap"] = attempt("group_gap", "grouped split", lambda _: probes.group_gap(sample, task, seed))
    if task.time is not None or task.features_of("datetime"):
        measured["time_gap"] = attempt("time_gap", "split in time", lambda _: probes.time_gap(sample, task, seed))
    return measured


def _suspects(single_features: Sequence[SingleFeature]) -> tuple[str, ...]:
    strong = [feature for feature in single_features if max(feature.low, feature.missing_low) >= LEAK_SKILL]
    strong.sort(key=lambda feature: -max(feature.skill, feature.missing_skill))
    return tuple(feature.column for feature in strong) if len(strong) <= MAX_PRICED else ()
