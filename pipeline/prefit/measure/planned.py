"""How large the planned training is."""

from __future__ import annotations

from prefit.config import Options
from prefit.profiling.values import Profile
from prefit.task import Task

__all__ = ["rows_planned"]


def rows_planned(profile: Profile, task: Task, options: Options) -> int:
    """Return the rows of the planned training: what the options say, or all that have a target."""
    return options.planned_rows or profile.columns[str(task.target)].n_present
