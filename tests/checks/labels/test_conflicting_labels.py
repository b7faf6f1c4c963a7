"""Tests of ``conflicting-labels``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, rows_of, status

from prefit.checks.labels.conflicting_labels import ConflictingLabels

CHECK = ConflictingLabels()


def table(conflicts, n_rows: int = 1000):
    """Return measurements with so many rows in conflict."""
    columns = [numbers("a", rows=n_rows), numbers("b", rows=n_rows)]
    return evidence(*columns, target=categories("y", [n_rows // 2, n_rows // 2]), conflicts=conflicts)


def test_contradicting_copies_warn():
    """Equal measurements with different labels are no accident."""
    found = judged(CHECK, table(100))
    assert (found.status, found.measured) == ("warn", 0.1)
    assert "rows 0, 1, 2 are among them" in found.message


def test_no_conflict_is_silent():
    """Rows that all differ cannot contradict one another."""
    assert judged(CHECK, table(0)) is None


@pytest.mark.parametrize(("conflicts", "expected"), [(10, "pass"), (11, "warn")])
def test_half_a_point_of_accuracy_is_the_limit(conflicts, expected):
    """Of 1 % of rows in pairs, half must be predicted wrongly."""
    assert status(CHECK, table(conflicts)) == expected


def test_rows_without_a_label_do_not_thin_out_the_conflicts():
    """The share is that of the rows that have a label: only they can contradict one another."""
    columns = [numbers("a"), numbers("b")]
    given = evidence(*columns, target=categories("y", [100, 100], n_null=800), conflicts=9)
    assert judged(CHECK, given).measured == 9 / 200


def test_few_flags_contradict_by_chance():
    """In a table of three flags equal rows have different labels, and that is the task."""
    flags = [categories(name, [600, 400]) for name in "abc"]
    assert judged(CHECK, evidence(*flags, target=categories("y", [500, 500]), conflicts=950)) is None


def test_interval_decides_where_the_count_is_an_estimate():
    """An estimate above the limit whose interval reaches below it is no proof."""
    vague = rows_of(15)
    vague = type(vague)(15.0, 5.0, 40.0, exact=False)
    assert judged(CHECK, table(vague)) is None
