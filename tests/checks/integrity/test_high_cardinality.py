"""Tests of ``high-cardinality``."""

import pytest
from tests.checks.builders import categories, evidence, exactly, judged, numbers, status

from prefit.checks.integrity.high_cardinality import HighCardinality

CHECK = HighCardinality()


def postcodes(n_values: int, n_rows: int = 8000, **facts):
    """Return a table of postcodes."""
    column = categories(
        "zip", [n_rows // n_values] * min(n_values, 100), n_rows=n_rows, distinct=exactly(n_values), **facts
    )
    return evidence(column, numbers(rows=n_rows))


def test_few_rows_per_category_warn():
    """5,000 postcodes in 8,000 rows cannot be learnt."""
    found = judged(CHECK, postcodes(5000))
    assert (found.status, found.columns, found.measured) == ("warn", ("zip",), 1.6)


@pytest.mark.parametrize(("n_values", "expected"), [(40, "pass"), (800, "pass"), (801, "warn")])
def test_ten_rows_per_category_are_the_limit(n_values, expected):
    """Two rows of a category in each of five folds are enough."""
    assert status(CHECK, postcodes(n_values)) == expected


def test_few_categories_are_silent_in_a_small_table():
    """Up to 40 categories, rare-categories judges."""
    assert judged(CHECK, postcodes(40, n_rows=120)) is None


def test_dates_as_text_are_left_to_their_check():
    """The cause is the type, not the number of values."""
    assert judged(CHECK, postcodes(5000, text={"date_fraction": 1.0})) is None


def test_free_text_has_no_categories():
    """Texts all differ, and are encoded as texts."""
    column = categories("review", [1] * 100, distinct=exactly(8000), n_rows=8000)
    assert judged(CHECK, evidence(column, kinds={"review": "text"})) is None
