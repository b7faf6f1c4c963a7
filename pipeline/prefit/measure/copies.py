"""Copies among the rows: how many nearly repeat others, and what they do to a score."""

from __future__ import annotations

from typing import Any

from prefit.checks.chance import near_fraction, repeated_fraction
from prefit.measure.attempt import Attempt
from prefit.profiling.values import Profile
from prefit.task import Task

__all__ = ["of_copies"]

PRICED_COPIES = 0.005
"""Share of copies beyond chance from which it is worth knowing what they do to a score."""


def of_copies(
    attempt: Attempt, profile: Profile, test_profile: Profile | None, task: Task, seed: int
) -> dict[str, Any]:
    """Look for rows that nearly repeat others, and price the copies where there are more than chance gives."""
    from prefit import probes

    sample = profile.sample
    measured: dict[str, Any] = {}
    near = measured["near_twins"] = attempt(
        "near_twins",
        "near copies",
        lambda _: probes.near_twins(sample.table, sample.positions, task, n_rows=profile.n_rows, seed=seed),
    )
    exact = profile.duplicates.low / profile.n_rows - repeated_fraction(profile.columns.values(), profile.n_rows)
    if task.target is not None and max(0.0, exact) + near_fraction(near)[1] > PRICED_COPIES:
        measured["inflation"] = attempt(
            "inflation",
            "price of copies",
            lambda _: probes.inflation(sample.table, sample.positions, task, near, n_rows=profile.n_rows, seed=seed),
        )
    if test_profile is not None:
        tested = test_profile.sample
        measured["near_overlap"] = attempt(
            "near_overlap",
            "near copies in the test data",
            lambda _: probes.near_overlap(
                sample.table, tested.table, tested.positions, task, n_rows=profile.n_rows, seed=seed
            ),
        )
    return measured
