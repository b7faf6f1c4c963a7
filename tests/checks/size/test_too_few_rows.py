"""Tests of ``too-few-rows``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.size.too_few_rows import TooFewRows

CHECK = TooFewRows()


def patients(n_rows: int):
    """Return a table of so many rows in two classes."""
    return evidence(numbers(rows=n_rows), target=categories("y", [n_rows - n_rows // 2, n_rows // 2]))


def test_handful_of_rows_fails():
    """One row cannot be both learnt from and held out."""
    found = judged(CHECK, patients(2))
    assert (found.status, found.measured, found.limit) == ("fail", 2, 101)


def test_wide_interval_warns():
    """With 60 rows the score of the 18 held out is known to 0.19."""
    found = judged(CHECK, patients(60))
    assert found.status == "warn"
    assert "± 0.19" in found.message


@pytest.mark.parametrize(("n_rows", "expected"), [(25, "fail"), (26, "warn"), (100, "warn"), (101, "pass")])
def test_limits_follow_from_the_intervals(n_rows, expected):
    """The 30 % held out give 0.3 at 26 rows and 0.15 at 101."""
    assert status(CHECK, patients(n_rows)) == expected


def test_healthy_table_is_silent():
    """A thousand rows are enough."""
    assert judged(CHECK, patients(1000)) is None


def test_only_labelled_rows_count():
    """Rows without a label cannot be learnt from."""
    given = evidence(numbers(rows=1000), target=categories("y", [10, 10], n_null=980))
    assert judged(CHECK, given).measured == 20


def test_table_without_any_label_is_left_to_missing_label():
    """That no row has a label is one cause, and another check says it."""
    assert judged(CHECK, evidence(numbers(rows=1000), target=categories("y", [], n_null=1000))) is None


def test_empty_table_fails():
    """No row is fewer than any limit."""
    assert status(CHECK, evidence(numbers(rows=0), n_rows=0)) == "fail"
