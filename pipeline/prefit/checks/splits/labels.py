"""The labels of the training and of the test data, side by side."""

from __future__ import annotations

from typing import Any

from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile, Profile

__all__ = ["both_class_counts", "test_target", "unlabelled"]


def test_target(evidence: Evidence) -> ColumnProfile | None:
    """Return the target column of the test data; None where they have none or no row of it is filled."""
    assert evidence.test_profile is not None
    column = evidence.test_profile.columns.get(str(evidence.task.target))
    return column if column is not None and column.n_present else None


def both_class_counts(evidence: Evidence) -> tuple[dict[Any, int], dict[Any, int]] | None:
    """Return the rows of every class in the training and in the test data; None where either cannot be counted."""
    assert evidence.test_profile is not None
    train, test = _class_counts(evidence.profile), _class_counts(evidence.test_profile)
    return (train, test) if train and test and test_target(evidence) is not None else None


def unlabelled(check: str, evidence: Evidence) -> Finding:
    """Return the finding of a check that cannot compare labels."""
    target = evidence.task.target
    assert evidence.test_profile is not None
    if target not in evidence.test_profile.columns:
        reason = f"The test data have no column {target!r}, so their labels cannot be compared."
    elif test_target(evidence) is None:
        reason = f"No row of the test data has a value in {target!r}, so their labels cannot be compared."
    elif evidence.task.kind == "regression":
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
