"""Tests of ``inconsistent-categories``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.integrity.inconsistent_categories import InconsistentCategories
from prefit.profiling.values import ValueCount, VariantGroup

CHECK = InconsistentCategories()


def cities(usual: int, rare: int, spellings: tuple[str, str] = ("Berlin", "berlin")):
    """Return a column in which a category has two spellings."""
    group = VariantGroup((ValueCount(spellings[0], usual), ValueCount(spellings[1], rare)))
    return categories("city", [1000 - usual - rare, usual, rare], text={"variants": (group,)})


def test_two_spellings_warn():
    """Berlin and berlin are one city."""
    found = judged(CHECK, evidence(cities(300, 100)))
    assert (found.status, found.columns, found.measured) == ("warn", ("city",), 0.1)
    assert "Berlin" not in found.message


@pytest.mark.parametrize(("rare", "expected"), [(1, "warn"), (0, "pass")])
def test_one_slip_in_a_thousand_is_the_limit(rare, expected):
    """Below it, single rows are misread."""
    assert status(CHECK, evidence(cities(300, rare))) == expected


def test_consistent_categories_are_silent():
    """No variants, no finding."""
    assert judged(CHECK, evidence(categories(), numbers())) is None


def test_short_codes_may_differ_by_case():
    """The vowels hId and hid are two; a rare "us" beside "US" is a slip."""
    assert judged(CHECK, evidence(cities(90, 90, ("hid", "hId")))) is None
    assert status(CHECK, evidence(cities(300, 10, ("US", "us")))) == "warn"


def test_spellings_in_the_target_warn():
    """In the target the second spelling is a class."""
    found = judged(CHECK, evidence(numbers(), target=cities(300, 100), show_values=True))
    assert found.columns == ("city",)
    assert "'berlin'" in found.message
