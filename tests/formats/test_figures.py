from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefit.formats.figures import bare, duration, quantity, score
from prefit.wording import percent, probability


@given(st.floats(min_value=0, max_value=1))
def test_a_share_reads_0_or_100_only_when_it_is(share: float) -> None:
    """Rounding never turns a few rows into none, nor most rows into all."""
    shown = percent(share)
    assert (shown == "0 %") == (share < 1e-11)
    assert (shown == "100 %") == (share > 1 - 1e-11)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0 %"), (0.0001, "<1 %"), (0.5, "50 %"), (0.9951, ">99 %"), (1.0, "100 %")]
)
def test_a_probability_is_never_certain_by_rounding(value: float, shown: str) -> None:
    """A risk of 99.5 % is not shown as certain."""
    assert probability(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.81, "0.81"), (0.9983, "0.998"), (0.99991, "0.9999"), (1.0, "1.00"), (-0.4, "-0.40")]
)
def test_a_score_reads_1_only_when_it_is(value: float, shown: str) -> None:
    """More digits are spent on a score that is nearly perfect."""
    assert score(value) == shown


def test_a_unit_is_written_once() -> None:
    """The figure names its unit, the limit beside it does not, except for the per cent sign."""
    assert (quantity(1200, "rows"), bare(50, "rows")) == ("1,200 rows", "50")
    assert (quantity(0.124, "fraction"), bare(0.05, "fraction")) == ("12.4 %", "5 %")


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0.0 s"), (9.96, "10 s"), (59.7, "1 min 0 s"), (185, "3 min 5 s")])
def test_a_duration_changes_its_unit_where_people_do(seconds: float, shown: str) -> None:
    """Tenths for short times, minutes for long ones."""
    assert duration(seconds) == shown
