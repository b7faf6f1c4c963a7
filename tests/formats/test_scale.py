from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prefit.formats.scale import linear_axis, log_axis

SCORES = st.lists(st.floats(min_value=-1, max_value=1, allow_nan=False), min_size=1, max_size=20)


@given(SCORES)
def test_a_score_axis_holds_its_values_and_has_round_ticks(values: list[float]) -> None:
    """Every value is inside the drawing; there are 3 to 9 ticks, all different, from bottom to top."""
    axis = linear_axis(values, 200, 0)
    labels = [label for _, label in axis.ticks]
    assert all(0 <= axis.at(value) <= 200 for value in values)
    assert axis.low < min(values) <= max(values) < axis.high
    assert 3 <= len(set(labels)) == len(labels) <= 9
    assert [at for at, _ in axis.ticks] == sorted((at for at, _ in axis.ticks), reverse=True)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_row_axis_has_ticks_inside_it(first: int, second: int) -> None:
    """A logarithmic axis has ticks within its ends, and at least one unless it is very short."""
    low, high = sorted((first, second))
    axis = log_axis(low, high, 0, 100)
    assert all(0 <= at <= 100 for at, _ in axis.ticks)
    assert axis.ticks or high < 2.6 * low
