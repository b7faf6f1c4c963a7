"""Columns of every kind get rules that Arrow, SQL and pandas agree on."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import prefit
from prefit.suites import run_suite
from prefit.suites.suggest import SuggestedSuite

N = 300
INTS = np.random.default_rng(0).integers(0, 1000, N)
DRAWS = np.random.default_rng(1).normal(size=N)

ODD: dict[str, pa.Array] = {
    "select": pa.array(INTS),
    'order"by': pa.array(INTS, mask=INTS % 9 == 0),
    "it's": pa.array([Decimal(int(value)) / 100 for value in INTS]),
    "day": pa.array(INTS.astype("int32")).cast(pa.date32()),
    "instant": pa.array(INTS * 10**9 + 1).cast(pa.timestamp("ns", "Europe/Paris")),
    "clock": pa.array(INTS.astype("int32")).cast(pa.time32("s")),
    "span": pa.array(INTS).cast(pa.duration("s")),
    "longer span": pa.array(INTS + 1).cast(pa.duration("s")),
    "unsigned": pa.array(2**63 + INTS.astype("uint64")),
    "long": pa.array(2**60 + INTS),
    "huge": pa.array(DRAWS * 1e300),
    "tiny": pa.array(DRAWS * 1e-300),
    "half": pa.array(DRAWS.astype("float16")),
    "gaps": pa.array(np.where(INTS % 5 == 0, np.nan, DRAWS)),
    "flag": pa.array(INTS > 300),
    "marks": pa.array(np.random.default_rng(2).choice(["it's", 'a "b"', "%s", "\\d", "$PARAMETER", "", "  "], N)),
    "line\nbreak": pa.array([f"\U0001f600{value}" for value in INTS]),
    "view": pa.array([f"AB-{value:04d}" for value in INTS], pa.string_view()),
    "vector": pa.FixedSizeListArray.from_arrays(pa.array(np.repeat(DRAWS, 4)), 4),
}


@pytest.fixture(scope="module")
def suite() -> SuggestedSuite:
    """Return the suite of a table with all of them."""
    return prefit.suggest(pa.table(ODD))


def test_suite_holds_on_its_own_rows(suite: SuggestedSuite, tmp_path: Path) -> None:
    """By whichever engine an entry is judged."""
    results = run_suite(pa.table(ODD), suite.save(tmp_path / "odd.json")).results
    broken = [
        (entry.rule, entry.kwargs.get("column"), result.error or result.observed)
        for entry, result in zip(suite.entries, results, strict=True)
        if result.error or not result.success
    ]
    assert broken == []


def test_numbers_whose_squares_drown_have_no_spread(suite: SuggestedSuite) -> None:
    """Programs compute another one each."""
    measured = {entry.kwargs["column"] for entry in suite.entries if entry.rule in ("mean", "spread")}
    assert not measured & {"unsigned", "long", "huge", "tiny"}
    assert {"select", "gaps", "half"} <= measured


def test_limits_stay_short(suite: SuggestedSuite) -> None:
    """No number is written out in three hundred digits."""
    assert max(map(len, suite.to_json().splitlines())) < 1_000


def test_local_and_absolute_times_are_not_compared() -> None:
    """Great Expectations could not."""
    start = dt.datetime(2026, 1, 1)
    local = [start + dt.timedelta(minutes=int(value)) for value in INTS]
    table = pa.table(
        {
            "local": local,
            "later": [moment + dt.timedelta(minutes=5) for moment in local],
            "absolute": pa.array([moment + dt.timedelta(minutes=9) for moment in local], pa.timestamp("us", "UTC")),
        }
    )
    found = [entry.kwargs for entry in prefit.suggest(table).entries if entry.rule == "order of columns"]
    assert [(pair["column_A"], pair["column_B"]) for pair in found] == [("later", "local")]


def test_most_frequent_value_stays_about_as_frequent(tmp_path: Path) -> None:
    """A default that fills half of the rows, and one that is lost, each break a rule; the next draw does not."""

    def draw(seed: int) -> np.ndarray:
        return np.random.default_rng(seed).choice(["a", "b", "c"], 4_000, p=[0.5, 0.3, 0.2])

    path = prefit.suggest(pa.table({"x": draw(0)}), batch_rows=4_000).save(tmp_path / "x.json")
    rules = [entry["meta"]["prefit"]["rule"] for entry in json.loads(path.read_text())["expectations"]]
    for values, n_broken in (
        (draw(1), 0),
        (np.where(np.arange(4_000) % 2, "a", draw(1)), 1),
        (draw(1)[draw(1) != "a"], 1),
    ):
        results = run_suite(pa.table({"x": values}), path).results
        broken = [rule for rule, result in zip(rules, results, strict=True) if not result.success]
        assert broken == ["common value"] * n_broken
