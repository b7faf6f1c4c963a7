"""Tests of ``infinite-values``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.integrity.infinite_values import InfiniteValues

CHECK = InfiniteValues()


def test_infinite_feature_warns():
    """One infinite value stops most trainings."""
    found = judged(CHECK, evidence(numbers("a", n_infinite=1), numbers("b", n_infinite=7), numbers("c")))
    assert (found.status, found.columns, found.measured) == ("warn", ("b", "a"), 7)


def test_infinite_target_fails():
    """With an infinite target the loss is infinite whatever is predicted."""
    assert status(CHECK, evidence(numbers(), target=numbers("y", n_infinite=1))) == "fail"


@pytest.mark.parametrize(("n_infinite", "expected"), [(0, "pass"), (1, "warn")])
def test_one_is_too_many(n_infinite, expected):
    """There is no share of infinite values that does no harm."""
    assert status(CHECK, evidence(numbers(n_infinite=n_infinite), categories())) == expected
