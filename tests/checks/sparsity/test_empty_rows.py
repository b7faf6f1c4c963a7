"""Tests of ``empty-rows``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.sparsity.empty_rows import EmptyRows

CHECK = EmptyRows()


def table(n_empty: int):
    """Return a thousand rows, so many of them without a value."""
    return evidence(numbers("a"), numbers("b"), target=categories("y", [500, 500]), n_empty_rows=n_empty)


def test_empty_rows_warn():
    """A tenth of the rows says nothing."""
    found = judged(CHECK, table(100))
    assert (found.status, found.measured) == ("warn", 0.1)
    assert "df.columns.drop('y')" in found.remedy


def test_mostly_empty_table_fails():
    """Nothing can be learnt where most rows are empty."""
    assert status(CHECK, table(501)) == "fail"


@pytest.mark.parametrize(("n_empty", "expected"), [(0, "pass"), (5, "pass"), (6, "warn")])
def test_half_a_point_of_score_is_the_limit(n_empty, expected):
    """Up to 0.5 % of empty rows cost less than anybody reports."""
    assert status(CHECK, table(n_empty)) == expected
