"""How far numbers moved, from cuts and histograms alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prefit
from prefit import stages
from prefit.baselines.ranks import Ranks, rank_difference, ranks

SHAPES = ("normal", "skewed", "whole", "heaped", "few")


def draw(shape: str, n: int, seed: int) -> Any:
    """Return numbers of many shapes."""
    rng = np.random.default_rng(seed)
    match shape:
        case "normal":
            return rng.normal(size=n)
        case "skewed":
            return rng.lognormal(sigma=2, size=n)
        case "whole":
            return rng.poisson(4, n)
        case "heaped":
            return np.where(rng.random(n) < 0.6, 0.0, rng.normal(size=n))
        case _:
            return rng.choice([0.1, 0.2, 5.0], size=n)


def known(values: Any) -> Ranks:
    """Return what a report says of these numbers."""
    [column] = stages.describe(pa.table({"x": values}), columns={"x": "numeric"})["columns"]
    found = ranks(column)
    assert found is not None
    return found


@pytest.mark.parametrize("shape", SHAPES)
@given(seed=st.integers(0, 50), n=st.sampled_from([30, 120, 700, 5000]))
def test_share_below_lies_within_its_bounds(shape: str, seed: int, n: int) -> None:
    """Whatever the numbers are, at the places that are known and between them."""
    values = draw(shape, n, seed)
    found = known(values)
    at = np.unique(np.concatenate([found.edges, found.cuts, np.random.default_rng(seed).normal(size=20)]))
    share = (np.asarray(values)[None, :] < at[:, None]).mean(axis=1)
    least, most = found.bounds(at)
    assert (least - 1e-9 <= share).all()
    assert (share <= most + 1e-9).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_lower_end_never_exceeds_the_true_distance(shape: str) -> None:
    """What lies between the known places is not counted."""
    one, other = draw(shape, 4000, 1), draw(shape, 4000, 2) * 1.3 + 0.2
    at = np.unique(np.concatenate([one, other]))
    shares = [(np.asarray(values)[None, :] < at[:, None]).mean(axis=1) for values in (one, other)]
    distance = rank_difference(known(one), known(other))
    assert distance.low <= np.abs(shares[0] - shares[1]).max() <= distance.high


@pytest.mark.parametrize("shape", SHAPES)
def test_same_numbers_do_not_differ(shape: str) -> None:
    """A table beside itself."""
    values = draw(shape, 3000, 0)
    distance = rank_difference(known(values), known(values))
    assert (distance.value, distance.low, distance.p) == (0.0, 0.0, 1.0)


def test_shift_of_a_normal_column_is_measured_well() -> None:
    """Half a standard deviation moves 19.7 % of the rows."""
    distance = rank_difference(known(draw("normal", 20_000, 1)), known(draw("normal", 20_000, 2) + 0.5))
    assert distance.value == pytest.approx(0.197, abs=0.015)
    assert 0.15 < distance.low < 0.197 < distance.high
    assert distance.p is not None
    assert distance.p < 1e-6


def test_a_report_on_few_rows_gives_few_cuts_away() -> None:
    """Cuts are fifty values apart, so that a small table cannot be read from its report."""
    cuts = {n: prefit.profile(pa.table({"x": np.arange(float(n))})).columns["x"].cuts for n in (49, 250, 100_000)}
    assert {n: len(found.values) for n, found in cuts.items() if found} == {49: 0, 250: 4, 100_000: 39}
