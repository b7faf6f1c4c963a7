"""Tests of ``unseen-class``."""

import pytest
from tests.checks.builders import categories, exactly, judged, numbers, status, tops
from tests.checks.splits.pairs import pair, table

from prefit.checks.base import applies
from prefit.checks.splits.unseen_class import UnseenClass
from prefit.evidence import Evidence

CHECK = UnseenClass()


def labelled(names: list[str], counts: list[int], **facts) -> Evidence:
    """Return a training table of classes a and b with test rows of these classes."""
    train = table(numbers("x"), target=categories("y", [60, 40], top=tops([60, 40], ["a", "b"])), **facts)
    return pair(train, table(numbers("x"), target=categories("y", counts, top=tops(counts, names))))


def test_class_that_training_lacks_fails_with_its_share():
    """Rows of a class that was never shown are all errors."""
    found = judged(CHECK, labelled(["a", "c"], [75, 25]))
    assert (found.status, found.measured, found.columns) == ("fail", 0.25, ("y",))
    assert "1 of 2 classes" in found.message
    assert "25 rows" in found.message


def test_one_row_of_a_new_class_warns():
    """A class of one row lands among the test rows by chance; it is still a row that no model can get right."""
    found = judged(CHECK, labelled(["a", "c"], [29, 1]))
    assert found.status == "warn"
    assert "a random split explains it" in found.message


@pytest.mark.parametrize(("n_new", "expected"), [(3, "warn"), (4, "fail")])
def test_chance_decides_between_warning_and_failure(n_new, expected):
    """With 30 of 130 rows in the test data, three rows of a class are all there once in 81 splits, four once in 352."""
    assert status(CHECK, labelled(["a", "c"], [30 - n_new, n_new])) == expected


def test_class_that_only_training_has_is_silent():
    """Test rows need not show every class."""
    assert judged(CHECK, labelled(["b"], [10])) is None


def test_class_names_are_shown_on_request_only():
    """Class names are cell values."""
    assert "'c'" not in judged(CHECK, labelled(["a", "c"], [75, 25])).message
    assert "'c'" in judged(CHECK, labelled(["a", "c"], [75, 25], show_values=True)).message


def test_test_data_without_the_target_are_no_case_for_it():
    """Without labels there is nothing to compare."""
    assert not applies(CHECK, pair(table(numbers("x"), target=categories("y")), table(numbers("x"))))


def test_target_with_too_many_classes_is_skipped():
    """Classes that the profile did not count cannot be compared, and the reason says so."""
    many = numbers("y", rows=5000, distinct=exactly(5000))
    target = {"target": many, "task": "classification"}
    found = judged(CHECK, pair(table(numbers("x"), **target), table(numbers("x"), **target)))
    assert found.status == "skip"
    assert "too many to be counted" in found.message
