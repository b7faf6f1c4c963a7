"""Tests of ``duplicate-rows``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, rows_of, status

from prefit.checks.integrity.duplicate_rows import DuplicateRows
from prefit.profiling.values import RowCount

CHECK = DuplicateRows()


def measurements(duplicates, n_rows: int = 1000):
    """Return a table of measurements with so many repeated rows."""
    columns = [numbers("a", rows=n_rows), numbers("b", rows=n_rows)]
    return evidence(*columns, target=categories("y", [n_rows // 2, n_rows // 2]), duplicates=duplicates)


def test_copied_measurements_warn():
    """Measurements do not repeat by chance."""
    found = judged(CHECK, measurements(200))
    assert (found.status, found.measured) == ("warn", 0.2)
    assert "chance explains 0 %" in found.message


@pytest.mark.parametrize("factor", [1, 100])
@pytest.mark.parametrize(("n_duplicates", "expected"), [(0, "pass"), (35, "pass"), (36, "warn")])
def test_five_points_of_score_are_the_limit_for_any_number_of_rows(n_duplicates, expected, factor):
    """At 3.5 % of copies, 5 % of a random hold-out were trained on."""
    assert status(CHECK, measurements(n_duplicates * factor, 1000 * factor)) == expected


@pytest.mark.parametrize("n_duplicates", [400, 950, 992])
def test_few_flags_repeat_by_chance(n_duplicates):
    """Three flags cannot have a thousand different rows."""
    flags = [categories(name, [600, 400]) for name in "abc"]
    assert judged(CHECK, evidence(*flags, duplicates=n_duplicates)) is None


def test_interval_decides_where_the_count_is_an_estimate():
    """An estimate above the limit whose interval reaches below it is no proof."""
    assert judged(CHECK, measurements(RowCount(50.0, 10.0, 90.0, exact=False))) is None
    assert judged(CHECK, measurements(RowCount(90.0, 50.0, 130.0, exact=False))).interval == (0.05, 0.13)


def test_copied_texts_warn():
    """A table of one text column repeats texts, not categories."""
    given = evidence(categories("text", [2] * 100 + [1] * 800), duplicates=rows_of(100))
    assert status(CHECK, given) == "warn"
