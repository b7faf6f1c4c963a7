"""Tests of ``mixed-types``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.integrity.mixed_types import MixedTypes

CHECK = MixedTypes()


def salaries(share: float, usual: str = "number"):
    """Return a text column of numbers (or another kind) with this share of words."""
    return evidence(categories("salary", [1] * 90, text={"kind_fractions": {usual: 1 - share, "boolean": share}}))


def test_words_among_numbers_warn():
    """A few words keep the column from being read as numbers."""
    found = judged(CHECK, salaries(0.04))
    assert (found.status, found.columns) == ("warn", ("salary",))
    assert found.measured == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, "pass"), (0.009, "pass"), (0.011, "warn"), (0.099, "warn"), (0.11, "pass")]
)
def test_zone_is_from_one_to_ten_per_cent(share, expected):
    """Below, the words are slips; above, they are meant."""
    assert status(CHECK, salaries(share)) == expected


def test_numbers_among_words_are_silent():
    """A text may well be a number now and then."""
    assert judged(CHECK, salaries(0.04, usual="text")) is None


def test_numbers_are_no_text():
    """A column that is stored as numbers has one type."""
    assert judged(CHECK, evidence(numbers())) is None
