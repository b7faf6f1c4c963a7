"""How far several annotators agree, and what they say together."""

from __future__ import annotations

from prefit.config import Options
from prefit.evidence.annotation import Annotation
from prefit.profiling.values import Profile
from prefit.task import Task

__all__ = ["measure_annotators"]


def measure_annotators(profile: Profile, task: Task, options: Options) -> Annotation:
    """Hold the annotators of the sampled rows against each other, and the target against their consensus.

    Raises
    ------
    InputError
        If no item has two labels, or if the labels are no classes.
    """
    from prefit import probes

    return probes.annotation(profile.sample.table, profile.sample.positions, task, seed=options.seed)
