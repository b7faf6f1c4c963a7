"""Suites are judged by SQL on all rows of any source, with the outcome that pandas gives."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prefit import suites
from prefit.evidence import ExpectationResult
from prefit.suites import order

NAMES = ["select", "o'clock", "a b; --", "Größe", "per%cent", "%(x)s", ":colon", "{brace}", "a.b", "?", "$1"]
WIDE = 5_200


def entry(expectation: str, **kwargs: Any) -> dict[str, Any]:
    """Return an entry of a suite."""
    return {"type": expectation, "kwargs": kwargs}


def run(
    folder: Path, data: pa.Table | suites.Rows, *entries: dict[str, Any], **options: Any
) -> Sequence[ExpectationResult]:
    """Run a suite of these entries."""
    path = folder / "suite.json"
    path.write_text(json.dumps({"expectations": entries}))
    return suites.run_suite(data, path, **options).results


@pytest.fixture
def no_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test fail that judges rows in memory."""
    monkeypatch.setattr(order, "collected", lambda *_: pytest.fail("rows were collected"))


@pytest.fixture(scope="module")
def people() -> pa.Table:
    """Return rows of each type, with faults and gaps."""
    draw = np.random.default_rng(0)
    n_rows = 300
    seconds = draw.integers(0, 10**9, n_rows)
    return pa.table(
        {
            "age": pa.array(draw.integers(0, 130, n_rows), mask=draw.random(n_rows) < 0.1),
            "weight": pa.array(np.where(draw.random(n_rows) < 0.1, np.nan, draw.normal(70, 20, n_rows))),
            "height": pa.array(draw.normal(170, 10, n_rows), pa.float32()),
            "code": pa.array([f"{'AB' if value % 7 else 'ab'}-{value}" for value in range(n_rows)]),
            "plan": pa.array(draw.choice(["free", "plus", "old"], n_rows), mask=draw.random(n_rows) < 0.1),
            "kind": pa.array(draw.choice(["x", "y"], n_rows)).dictionary_encode(),
            "active": pa.array(draw.random(n_rows) < 0.5),
            "price": pa.array(draw.integers(1, 999, n_rows)).cast(pa.decimal128(19, 0)),
            "since": pa.array(seconds, pa.timestamp("s", tz="Europe/Paris")),
            "born": pa.array(seconds // 86_400, pa.int32()).cast(pa.date32()),
        }
    )


ENTRIES = [
    entry("expect_table_row_count_to_be_between", min_value=1, max_value=299),
    entry("expect_column_values_to_not_be_null", column="age", mostly=0.95),
    entry("expect_column_values_to_be_null", column="age"),
    entry("expect_column_values_to_be_between", column="age", min_value=0, max_value=120),
    entry("expect_column_values_to_be_between", column="weight", min_value=40, strict_min=True),
    entry("expect_column_values_to_be_between", column="height", max_value=190),
    entry("expect_column_values_to_be_between", column="price", max_value=900),
    entry("expect_column_values_to_be_between", column="since", max_value="1995-01-01"),
    entry("expect_column_values_to_be_between", column="born", min_value="1975-06-01"),
    entry("expect_column_values_to_be_in_set", column="plan", value_set=["free", "plus"]),
    entry("expect_column_values_to_not_be_in_set", column="plan", value_set=["old"]),
    entry("expect_column_values_to_be_in_set", column="age", value_set=["5", 6, *range(20, 60)]),
    entry("expect_column_values_to_be_in_set", column="price", value_set=[5, 6, 7]),
    entry("expect_column_values_to_be_in_set", column="active", value_set=[1]),
    entry("expect_column_values_to_be_in_set", column="active", value_set=[True]),
    entry("expect_column_values_to_be_in_set", column="kind", value_set=["x"]),
    entry("expect_column_values_to_match_regex", column="code", regex=r"^[A-Z]{2}-\d+$"),
    entry("expect_column_values_to_not_match_regex", column="code", regex="^ab"),
    entry("expect_column_values_to_match_regex_list", column="code", regex_list=["^AB-1", "^AB-2"]),
    entry("expect_column_value_lengths_to_be_between", column="code", max_value=5),
    entry("expect_column_values_to_be_unique", column="age"),
    entry("expect_column_unique_value_count_to_be_between", column="plan", min_value=1, max_value=3),
    entry("expect_column_proportion_of_unique_values_to_be_between", column="plan", max_value=0.1),
    entry("expect_column_distinct_values_to_be_in_set", column="plan", value_set=["free", "plus", "old"]),
    entry("expect_column_distinct_values_to_contain_set", column="plan", value_set=["free", "none"]),
    entry("expect_column_most_common_value_to_be_in_set", column="kind", value_set=["x", "y"]),
    entry("expect_column_min_to_be_between", column="weight", min_value=0),
    entry("expect_column_max_to_be_between", column="age", max_value=100),
    entry("expect_column_mean_to_be_between", column="weight", min_value=60, max_value=80),
    entry("expect_column_median_to_be_between", column="age", min_value=40, max_value=90),
    entry("expect_column_stdev_to_be_between", column="weight", min_value=15, max_value=25),
    entry("expect_column_sum_to_be_between", column="age", max_value=10),
    entry("expect_column_value_z_scores_to_be_less_than", column="weight", threshold=2, double_sided=True),
    entry("expect_column_pair_values_a_to_be_greater_than_b", column_A="height", column_B="weight"),
    entry("expect_column_pair_values_to_be_equal", column_A="weight", column_B="height"),
    entry("expect_compound_columns_to_be_unique", column_list=["plan", "kind"]),
    entry("expect_select_column_values_to_be_unique_within_record", column_list=["plan", "code"]),
    entry(
        "expect_column_values_to_be_between",
        column="age",
        max_value=50,
        row_condition='col("plan") == "free"',
        condition_parser="great_expectations",
    ),
]


@pytest.mark.parametrize("given", ENTRIES, ids=lambda given: given["type"].removeprefix("expect_"))
def test_sql_and_pandas_agree(
    tmp_path: Path, people: pa.Table, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way an entry goes, its outcome, counts, share and positions are those of pandas."""
    [first] = run(tmp_path, people, given, show_values=False)
    monkeypatch.setattr(order, "route_of", lambda *_, **__: "memory")
    [second] = run(tmp_path, people, given, show_values=False)
    assert first.error is None
    assert (first.success, first.n_unexpected, first.positions) == (
        second.success,
        second.n_unexpected,
        second.positions,
    )
    assert first.unexpected_fraction == pytest.approx(second.unexpected_fraction)
    if isinstance(first.observed, float):
        assert first.observed == pytest.approx(second.observed)


@pytest.mark.usefixtures("no_frames")
@pytest.mark.parametrize("name", NAMES)
def test_names_of_columns_are_no_sql(tmp_path: Path, name: str) -> None:
    """Reserved words, quotes and signs that mean something to SQL or to its drivers are letters like others."""
    table = pa.table({name: [1, 2, None, 900], "other": [1, 2, 3, 3]})
    alike = {"column_list": ["other", name], "ignore_row_if": "any_value_is_missing"}
    results = run(
        tmp_path,
        table,
        entry("expect_column_values_to_be_between", column=name, max_value=100),
        entry("expect_column_values_to_not_be_null", column=name),
        entry("expect_column_mean_to_be_between", column=name, max_value=10),
        entry("expect_column_values_to_be_unique", column=name),
        entry("expect_compound_columns_to_be_unique", **alike),
        entry("expect_column_to_exist", column=name),
    )
    assert [result.error for result in results] == [None] * 6
    assert [result.success for result in results] == [False, False, False, True, True, True]
    assert [result.positions for result in results[:2]] == [(3,), (2,)]


def test_a_quote_in_a_name_is_a_letter_like_others(tmp_path: Path) -> None:
    """SQL judges all but uniqueness, for which Great Expectations writes a condition that it cannot read."""
    name = 'a "quoted" name'
    results = run(
        tmp_path,
        pa.table({name: [1, 2, None, 900, 900]}),
        entry("expect_column_values_to_be_between", column=name, max_value=100),
        entry("expect_column_values_to_be_unique", column=name),
    )
    assert [(result.error, result.positions) for result in results] == [(None, (3, 4))] * 2


@pytest.mark.parametrize("name", ["rowid", "filename", "file_row_number", "Prefit Row Position"])
def test_names_that_duckdb_uses_itself_are_columns_like_others(tmp_path: Path, name: str) -> None:
    """A column that is called like one that DuckDB makes up is judged by its own values."""
    table = pa.table({name: [5, 6, 700]})
    path = tmp_path / "rows.parquet"
    pq.write_table(table, path)
    rows = suites.Rows(table.schema, lambda: iter(table.to_batches()), ((str(path), 3),))
    [result] = run(tmp_path, rows, entry("expect_column_values_to_be_between", column=name, max_value=100))
    assert (result.error, result.n_unexpected, result.positions) == (None, 1, (2,))


def test_columns_whose_names_differ_by_capitals_alone_are_told_apart(tmp_path: Path) -> None:
    """SQL takes them for one column, so they are judged in memory."""
    table = pa.table({"Age": [1, 2], "age": [1, 500]})
    entries = [entry("expect_column_values_to_be_between", column=name, max_value=100) for name in table.column_names]
    assert [result.n_unexpected for result in run(tmp_path, table, *entries)] == [0, 1]


def test_what_needs_columns_that_differ_by_capitals_alone_is_an_error(tmp_path: Path) -> None:
    """Great Expectations would compare the first of them with itself."""
    table = pa.table({"Age": [1, 2], "age": [1, 500]})
    [result] = run(tmp_path, table, entry("expect_column_pair_values_to_be_equal", column_A="Age", column_B="age"))
    assert (result.success, result.unjudged) == (False, "error")
    assert "does not tell 'Age' and 'age' apart" in str(result.error)


@pytest.fixture(scope="module")
def wide() -> pa.Table:
    """Return a table of more columns than a view may have."""
    table = pa.table({f"c{number}": [float(number), float("nan"), 2.0] for number in range(WIDE)})
    return table.append_column("text", pa.array(["a", "b", None]))


@pytest.mark.usefixtures("no_frames")
@pytest.mark.parametrize("in_place", [False, True])
def test_a_table_of_many_columns_is_judged_in_views_of_some_of_them(
    tmp_path: Path, wide: pa.Table, *, in_place: bool
) -> None:
    """More than 5,000 columns, of which the suite names more than a view takes."""
    path = tmp_path / "wide.parquet"
    pq.write_table(wide, path)
    rows = suites.Rows(wide.schema, lambda: iter(wide.to_batches()), ((str(path), 3),) if in_place else ())
    entries = [
        entry("expect_column_values_to_be_between", column=f"c{number}", max_value=WIDE - 25)
        for number in range(0, WIDE, 20)
    ]
    results = run(
        tmp_path,
        rows,
        *entries,
        entry("expect_table_column_count_to_equal", value=WIDE + 1),
        entry("expect_column_values_to_not_be_null", column="text"),
    )
    assert [result.error for result in results] == [None] * len(results)
    assert [number for number, result in enumerate(results) if not result.success] == [259, 261]
    assert [results[259].positions, results[261].positions] == [(0,), (2,)]


def test_a_query_on_more_columns_than_fit_into_memory_is_not_run(tmp_path: Path, wide: pa.Table) -> None:
    """A query of the user's reads the whole view; where it does not fit, the entry says so."""
    query = entry("unexpected_rows_expectation", unexpected_rows_query="SELECT * FROM {batch} WHERE c1 > 0")
    [result] = run(tmp_path, wide, query, memory_bytes=1)
    assert (result.success, result.unjudged) == (False, "not_run")
    assert "more memory than is left for it. Give more --memory." in str(result.error)


@pytest.mark.usefixtures("no_frames")
def test_all_batches_of_a_stream_are_judged_and_rows_keep_their_positions(tmp_path: Path) -> None:
    """No row is a sample: a fault in the last batch is found where it is."""
    schema = pa.schema({"key": pa.int64()})

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, 50_000, 1_000):
            yield pa.record_batch({"key": np.arange(start, start + 1_000)}, schema=schema)

    between, unique, count = run(
        tmp_path,
        suites.Rows(schema, batches),
        entry("expect_column_values_to_be_between", column="key", max_value=49_998),
        entry("expect_column_values_to_be_unique", column="key"),
        entry("expect_table_row_count_to_equal", value=50_000),
    )
    assert (between.n_unexpected, between.positions) == (1, (49_999,))
    assert unique.success
    assert count.success


@pytest.mark.usefixtures("no_frames")
def test_positions_run_on_over_files(tmp_path: Path) -> None:
    """Rows are counted from the first file on."""
    schema = pa.schema({"key": pa.int64(), "seen": pa.timestamp("ns")})
    files = []
    for number in range(3):
        path = tmp_path / f"part {number}'s.parquet"
        pq.write_table(pa.table({"key": [number, 70 + number], "seen": [datetime(2026, 1, 1)] * 2}, schema), path)
        files.append((str(path), 2))
    rows = suites.Rows(schema, lambda: pytest.fail("files are read in place"), tuple(files))
    [result] = run(tmp_path, rows, entry("expect_column_values_to_be_between", column="key", max_value=10))
    assert result.positions == (1, 3, 5)


def test_figures_are_the_same_in_every_run(tmp_path: Path) -> None:
    """Down to the last digit, however many parts the rows lie in and threads there are."""
    path = tmp_path / "rows.parquet"
    table = pa.table({"size": np.random.default_rng(0).normal(size=200_000)})
    pq.write_table(table, path, row_group_size=25_000)
    rows = suites.Rows(table.schema, lambda: iter(table.to_batches()), ((str(path), len(table)),))
    kinds = ("mean", "stdev", "sum")
    entries = [entry(f"expect_column_{kind}_to_be_between", column="size", min_value=-1e9) for kind in kinds]
    first, *others = ([result.observed for result in run(tmp_path, rows, *entries, show_values=True)] for _ in range(3))
    assert all(isinstance(figure, float) for figure in first)
    assert others == [first] * 2


def test_queries_of_a_suite_read_no_other_file_and_write_none(tmp_path: Path) -> None:
    """A suite may come from elsewhere: its SQL sees the rows that it is to judge."""
    table, secret, stolen = pa.table({"a": [1]}), tmp_path / "secret.csv", tmp_path / "stolen.csv"
    secret.write_text("a\n1\n")
    queries = [
        f"SELECT * FROM read_csv('{secret}')",
        f"COPY (SELECT * FROM {{batch}}) TO '{stolen}'",
        "SELECT * FROM {batch}; SELECT 1",
        "DROP VIEW data",
        f"ATTACH '{tmp_path / 'new.db'}'",
        "SET enable_external_access = true",
    ]
    entries = [entry("unexpected_rows_expectation", unexpected_rows_query=query) for query in queries]
    results = run(tmp_path, table, *entries)
    assert all(result.error and not result.success for result in results)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.csv", "suite.json"]


def test_queries_of_a_suite_do_not_write_over_the_rows(tmp_path: Path) -> None:
    """The files that they read are the user's."""
    table, path = pa.table({"a": [1, 2]}), tmp_path / "rows.parquet"
    pq.write_table(table, path)
    rows = suites.Rows(table.schema, lambda: iter(table.to_batches()), ((str(path), 2),))
    query = f"COPY (SELECT 3 AS a FROM {{batch}}) TO '{path}' (FORMAT parquet)"
    [result] = run(tmp_path, rows, entry("unexpected_rows_expectation", unexpected_rows_query=query), show_values=True)
    assert result.error  # Great Expectations counts its rows or reads them first, and the errors differ
    assert not result.success
    assert pq.read_table(path).equals(table)


def test_a_query_without_batch_is_judged_and_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Great Expectations comments on it on standard output, which may be a report."""
    [result] = run(
        tmp_path, pa.table({"a": [1]}), entry("unexpected_rows_expectation", unexpected_rows_query="SELECT 1")
    )
    assert (result.error, result.success) == (None, False)
    assert capfd.readouterr() == ("", "")


def test_no_rows_are_judged_like_others(tmp_path: Path) -> None:
    """An empty table breaks no rule about its values, and that about its rows."""
    table = pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())})
    values, rows = run(
        tmp_path,
        table,
        entry("expect_column_values_to_be_between", column="a", max_value=1),
        entry("expect_table_row_count_to_be_between", min_value=1),
    )
    assert (values.success, rows.success) == (True, False)
