"""How many labels are wrong, and which: of the row sample, or of all rows."""

from __future__ import annotations

import math
from collections.abc import Callable

from prefit.config import Options
from prefit.evidence.amounts import AmountNoise
from prefit.evidence.labels import LabelNoise
from prefit.measure.scoring import everywhere
from prefit.profiling.values import Profile
from prefit.sources.base import Source
from prefit.task import Task

__all__ = ["LABELS_SHARE", "measure_labels"]

LABELS_SHARE = 0.15
"""Share of the budget that the search for wrong labels gets, beside the scoring of all rows at the level deep."""


def measure_labels(
    profile: Profile,
    task: Task,
    options: Options,
    source: Source,
    progress: Callable[[float], None] | None = None,
    until: float = math.inf,
) -> LabelNoise | AmountNoise:
    """Look for wrong labels among the sampled rows, and at the level deep among all rows, which are read once more.

    Of a target that is a number these are its wrong values.

    Raises
    ------
    InputError
        If the rows or classes are too few to learn from, or not all rows can be scored before `until`.
    """
    from prefit import probes

    sample = profile.sample.table, profile.sample.positions, task
    over_all = everywhere(profile, options, source, progress, until)
    if task.kind == "regression":
        return probes.amount_noise(*sample, seed=options.seed, everywhere=over_all)
    seconds = options.budget * LABELS_SHARE
    return probes.label_noise(*sample, seed=options.seed, seconds=seconds, everywhere=over_all)
