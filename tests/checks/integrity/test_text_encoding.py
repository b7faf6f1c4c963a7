"""Tests of ``text-encoding``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.integrity.text_encoding import TextEncoding

CHECK = TextEncoding()


def towns(share: float, name: str = "town"):
    """Return a text column of which this share is damaged."""
    return categories(name, [600, 400], text={"damaged_fraction": share})


def test_damaged_texts_warn():
    """Words that were read in the wrong encoding are other words."""
    found = judged(CHECK, evidence(towns(0.02, "a"), towns(0.3, "b")))
    assert (found.status, found.columns, found.measured) == ("warn", ("b", "a"), 0.3)


@pytest.mark.parametrize(("share", "expected"), [(0.0, "pass"), (0.004, "pass"), (0.005, "warn")])
def test_half_a_per_cent_is_the_limit(share, expected):
    """What is wrong in fewer rows costs less than half a point."""
    assert status(CHECK, evidence(towns(share))) == expected


def test_damaged_target_warns():
    """The target is read like any column."""
    assert judged(CHECK, evidence(numbers(), target=towns(0.1, "y"))).columns == ("y",)
