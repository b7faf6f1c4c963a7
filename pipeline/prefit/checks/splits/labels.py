"""The labels of the training and of the test data, side by side."""

from __future__ import annotations

from typing import Any

from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import Profile

__all__ = ["both_class_counts", "incomparable"]


def both_class_counts(evidence: Evidence) -> tuple[dict[Any, int], dict[Any, int]] | None:
    """Return the rows of every class in the training and in the test data; None where either cannot be counted."""
    assert evidence.test_profile is not None
    train, test = _class_counts(evidence.profile), _class_counts(evidence.test_profile)
    return (train, test) if train and test else None


def incomparable(check: str, evidence: Evidence) -> Finding:
    """Return the finding of a check that has labels on both sides and cannot compare them."""
    target = evidence.task.target
    if evidence.task.kind == "regression":
        reason = f"Target {target!r} does not hold numbers in both data sets, so their labels cannot be compared."
    else:
        reason = f"Target {target!r} has no values or too many to be counted one by one, so labels cannot be compared."
    return Finding(check=check, status="skip", message=reason)


def _class_counts(profile: Profile) -> dict[Any, int]:
    return {
        entry.value: entry.count
        for entry in profile.class_counts or ()
        if not (isinstance(entry.value, str) and not entry.value.strip())
    }
