"""Inference of a suite: which rules a column gets, and that they hold on the next batch and fail on a spoilt one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.suites.orders import batch

import prefit
from prefit import InputError, UsageError
from prefit.suites import run_suite
from prefit.suites.suggest import SuggestedSuite

Spoil = Callable[[pa.Array], pa.Array]


@pytest.fixture(scope="module")
def suite() -> SuggestedSuite:
    """Return the suite of one batch."""
    return prefit.suggest(batch(1), target="returned")


def failed(suite: SuggestedSuite, table: pa.Table, folder: Path) -> list[tuple[str, Any, str]]:
    """Return the rules that do not hold: their name, their column, what was said."""
    path = suite.save(folder / "orders.json", force=True)
    results = run_suite(table, path).results
    return [
        (entry.rule, entry.kwargs.get("column"), str(result.error or result.observed))
        for entry, result in zip(suite.entries, results, strict=True)
        if result.error or not result.success
    ]


def rules(suite: SuggestedSuite, column: str) -> dict[str, dict[str, Any]]:
    """Return the arguments of a column's rules by their name."""
    return {entry.rule: dict(entry.kwargs) for entry in suite.entries if entry.kwargs.get("column") == column}


@pytest.mark.parametrize(("seed", "n_rows"), [(1, 800), (2, 800), (3, 80)], ids=["itself", "next", "a tenth"])
def test_next_batch_of_the_source_passes(suite: SuggestedSuite, tmp_path: Path, seed: int, n_rows: int) -> None:
    """Every rule holds on the rows it came from, and on batches of the same source, large and small."""
    assert failed(suite, batch(seed, n_rows), tmp_path) == []


DEFECTS: dict[str, tuple[str, Spoil, str]] = {
    "wrong unit": ("price", lambda values: pc.multiply(values, 10.0), "range"),
    "sign": ("price", pc.negate, "range"),
    "nulls": ("price", lambda values: pc.if_else(pa.array(np.arange(len(values)) % 10 == 0), None, values), "missing"),
    "text for numbers": ("items", lambda values: values.cast(pa.string()), "type"),
    "new category": ("channel", lambda values: pa.array(["fax", *values.to_pylist()[1:]] * 1), "values"),
    "keys repeated": ("order_id", lambda values: pa.array([values[0].as_py(), *values.to_pylist()[:-1]]), "unique"),
    "codes of another form": ("order_id", pc.utf8_lower, "pattern"),
    "texts cut": ("comment", lambda values: pc.utf8_slice_codeunits(values, 0, 8), "lengths"),
    "classes exchanged": ("returned", lambda values: pc.if_else(pc.equal(values, "no"), "yes", "no"), "class share"),
    "dates of another form": ("day", lambda values: pc.replace_substring(values, "-", "/"), "pattern"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_spoilt_batch_fails(suite: SuggestedSuite, tmp_path: Path, defect: str) -> None:
    """Each defect breaks the rule that is there for it."""
    column, spoil, rule = DEFECTS[defect]
    table = batch(2)
    spoilt = spoil(table.column(column).combine_chunks())
    if defect == "new category":
        spoilt = pa.array(["fax"] * 40 + table.column(column).to_pylist()[40:])
    table = table.set_column(table.column_names.index(column), column, spoilt)
    assert rule in {name for name, where, _ in failed(suite, table, tmp_path) if where == column}


def test_lost_and_renamed_columns_fail(suite: SuggestedSuite, tmp_path: Path) -> None:
    """The list of columns is a rule of its own."""
    assert ("columns", None) in {found[:2] for found in failed(suite, batch(2).drop_columns(["gift"]), tmp_path)}
    renamed = batch(2).rename_columns({"gift": "present"})
    assert ("columns", None) in {found[:2] for found in failed(suite, renamed, tmp_path)}


def test_relations_between_columns_are_found(suite: SuggestedSuite) -> None:
    """An order that ranges do not explain, and equal columns; what follows from others is left out."""
    found = {
        (entry.rule, entry.kwargs["column_A"], entry.kwargs["column_B"])
        for entry in suite.entries
        if "column_A" in entry.kwargs
    }
    assert ("order of columns", "price", "discounted") in found
    assert ("equal columns", "weight_again", "weight_copy") in found


def test_broken_relations_fail(suite: SuggestedSuite, tmp_path: Path) -> None:
    """Columns that were exchanged keep their ranges nearly, but not their order."""
    names = [
        "discounted" if name == "price" else "price" if name == "discounted" else name for name in batch(2).column_names
    ]
    exchanged = batch(2).rename_columns(names)
    assert "order of columns" in {rule for rule, *_ in failed(suite, exchanged, tmp_path)}


def test_what_runs_on_has_no_limits(suite: SuggestedSuite) -> None:
    """Identifiers, instants and free text get no ranges and no sets: the next batch would leave them."""
    assert rules(suite, "order_id").keys() == {"missing", "unique", "lengths", "pattern"}
    assert rules(suite, "placed").keys() == {"type", "missing"}
    assert "values" not in rules(suite, "comment")


def test_named_and_found_counters_have_no_limits() -> None:
    """A number that grows from row to row is seen to; another one is named with `time`."""
    table = pa.table({"step": np.arange(500.0) * 1.5, "year": np.repeat(np.arange(1900, 1950), 10)[::-1]})
    mixed = table.take(np.random.default_rng(0).permutation(500))
    assert "range" not in rules(prefit.suggest(table), "step")
    assert "range" in rules(prefit.suggest(mixed), "step")
    assert "range" not in rules(prefit.suggest(mixed, time="year"), "year")


def test_zero_is_a_limit_where_values_come_near_it() -> None:
    """Amounts are never negative; temperatures that happen to be positive may become so."""
    draw = np.random.default_rng(0)
    found = prefit.suggest(pa.table({"amount": draw.exponential(10, 500), "degrees": draw.normal(12.0, 3.0, 500)}))
    assert rules(found, "amount")["range"]["min_value"] == 0
    assert rules(found, "degrees")["range"]["min_value"] < 0


def test_larger_batches_may_stray_less() -> None:
    """The margin is that of the batches to come."""
    table = pa.table({"x": np.random.default_rng(0).normal(0.0, 1.0, 2_000)})
    small, large = (rules(prefit.suggest(table, batch_rows=n), "x")["mean"]["max_value"] for n in (50, 5_000))
    assert large < small / 3


def test_values_of_texts_can_be_left_out() -> None:
    """No text of the data is in the suite then: no set, no class, no letter in a pattern."""
    text = prefit.suggest(batch(1), target="returned", values=False).to_json()
    assert not any(word in text for word in ("shop", "phone", "wet", "AB-"))
    assert '"yes"' not in text
    assert '"min_value"' in text


def test_dropped_columns_have_no_rules() -> None:
    """They are only in the list of columns."""
    found = prefit.suggest(batch(1), drop=["price"])
    assert not rules(found, "price")
    assert "price" in found.entries[0].kwargs["column_set"]


def test_compound_key_is_found() -> None:
    """Two columns that identify a row together, which independent ones would not."""
    draw = np.random.default_rng(0)
    grid = [(shop, day) for shop in range(20) for day in range(30)]
    shops, days = zip(*(grid[place] for place in draw.permutation(600)), strict=True)
    found = prefit.suggest(pa.table({"shop": shops, "day": days, "sales": draw.random(600)}))
    assert [entry.kwargs["column_list"] for entry in found.entries if entry.rule == "key"] == [["shop", "day"]]


def test_quantities_that_happen_to_differ_are_no_key() -> None:
    """Two counts that are often zero, but not in the same rows, say nothing of the rows to come."""
    place = np.random.default_rng(0).permutation(600)
    read = np.where(place < 240, 0, place)
    written = np.where((place >= 240) & (place < 480), 0, place + 1)
    found = prefit.suggest(pa.table({"read": read, "written": written, "weight": place / 7}))
    assert not [entry for entry in found.entries if entry.rule == "key"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.nulls(100, pa.float64()), {"type", "missing"}),
        (pa.nulls(100), {"missing"}),
        (pa.array([1.5] * 100), {"type", "missing", "range"}),
        (pa.array([float("inf"), 1.0] * 50), {"type", "missing"}),
        (pa.array([[1, 2]] * 100), {"missing"}),
        (pa.array([b"x"] * 100), {"missing"}),
    ],
    ids=["all null", "null type", "constant", "infinite", "lists", "bytes"],
)
def test_awkward_columns_get_rules_that_hold(column: pa.Array, expected: set[str], tmp_path: Path) -> None:
    """Nothing is said of values that are not there or have no order; what is said holds."""
    table = pa.table({"odd": column, "plain": np.random.default_rng(0).normal(0, 1, 100)})
    found = prefit.suggest(table)
    assert rules(found, "odd").keys() == expected
    assert failed(found, table, tmp_path) == []


