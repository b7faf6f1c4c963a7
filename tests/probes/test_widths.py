"""Intervals of kinds of score that the prior was not fitted on."""

from __future__ import annotations

import json

import numpy as np
import pytest

from prefit import extrapolate
from prefit.probes.forecast import BOUNDS
from prefit.probes.widths import SHIPPED, Widths, load_widths

SIZES, SCORES = [16, 32, 64, 128, 256], [0.40, 0.55, 0.66, 0.74, 0.79]


def test_factor_is_read_between_the_distances_and_held_beyond_them() -> None:
    """A kind of which nothing is known is left as it is."""
    widths = Widths(np.array([1.0, 3.0]), {"r2": np.array([1.0, 0.5])})
    assert [widths.factor("r2", far) for far in (0.5, 2.0, 6.0)] == [1.0, 0.75, 0.5]
    assert widths.factor("train:r2", 2.0) == 1.0


def test_what_is_shipped_says_where_it_comes_from() -> None:
    """Every factor is of a kind that there is, and every data set has its source and licence."""
    card = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert set(card["factors"]) == set(BOUNDS) - {"accuracy", "roc_auc"}
    assert all(len(values) == len(card["doublings"]) for values in card["factors"].values())
    assert all(0.3 < value < 1.5 for values in card["factors"].values() for value in values)
    assert len(card["data_sets"]) > 100
    assert all("; " in said for said in card["data_sets"].values())


def test_interval_of_a_kind_has_its_own_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mean stays, the interval grows by the factor."""
    before = extrapolate(SIZES, SCORES, 1024, metric="r2")
    known = load_widths()
    monkeypatch.setattr(
        "prefit.probes.forecast.load_widths",
        lambda: Widths(known.doublings, {"r2": 1.2 * known.factors["r2"]}),
    )
    after = extrapolate(SIZES, SCORES, 1024, metric="r2")
    assert after.mean == before.mean
    assert after.mean - after.low == pytest.approx(1.2 * (before.mean - before.low))
    assert after.high > before.high
