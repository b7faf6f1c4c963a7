"""Tests of ``thin-support``."""

import pytest
from tests.checks.builders import categories, evidence, indicator, judged, numbers, status
from tests.checks.test_support import by_class

from prefit.checks.sparsity.thin_support import ThinSupport

CHECK = ThinSupport()


def test_features_with_few_ones_warn():
    """Two rows cannot be in each of five folds; the thinnest feature comes first."""
    found = judged(CHECK, evidence(indicator("a", 4), indicator("b", 2), indicator("c", 400)))
    assert (found.status, found.columns, found.measured, found.limit) == ("warn", ("b", "a"), 2, 5)


@pytest.mark.parametrize("n_rows", [200, 200_000])
@pytest.mark.parametrize(("n_ones", "expected"), [(4, "warn"), (5, "pass")])
def test_five_rows_are_the_limit_in_any_table(n_ones, expected, n_rows):
    """Support is a number of rows, not a share."""
    assert status(CHECK, evidence(indicator(n_ones=n_ones, rows=n_rows))) == expected


def test_dense_numbers_and_categories_are_silent():
    """A measurement is non-zero everywhere; categories have no zero."""
    assert judged(CHECK, evidence(numbers(), categories("c", [997, 3]))) is None


def test_rows_without_a_value_are_no_support():
    """What is missing is not there to be learnt from."""
    assert status(CHECK, evidence(numbers(n_null=900, n_zero=97))) == "warn"


def test_the_finding_says_what_folds_will_see():
    """Of two rows, on average 3.2 of five folds hold none."""
    found = judged(CHECK, evidence(indicator("a", 2), indicator("b", 2)))
    assert "3.2 of 5 folds" in found.message


def test_a_class_in_which_no_feature_has_support_warns():
    """Words that are frequent enough in all rows may be absent from a small class."""
    found = judged(CHECK, by_class([[18, 2]] * 6, [970, 30]))
    assert (found.status, len(found.columns)) == ("warn", 6)
    assert "one of 30 rows" in found.message


@pytest.mark.parametrize(("n_class", "expected"), [(249, "warn"), (250, "pass")])
def test_a_class_must_be_too_small_for_its_features(n_class, expected):
    """With 250 of 1,000 rows a word in 20 rows is expected in five of a class."""
    assert status(CHECK, by_class([[16, 4]] * 6, [1000 - n_class, n_class])) == expected
