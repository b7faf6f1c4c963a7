"""Tests of ``date-as-text``."""

import pytest
from tests.checks.builders import categories, evidence, judged, status

from prefit.checks.integrity.date_as_text import DateAsText

CHECK = DateAsText()


def orders(share: float):
    """Return a text column in which this share of the values are dates."""
    return evidence(categories("ordered", [1] * 90, text={"date_fraction": share}))


def test_dates_in_texts_warn():
    """As texts, dates are categories that never come again."""
    found = judged(CHECK, orders(1.0))
    assert (found.status, found.columns, found.measured) == ("warn", ("ordered",), 1.0)
    assert "pd.to_datetime(df['ordered']" in found.remedy


@pytest.mark.parametrize(("share", "expected"), [(0.0, "pass"), (0.98, "pass"), (0.99, "warn")])
def test_nearly_all_must_be_dates(share, expected):
    """Below 99 %, mixed-types speaks."""
    assert status(CHECK, orders(share)) == expected
