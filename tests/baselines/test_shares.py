"""How far categories moved, from tables of pseudonyms."""

from __future__ import annotations

import numpy as np
import pytest

from prefit.baselines.shares import Table, share_difference
from prefit.pseudonyms import pseudonym


def complete(**counts: int) -> Table:
    """Return a table that lists every value."""
    return Table(counts, complete=True, n_present=sum(counts.values()))


def test_distance_is_the_share_that_would_have_to_change() -> None:
    """300 of 1,000 rows went from a to b."""
    found = share_difference(complete(a=500, b=500), complete(a=200, b=800))
    assert found.value == pytest.approx(0.3)
    assert found.low < 0.3 < found.high
    assert found.p is not None
    assert found.p < 1e-9


def test_value_that_is_listed_on_one_side_only_counts_where_the_other_is_complete() -> None:
    """A new value is new, since all values of the first table are known."""
    assert share_difference(complete(a=100), complete(a=80, c=20)).value == pytest.approx(0.2)


def test_value_that_may_be_among_the_unlisted_ones_counts_for_nothing() -> None:
    """The value may be one of the 50 rows that the first table does not list."""
    first = Table({"a": 50}, complete=False, n_present=100)
    assert share_difference(first, complete(a=50, b=50)).value == 0.0


def test_chance_alone_is_no_distance() -> None:
    """Of 200 pairs of draws from 30 categories hardly one is significant and far."""
    rng = np.random.default_rng(0)
    share = rng.dirichlet(np.ones(30))
    found = [
        share_difference(
            *(complete(**{f"v{i}": int(n) for i, n in enumerate(rng.multinomial(400, share))}) for _ in "ab")
        )
        for _ in range(200)
    ]
    assert sum(each.p is not None and each.p < 0.01 for each in found) <= 6
    assert sum(each.low > 0.05 and each.p is not None and each.p < 0.003 for each in found) <= 1


def test_pseudonyms_tell_values_columns_and_types_apart() -> None:
    """And are the same in every process, since the next report must find them."""
    assert len({pseudonym("1", "a"), pseudonym("1", "b"), pseudonym(1, "a"), pseudonym("", "a")}) == 4
    assert pseudonym(True, "a") == pseudonym(1, "a") == pseudonym(1.0, "a")
    assert pseudonym("Bern", "town") == "#0f986837f5f8"
