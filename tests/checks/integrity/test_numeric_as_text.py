"""Tests of ``numeric-as-text``."""

import pytest
from tests.checks.builders import categories, evidence, judged, status

from prefit.checks.columns import SET_BY_USER
from prefit.checks.integrity.numeric_as_text import NumericAsText

CHECK = NumericAsText()


def prices(share: float = 1.0, n_values: int = 90):
    """Return a text column in which this share of the values are numbers."""
    return evidence(categories("price", [1] * n_values, text={"numeric_fraction": share}))


def test_numbers_in_texts_warn():
    """As texts, numbers lose their order."""
    found = judged(CHECK, prices())
    assert (found.status, found.columns, found.measured) == ("warn", ("price",), 1.0)
    assert "pd.to_numeric" in found.remedy


@pytest.mark.parametrize(("share", "expected"), [(0.0, "pass"), (0.98, "pass"), (0.99, "warn")])
def test_nearly_all_must_be_numbers(share, expected):
    """Below 99 %, mixed-types speaks."""
    assert status(CHECK, prices(share)) == expected


@pytest.mark.parametrize(("n_values", "expected"), [(14, "pass"), (15, "warn")])
def test_few_numbers_may_be_categories(n_values, expected):
    """Grades from 1 to 6 are as good as categories."""
    assert status(CHECK, prices(n_values=n_values)) == expected


@pytest.mark.parametrize("name", ["zip_code", "Zip Code", "PLZ", "postcode", "county fips", "occupation_code"])
def test_digits_that_the_name_calls_a_code_are_no_numbers(name):
    """Postcodes are names: their sum and their mean say nothing."""
    assert judged(CHECK, evidence(categories(name, [1] * 90, text={"numeric_fraction": 1.0}))) is None


@pytest.mark.parametrize("name", ["decoded", "zipper_length", "price", "encoded_size"])
def test_names_that_only_resemble_a_code_do_not_count(name):
    """The name must say it as a word."""
    assert status(CHECK, evidence(categories(name, [1] * 90, text={"numeric_fraction": 1.0}))) == "warn"


def test_kind_that_the_user_has_set_is_no_question():
    """Who says that postcodes are categories knows."""
    given = prices()
    given.task.kind_reasons["price"] = SET_BY_USER
    assert judged(CHECK, given) is None
