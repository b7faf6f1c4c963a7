"""Margins: how far the next batch may stray, and that limits are rounded away from each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefit.suites.suggest.margins import Batches, outward, share_limit, share_text
from prefit.suites.suggest.tails import reach_above

DRAWS = {
    "uniform": lambda draw, n: draw.uniform(0, 1, n),
    "normal": lambda draw, n: draw.normal(0, 1, n),
    "exponential": lambda draw, n: draw.exponential(1, n),
    "lognormal": lambda draw, n: draw.lognormal(0, 0.5, n),
}


@given(bad=st.integers(1, 400), n_batch=st.integers(20, 400))
def test_share_limit_is_hardly_ever_exceeded(bad: int, n_batch: int) -> None:
    """By simulation: shares of batches from a source with the share that was seen."""
    limit = share_limit(bad, Batches.of(1_000, n_batch))
    drawn = np.random.default_rng(0).binomial(n_batch, bad / 1_000, 2_000) / n_batch
    assert (drawn > limit).mean() <= 0.002
    assert limit >= bad / 1_000


def test_share_never_seen_is_bounded_by_three_rows() -> None:
    """The rule of three, and never more than all rows."""
    assert share_limit(0, Batches.of(600)) == 3 / 600
    assert share_limit(0, Batches.of(2)) == 1.0
    assert share_limit(50, Batches.of(50)) == 1.0


def test_exact_and_approximate_margins_meet() -> None:
    """A batch above the limit of the exact computation gets no narrower margin than luck wants."""
    exact, near = (share_limit(5_000, Batches.of(50_000, size)) for size in (5_000, 5_001))
    assert near == pytest.approx(exact, rel=0.05)
    assert near >= exact


@given(limit=st.floats(0.0, 1.0))
def test_mostly_allows_what_the_limit_allows(limit: float) -> None:
    """It is rounded down, and stays between 0 and 1."""
    mostly = share_text(limit)
    assert 0.0 <= mostly <= 1.0
    assert mostly <= 1.0 - limit + 1e-12


@given(
    low=st.floats(-1e12, 1e12),
    width=st.floats(1e-9, 1e12),
    whole=st.booleans(),
)
def test_limits_are_rounded_outward(low: float, width: float, whole: bool) -> None:
    """No value between the limits falls out, and whole numbers stay whole."""
    high = low + width
    rounded = outward(low, high, step=width / 100, whole=whole)
    assert rounded[0] is not None
    assert rounded[1] is not None
    assert rounded[0] <= low <= high <= rounded[1]
    assert not whole or all(isinstance(limit, int) for limit in rounded)


def test_missing_and_infinite_limits_stay_away() -> None:
    """JSON has no infinity: there is no limit on that side."""
    assert outward(None, float("inf"), step=1.0, whole=False) == (None, None)


@pytest.mark.parametrize("law", DRAWS)
@pytest.mark.parametrize("n", [100, 1_000])
def test_extremes_of_the_next_batch_stay_below_the_reach(law: str, n: int) -> None:
    """In one batch of a hundred at most, for short and long tails."""
    draw = np.random.default_rng(0)
    beyond = 0
    for _ in range(300):
        seen, following = np.sort(DRAWS[law](draw, n)), DRAWS[law](draw, n)
        limit = reach_above(seen, np.ones(n, np.int64), float(seen[-1]), n).limit
        beyond += limit is not None and bool(following.max() > limit)
    assert beyond <= 3


def test_heavy_tails_have_no_reach() -> None:
    """No limit is better than one at a thousand times the greatest value."""
    seen = np.sort(np.random.default_rng(0).pareto(1.0, 1_000))
    assert reach_above(seen, np.ones(1_000, np.int64), float(seen[-1]), 1_000).limit is None


def test_an_end_at_which_many_values_stand_is_the_limit() -> None:
    """Per cent end at 100, and ratings at 5."""
    seen, counts = np.arange(1.0, 6.0), np.array([10, 20, 40, 60, 40])
    assert reach_above(seen, counts, 5.0, 1_000).limit == 5.0
