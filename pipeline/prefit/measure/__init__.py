"""The measurements of a run beyond the profile: which are asked for, and what could not be made.

A probe that fails does not end the run: its evidence is named as missing with the reason, and the checks that need
it are skipped for that reason, so that the verdict cannot be *ready*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefit.checks.base import Check
from prefit.config import Options
from prefit.evidence import Evidence
from prefit.measure.advice import of_advice
from prefit.measure.annotators import measure_annotators
from prefit.measure.attempt import Attempt
from prefit.measure.copies import of_copies
from prefit.measure.networks import of_networks, trained_by_steps
from prefit.measure.suite import judge_suite
from prefit.measure.target import of_target
from prefit.measure.test_data import of_test
from prefit.measure.training import of_training
from prefit.profiling.values import Profile
from prefit.sources.base import Source
from prefit.stopwatch import Stopwatch
from prefit.task import Task
from prefit.wording import without_values

__all__ = ["gather"]

ALSO_HELPFUL: Mapping[str, tuple[str, ...]] = {
    "duplicate-rows": ("near_twins", "inflation"),
    "split-overlap": ("near_overlap",),
    "model-failed": ("networks",),
}
"""What a check judges by where it is there; it can judge exact copies without."""


def gather(
    task: Task,
    profile: Profile,
    options: Options,
    checks: Sequence[Check],
    watch: Stopwatch,
    *,
    test_profile: Profile | None = None,
    source: Source,
) -> Evidence:
    """Make the measurements that the checks need at the level of the run.

    Parameters
    ----------
    task, profile, options : Task, Profile, Options
    checks : sequence of Check
        Those that were selected; a measurement that none of them needs is not made.
    watch : Stopwatch
    test_profile : Profile, optional
        Profile of the test data.
    source : Source
        Read once more, and only where an expectation suite is to be run on all rows.

    Raises
    ------
    UsageError
        If an option turns out to make no sense for these data.
    """
    needed = {need for check in checks for need in check.needs}
    if "single_features" in needed:
        needed.add("leak_price")  # asked for only where a single feature gives cause
    if "curves" in needed:
        needed.add("remedies")
    needed.update(need for check in checks for need in ALSO_HELPFUL.get(check.id, ()))
    if needed & {"training", "curves"} and trained_by_steps(options):
        needed.add("networks")  # else a built-in network would be judged in its place
    attempt = Attempt(
        needed=frozenset(needed),
        watch=watch,
        told=lambda error: str(error) if options.show_values else without_values(str(error), profile.columns),
    )
    measured: dict[str, Any] = {}
    if task.target is not None:
        measured |= of_target(attempt, profile, task, options, source)
        if options.level != "quick":
            measured |= of_training(attempt, profile, task, options)
            measured |= of_advice(attempt, profile, task, options, measured)
            measured |= of_networks(attempt, profile, task, options)
    if test_profile is not None:
        measured |= of_test(attempt, profile, test_profile, task, options.seed)
    if task.annotators is not None:
        measured["annotation"] = attempt(
            "annotation", "annotators", lambda _: measure_annotators(profile, task, options)
        )
    measured |= of_copies(attempt, profile, test_profile, task, options.seed)
    if options.expectations is not None:
        measured["suite"] = attempt("suite", "expectations", lambda _: judge_suite(source, options))
    return Evidence(
        task=task,
        profile=profile,
        level=options.level,
        test_profile=test_profile,
        **measured,
        requirement=options.require,
        waivers=options.waivers or None,
        missing=attempt.missing,
        show_values=options.show_values,
    )
