"""The test data beside the training data: which features drifted, and whether a model can tell the two apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from prefit.checks.splits.kinds import changed_kinds
from prefit.evidence import FeatureDrift
from prefit.measure.attempt import Attempt
from prefit.profiling.values import Profile
from prefit.task import Task

__all__ = ["of_test"]


def of_test(attempt: Attempt, profile: Profile, tested: Profile, task: Task, seed: int) -> dict[str, Any]:
    """Compare the test data with the training data."""
    from prefit import probes

    alike = task.without(changed_kinds(profile.columns, tested.columns, task.features))
    drift = attempt("drift", "drift per feature", lambda _: probes.feature_drift(profile, tested, alike, seed=seed))
    compared = _without_running(alike, drift or ())
    domain = attempt(
        "domain",
        "domain test",
        lambda _: probes.domain_test(profile.sample.table, tested.sample.table, compared, seed=seed),
    )
    return {"drift": drift, "domain": domain}


def _without_running(task: Task, drift: Sequence[FeatureDrift]) -> Task:
    """Return the task without features that differ by nature, unless there are no others."""
    running = {feature.column for feature in drift if feature.runs_on}
    left = tuple(name for name in task.features if name not in running)
    return replace(task, features=left or task.features)