@pytest.mark.parametrize("table", [pa.table({"a": pa.array([], pa.int64())}), pa.table({})], ids=["rows", "columns"])
def test_empty_data_are_refused(table: pa.Table) -> None:
    """Nothing can be inferred from no rows or no columns."""
    with pytest.raises(InputError, match="got none"):
        prefit.suggest(table)


@pytest.mark.parametrize(
    "options",
    [{"batch_rows": 0}, {"batch_rows": 2.5}, {"values": "no"}, {"time": "tiem"}, {"target": "prize"}, {"drop": ["z"]}],
    ids=str,
)
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    """With what was got and what to do."""
    with pytest.raises(UsageError, match=r"got|is not a column"):
        prefit.suggest(batch(1, 50), **options)


def test_time_leaves_out_what_it_breaks(tmp_path: Path) -> None:
    """A trend has no mean to keep; what stays as it is has."""
    draw, n = np.random.default_rng(0), 1_000
    steps = np.arange(2 * n)
    table = pa.table(
        {"when": steps // 10, "trend": draw.normal(0, 1, 2 * n) + steps / 200, "still": draw.normal(0, 1, 2 * n)}
    )
    found = prefit.suggest(table.slice(0, n).take(draw.permutation(n)), time="when")
    assert "mean" not in rules(found, "trend")
    assert "mean" in rules(found, "still")
    assert found.notes.endswith("many did not: 3.")
    assert {where for _, where, _ in failed(found, table.slice(n), tmp_path)} <= {"trend"}


def test_kind_of_rules_that_time_breaks_often_is_left_out_whole() -> None:
    """Where the means of three of four columns moved, that of the fourth was lucky."""
    draw, steps = np.random.default_rng(0), np.arange(1_000)
    columns = {f"trend {number}": draw.normal(0, 1, 1_000) + steps / 200 for number in range(3)}
    found = prefit.suggest(pa.table({"when": steps, **columns, "still": draw.normal(0, 1, 1_000)}), time="when")
    assert not [entry for entry in found.entries if entry.rule == "mean"]
    assert "missing" in rules(found, "still")


def test_a_part_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Limits of what is left would be too narrow."""
    pq.write_table(batch(1), tmp_path / "a.parquet")
    pq.write_table(batch(2), tmp_path / "b.parquet")
    damaged = bytearray((tmp_path / "b.parquet").read_bytes())
    damaged[4:2_000] = bytes(1_996)
    (tmp_path / "b.parquet").write_bytes(damaged)
    with pytest.raises(InputError, match=r"b\.parquet"):
        prefit.suggest(tmp_path)
