"""Tests of ``missing-label``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.classes.missing_label import MissingLabel

CHECK = MissingLabel()


def table(n_missing: int, n_rows: int = 1000):
    """Return a table with so many rows without a label."""
    half = (n_rows - n_missing) // 2
    sizes = [n_rows - n_missing - half, half] if n_missing < n_rows else []
    return evidence(numbers(rows=n_rows), target=categories("y", sizes, n_null=n_missing))


def test_target_without_any_label_fails():
    """Nothing can be learnt without a label."""
    found = judged(CHECK, table(1000))
    assert (found.status, found.measured) == ("fail", 1.0)
    assert "No row has a label" in found.message


def test_share_of_missing_labels_warns():
    """A fifth of the rows cannot be learnt from."""
    found = judged(CHECK, table(200))
    assert (found.status, found.measured, found.columns) == ("warn", 0.2, ("y",))


@pytest.mark.parametrize(("n_missing", "expected"), [(0, "pass"), (10, "pass"), (11, "warn")])
def test_one_point_of_score_is_the_limit(n_missing, expected):
    """Up to 1 % of the labels may be missing."""
    assert status(CHECK, table(n_missing)) == expected


def test_blank_labels_are_missing():
    """Empty and blank texts are no classes."""
    target = categories("y", [400, 400], n_empty=150, n_blank=50)
    assert judged(CHECK, evidence(numbers(), target=target)).measured == 0.2
