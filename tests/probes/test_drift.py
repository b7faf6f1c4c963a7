"""Drift per feature: shifts are found with their size, and tables without drift raise nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.profiling.tables import profile

from prefit.evidence import FeatureDrift
from prefit.probes import feature_drift
from prefit.task import ColumnKind, Task

N_TRAIN, N_TEST = 1400, 600


def drift_of(train: dict[str, Any], test: dict[str, Any], kind: ColumnKind = "numeric") -> dict[str, FeatureDrift]:
    """Compare two tables of columns of one kind."""
    task = Task(features=tuple(train), kinds=dict.fromkeys(train, kind))
    found = feature_drift(profile(pa.table(train)), profile(pa.table(test)), task)
    return {feature.column: feature for feature in found}


def normal(n: int, seed: int, n_columns: int = 20) -> dict[str, Any]:
    """Return columns of standard normal numbers."""
    values = np.random.default_rng(seed).normal(size=(n_columns, n))
    return {f"x{i}": column for i, column in enumerate(values)}


def drifts(feature: FeatureDrift) -> bool:
    """Whether a feature would be named at the default limits."""
    return feature.low > 0.05 and feature.chance <= 0.003


@pytest.mark.parametrize("shift", [0.5, 1.0])
def test_a_shift_has_the_distance_of_the_two_distributions(shift: float) -> None:
    """Two normal distributions half a standard deviation apart differ in 20 % of their rows, one apart in 38 %."""
    train, test = normal(N_TRAIN, 1), normal(N_TEST, 2)
    test["x3"] = test["x3"] + shift
    found = drift_of(train, test)
    assert [name for name in found if drifts(found[name])] == ["x3"]
    assert found["x3"].distance == pytest.approx({0.5: 0.197, 1.0: 0.383}[shift], abs=0.06)
    assert found["x3"].shift == pytest.approx(shift, rel=0.35)


def test_a_wider_spread_is_found() -> None:
    """Numbers in another unit around the same middle are far from it, on both sides."""
    train, test = normal(N_TRAIN, 1, 3), normal(N_TEST, 2, 3)
    test["x0"] = test["x0"] * 1000
    assert drift_of(train, test)["x0"].low > 0.95


@pytest.mark.parametrize("n_columns", [20, 500])
@pytest.mark.parametrize("n_rows", [140, 3000])
def test_columns_without_drift_raise_nothing(n_columns: int, n_rows: int) -> None:
    """The more columns there are the more differ by chance; none is taken for drift."""
    found = drift_of(normal(n_rows, 3, n_columns), normal(60, 4, n_columns))
    assert not any(map(drifts, found.values()))


def test_a_category_that_gains_is_found() -> None:
    """Twenty points more of one category are a fifth of the rows elsewhere."""
    rng = np.random.default_rng(5)
    train = rng.choice(["a", "b", "c"], N_TRAIN, p=[0.5, 0.3, 0.2])
    test = rng.choice(["a", "b", "c"], N_TEST, p=[0.3, 0.5, 0.2])
    found = drift_of({"c": train}, {"c": test}, "categorical")["c"]
    assert drifts(found)
    assert found.distance == pytest.approx(0.2, abs=0.06)


def test_values_of_their_own_are_no_drift() -> None:
    """Categories that every row has for itself say nothing of a distribution."""
    codes = [f"k{i}" for i in range(N_TRAIN + N_TEST)]
    found = drift_of({"c": codes[:N_TRAIN]}, {"c": codes[N_TRAIN:]}, "categorical")["c"]
    assert found.low == 0
    assert found.chance == 1


def test_longer_texts_are_found() -> None:
    """Texts are compared by their length."""
    rng = np.random.default_rng(0)
    train, test = (["word " * k for k in rng.integers(low, low + 20, 400)] for low in (5, 15))
    assert drifts(drift_of({"t": train}, {"t": test}, "text")["t"])


def test_missing_values_are_compared_by_their_share() -> None:
    """A fifth of the values lost is a difference of a fifth, and no drift of those that are left."""
    train, test = normal(N_TRAIN, 1, 5), normal(N_TEST, 2, 5)
    test["x2"] = pa.array(test["x2"], mask=np.random.default_rng(0).random(N_TEST) < 0.2)
    found = drift_of(train, test)
    assert not drifts(found["x2"])
    assert found["x2"].missing_low > 0.1
    assert found["x2"].missing_chance < 1e-6
    assert found["x1"].missing_chance == 1


def test_later_dates_run_on_by_nature() -> None:
    """Dates that all come after those of the training rows are a split by time; other shifts of dates are drift."""
    days = np.datetime64("2020-01-01") + np.arange(2000).astype("timedelta64[D]")
    later = drift_of({"d": days[:1000]}, {"d": days[1000:]}, "datetime")["d"]
    shifted = drift_of({"d": days[:1000]}, {"d": days[500:1500]}, "datetime")["d"]
    assert later.runs_on
    assert drifts(shifted)
    assert not shifted.runs_on


def test_a_running_number_runs_on() -> None:
    """An identifier is never accused of drift."""
    found = drift_of({"id": np.arange(500)}, {"id": np.arange(500, 900)}, "id-like")["id"]
    assert found.runs_on


def test_equal_input_gives_equal_figures() -> None:
    """The seed decides which rows are looked at together."""
    train, test = normal(300, 1, 3), normal(300, 2, 3)
    assert drift_of(train, test) == drift_of(train, test)


def test_too_few_values_are_not_compared() -> None:
    """Fewer than 20 values on a side have no distribution to speak of."""
    found = drift_of({"x": np.zeros(100)}, {"x": np.ones(19)})["x"]
    assert (found.distance, found.chance) == (0, 1)
