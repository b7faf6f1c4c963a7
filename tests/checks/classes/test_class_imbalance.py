"""Tests of ``class-imbalance``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.classes.class_imbalance import ClassImbalance

CHECK = ClassImbalance()


def table(*sizes: int):
    """Return a classification with classes of these sizes."""
    return evidence(numbers(rows=sum(sizes)), target=categories("y", sizes))


def test_rare_class_warns():
    """Always saying no is right in 98 % of the rows."""
    found = judged(CHECK, table(980, 20))
    assert (found.status, found.measured, found.limit) == ("warn", 0.02, 0.05)
    assert found.interval[0] < 0.02 < found.interval[1]


@pytest.mark.parametrize("n_classes", [2, 3, 10, 40])
def test_balanced_classes_are_silent(n_classes):
    """Equal shares are no imbalance, whatever the number of classes."""
    assert judged(CHECK, table(*[100] * n_classes)) is None


@pytest.mark.parametrize("factor", [1, 1000])
@pytest.mark.parametrize(("rare", "expected"), [(49, "warn"), (50, "pass")])
def test_limit_is_the_same_for_any_number_of_rows(rare, expected, factor):
    """A class of 5 % of two is at the limit in a thousand rows and in a million."""
    assert status(CHECK, table((1000 - rare) * factor, rare * factor)) == expected


def test_limit_shrinks_with_the_number_of_classes():
    """A class of 3 % is rare among two and not among ten."""
    assert status(CHECK, table(970, 30)) == "warn"
    assert status(CHECK, table(*[108] * 8, 106, 30)) == "pass"
