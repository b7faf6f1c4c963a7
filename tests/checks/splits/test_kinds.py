"""Tests of the kinds of values that two tables hold in a column."""

import pytest
from tests.checks.builders import categories, evidence, numbers

from prefit.checks.splits.kinds import changed_kinds, value_kind


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("int8", "double", True),
        ("bool", "uint64", True),
        ("date32[day]", "timestamp[ns, tz=UTC]", True),
        ("string", "dictionary<values=large_string, indices=int8, ordered=0>", True),
        ("double", "string", False),
        ("date32[day]", "string", False),
        ("fixed_size_list<item: float>[8]", "fixed_size_list<item: float>[9]", False),
    ],
)
def test_values_are_alike_whatever_their_width(first: str, second: str, alike: bool) -> None:
    """The same numbers, texts and instants can be stored in many types."""
    assert (value_kind(first) == value_kind(second)) is alike


def test_changed_kinds_are_those_of_common_columns_with_values() -> None:
    """A column without any value fits every kind, and one that is missing has none."""
    train = evidence(numbers("a"), numbers("b"), numbers("c"), numbers("d")).profile.columns
    test = evidence(categories("a"), categories("b", [], n_null=10), numbers("c")).profile.columns
    assert changed_kinds(train, test, ["a", "b", "c", "d"]) == {"a": ("numbers", "text")}
