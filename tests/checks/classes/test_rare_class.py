"""Tests of ``rare-class``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.classes.rare_class import RareClass

CHECK = RareClass()


def table(*sizes: int, **facts):
    """Return a classification with classes of these sizes."""
    return evidence(numbers(rows=sum(sizes)), target=categories("y", sizes), **facts)


def test_class_of_three_rows_warns():
    """Three rows are learnt by heart or not at all."""
    found = judged(CHECK, table(500, 400, 3))
    assert (found.status, found.measured, found.limit) == ("warn", 3, 10)
    assert found.message.startswith("1 of 3 classes")


def test_only_one_learnable_class_fails():
    """With one class of two that has five rows, nothing can be learnt."""
    assert status(CHECK, table(500, 4)) == "fail"


@pytest.mark.parametrize(("size", "expected"), [(4, "fail"), (5, "warn"), (9, "warn"), (10, "pass")])
def test_limits_are_rows_per_fold(size, expected):
    """Ten rows put two into each of five folds, five rows one."""
    assert status(CHECK, table(500, size)) == expected


def test_balanced_classes_are_silent():
    """Large classes are fine whatever their number."""
    assert judged(CHECK, table(*[50] * 10)) is None


def test_mostly_small_classes_are_left_to_the_size_stage():
    """When most classes are small, too-few-rows-per-class says so."""
    assert judged(CHECK, table(100, 3, 3, 3)) is None


def test_class_name_is_shown_only_on_request():
    """A class name is a raw value."""
    assert "'v2'" not in judged(CHECK, table(500, 400, 3)).message
    assert "'v2'" in judged(CHECK, table(500, 400, 3, show_values=True)).message
