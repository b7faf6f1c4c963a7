"""Tests of ``too-few-rows-per-class``."""

import pytest
from tests.checks.builders import categories, evidence, exactly, judged, numbers, status

from prefit.checks.size.too_few_rows_per_class import TooFewRowsPerClass

CHECK = TooFewRowsPerClass()


def table(sizes, **facts):
    """Return a classification with classes of these sizes."""
    return evidence(numbers(rows=sum(sizes)), target=categories("y", sizes, **facts), task="classification")


def test_many_small_classes_warn():
    """When the typical class has seven rows, most cannot be learnt."""
    found = judged(CHECK, table([7] * 30))
    assert (found.status, found.measured, found.limit) == ("warn", 7, 10)


def test_classes_of_one_row_fail():
    """Nothing can be told apart when every class has a row or two."""
    assert status(CHECK, table([2] * 100)) == "fail"


@pytest.mark.parametrize(("size", "expected"), [(9, "warn"), (10, "pass")])
def test_ten_rows_are_the_limit(size, expected):
    """Ten rows put two of a class into each of five folds."""
    assert status(CHECK, table([size] * 20)) == expected


def test_few_small_classes_are_left_to_rare_class():
    """The typical class is large enough here."""
    assert judged(CHECK, table([500, 400, 3])) is None


def test_more_classes_than_are_counted_are_judged_by_the_mean():
    """A target with 2,000 classes in 6,000 rows has three rows a class."""
    target = categories("y", [3] * 100, n_rows=6000, distinct=exactly(2000))
    found = judged(CHECK, evidence(numbers(rows=6000), target=target))
    assert (found.status, found.measured) == ("fail", 3)
