"""Tests of ``high-cardinality``."""

import pytest
from tests.checks.builders import categories, evidence, exactly, judged, numbers, status, tops

from prefit.checks.integrity.high_cardinality import HighCardinality

CHECK = HighCardinality()


def postcodes(n_values: int, rows_each: int, **facts):
    """Return a table of postcodes with so many rows each."""
    n_rows = n_values * rows_each
    counts = [rows_each] * min(n_values, 100)
    column = categories("zip", counts, n_rows=n_rows, distinct=exactly(n_values), **facts)
    return evidence(column, numbers(rows=n_rows))


def test_few_rows_per_category_warn():
    """5,000 postcodes with two rows each cannot be learnt."""
    found = judged(CHECK, postcodes(5000, 2))
    assert (found.status, found.columns, found.measured) == ("warn", ("zip",), 1.0)
    assert "about 5,000 categories" in found.message


@pytest.mark.parametrize("n_values", [50, 5000])
@pytest.mark.parametrize(("rows_each", "expected"), [(1, "warn"), (9, "warn"), (10, "pass"), (500, "pass")])
def test_ten_rows_per_category_are_the_limit(n_values, rows_each, expected):
    """Two rows of a category in each of five folds are enough, however many categories there are."""
    assert status(CHECK, postcodes(n_values, rows_each)) == expected


@pytest.mark.parametrize(("n_rare", "expected"), [(90, "pass"), (110, "warn")])
def test_half_of_the_values_are_the_limit(n_rare, expected):
    """A tail of rare categories is the matter of rare-categories."""
    counts = [50, 50, *[1] * n_rare]
    column = categories("zip", counts, top=tops(counts))
    assert status(CHECK, evidence(column)) == expected


def test_few_categories_are_silent_in_a_small_table():
    """Up to 40 categories, rare-categories judges."""
    assert judged(CHECK, postcodes(40, 3)) is None


def test_dates_as_text_are_left_to_their_check():
    """The cause is the type, not the number of values."""
    assert judged(CHECK, postcodes(5000, 2, text={"date_fraction": 1.0})) is None


def test_free_text_has_no_categories():
    """Texts all differ, and are encoded as texts."""
    column = categories("review", [1] * 100, distinct=exactly(8000), n_rows=8000)
    assert judged(CHECK, evidence(column, kinds={"review": "text"})) is None
