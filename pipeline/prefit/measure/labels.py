"""How many labels are wrong, and which: of the row sample, or of all rows."""

from __future__ import annotations

import math
from collections.abc import Callable

from prefit.config import Options
from prefit.evidence.amounts import AmountNoise
from prefit.evidence.labels import LabelNoise
from prefit.profiling.values import Profile
from prefit.sources.base import Source
from prefit.task import Task

__all__ = ["LABELS_SHARE", "measure_amounts", "measure_labels"]

LABELS_SHARE = 0.15
"""Share of the budget that the search for wrong labels gets, beside the scoring of all rows at the level deep."""


def measure_labels(
    profile: Profile,
    task: Task,
    options: Options,
    source: Source,
    progress: Callable[[float], None] | None = None,
    until: float = math.inf,
) -> LabelNoise:
    """Look for wrong labels among the sampled rows, and at the level deep among all rows, which are read once more.

    Raises
    ------
    InputError
        If the rows or classes are too few to learn labels from, or the time `until` of ``time.monotonic`` does not
        suffice to score all rows.
    """
    from prefit import probes

    unread = {partition.name for partition in profile.unread}
    every = source.partitions() if options.level == "deep" else ()
    return probes.label_noise(
        profile.sample.table,
        profile.sample.positions,
        task,
        seed=options.seed,
        seconds=options.budget * LABELS_SHARE,
        partitions=[partition for partition in every if partition.name not in unread],
        until=until,
        progress=progress,
    )


def measure_amounts(profile: Profile, task: Task, options: Options) -> AmountNoise:
    """Look for wrong values of a target that is a number, among the sampled rows.

    Raises
    ------
    InputError
        If there are too few rows.
    """
    from prefit import probes

    return probes.amount_noise(profile.sample.table, profile.sample.positions, task, seed=options.seed)
