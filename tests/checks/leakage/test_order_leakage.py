"""Tests of ``order-leakage``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.base import applies
from prefit.checks.leakage.order_leakage import OrderLeakage
from prefit.evidence import Evidence, RowOrder

CHECK = OrderLeakage()


def table(
    low: float,
    *,
    classes_missed: float | None = 0.0,
    changes: float | None = None,
    in_order: float | None = None,
    sorted_by: str | None = None,
) -> Evidence:
    """Return the evidence of a table whose rows tell their target by position with this lower end of the skill."""
    order = RowOrder(
        skill=low + 0.01,
        low=low,
        high=low + 0.02,
        n_rows=1000,
        classes_missed=classes_missed,
        changes=changes,
        in_order=in_order,
        sorted_by=sorted_by,
    )
    return evidence(numbers("x"), target=categories("y"), row_order=order)


def test_sorted_file_warns_and_names_the_lost_classes():
    """A file of one class after the other loses classes in every split that does not shuffle."""
    found = judged(CHECK, table(0.97, classes_missed=0.4))
    assert (found.status, found.measured, found.unit) == ("warn", 0.98, "skill")
    assert "lacks 40 % of the classes" in found.message
    assert "shuffle=True" in found.remedy


def test_sorted_numbers_warn_without_a_word_of_classes():
    """A regression has no classes to lose."""
    found = judged(CHECK, table(0.97, classes_missed=None))
    assert found.status == "warn"
    assert "classes" not in found.message


def test_random_order_is_silent():
    """The position says nothing."""
    assert judged(CHECK, table(-0.02)) is None


def test_slow_drift_is_silent():
    """A class that becomes more frequent over the table is no sorted file."""
    assert judged(CHECK, table(0.55)) is None


def test_order_of_time_is_silent():
    """Rows in the order of a date column are meant to be so."""
    assert judged(CHECK, table(0.97, classes_missed=0.4, sorted_by="day")) is None


def test_numbers_that_are_mostly_in_order_need_less_skill():
    """A sorted file with moved rows is told from drift, which is never in order for the most part."""
    assert status(CHECK, table(0.7, classes_missed=None, in_order=0.53)) == "warn"
    assert status(CHECK, table(0.7, classes_missed=None, in_order=0.52)) == "pass"
    assert status(CHECK, table(0.59, classes_missed=None, in_order=0.9)) == "pass"
    assert "93 % of them stand in its order" in judged(CHECK, table(0.8, classes_missed=None, in_order=0.93)).message


def test_class_between_others_is_no_sorted_file():
    """In a feature grid a rare class keeps to one part of the table, and yet changes as often as by chance."""
    assert status(CHECK, table(0.9, classes_missed=0.3, changes=0.76)) == "pass"
    assert status(CHECK, table(0.9, classes_missed=0.3, changes=0.75)) == "warn"


def test_without_the_measurement_it_does_not_apply():
    """With a time column named, the order is not measured, and no line of the report speaks of it."""
    assert not applies(CHECK, evidence(numbers("x"), target=categories("y")))


@pytest.mark.parametrize(
    ("low", "classes_missed", "expected"),
    [
        (0.8, 0.0, "warn"),
        (0.799, 0.0, "pass"),
        (0.6, 0.1, "warn"),
        (0.6, 0.099, "pass"),
        (0.599, 0.5, "pass"),
        (0.9, None, "warn"),
        (0.899, None, "pass"),
    ],
)
def test_limits(low, classes_missed, expected):
    """A strong order warns by itself, a weaker one where a split would lose classes."""
    assert status(CHECK, table(low, classes_missed=classes_missed)) == expected
