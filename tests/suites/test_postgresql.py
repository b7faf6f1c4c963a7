"""Suites on rows of a real PostgreSQL: judged there, as DuckDB and pandas judge the same rows, and nothing written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from tests.servers import Postgres
from tests.suites.test_run import entry

import prefit
from prefit import sources, suites
from prefit.evidence import ExpectationResult, SuiteResult
from prefit.suites.regexes import for_postgresql

N = 60
TABLE = pa.table(
    {
        "id": pa.array(range(N)),
        "age": pa.array([None if n % 9 == 4 else n for n in range(N)], pa.int32()),
        "score": pa.array([float("nan") if n == 7 else n / 7 for n in range(N)]),
        "price": pa.array([Decimal(n) / 4 for n in range(N)], pa.decimal128(9, 2)),
        "na me": pa.array([f"Item {n:02d}" if n % 10 else "äöü\nB" for n in range(N)]),
        "select": pa.array(["x" if n % 3 else "Y" for n in range(N)]),
        'a "b" %s': pa.array(range(N, 0, -1)),
        "seen": pa.array(
            [datetime(2026, 1, 1 + n // 3, 23, 30, tzinfo=UTC) for n in range(N)], pa.timestamp("us", "UTC")
        ),
        "day": pa.array([date(2026, 1, 1 + n // 3) for n in range(N)]),
        "member": pa.array([n % 4 == 0 for n in range(N)]),
        "tags": pa.array([[n, n + 1] for n in range(N)]),
    }
)

QUANTILES = {"quantiles": [0.5], "value_ranges": [[0, 9]]}
PAIR = {"column_A": "id", "column_B": 'a "b" %s'}
LATER = {"row_condition": 'col("id") > 30', "condition_parser": "great_expectations"}
COMMON = "WITH some AS (SELECT age FROM {batch}) SELECT * FROM some WHERE age > 99"
LIKE = """SELECT * FROM {batch} WHERE "na me" LIKE 'Item 5%'"""
SHARES = {"values": ["x", "Y"], "weights": [0.5, 0.5]}

ENTRIES = [
    entry("expect_column_to_exist", "age"),
    entry("expect_table_row_count_to_equal", value=N),
    entry("expect_table_row_count_to_equal", value=N + 1),
    entry("expect_column_values_to_not_be_null", "age"),
    entry("expect_column_values_to_not_be_null", "age", mostly=0.5),
    entry("expect_column_values_to_not_be_null", "score"),
    entry("expect_column_values_to_be_null", "age"),
    entry("expect_column_values_to_be_between", "age", min_value=5, max_value=50),
    entry("expect_column_values_to_be_between", "price", max_value=10.5),
    entry("expect_column_values_to_be_between", "seen", max_value="2026-01-15"),
    entry("expect_column_values_to_be_between", "day", min_value="2026-01-03", strict_min=True),
    entry("expect_column_values_to_be_between", 'a "b" %s', min_value=10),
    entry("expect_column_values_to_be_in_set", "select", value_set=["x"]),
    entry("expect_column_values_to_be_in_set", "member", value_set=[True]),
    entry("expect_column_values_to_not_be_in_set", "select", value_set=["Y"]),
    entry("expect_column_values_to_match_regex", "na me", regex=r"^\w+\b.\d"),
    entry("expect_column_values_to_match_regex", "na me", regex="(?P<word>Item)"),
    entry("expect_column_values_to_match_regex_list", "na me", regex_list=["0$", "ü.B"], match_on="any"),
    entry("expect_column_values_to_not_match_regex", "na me", regex="(?i)iTEM 5"),
    entry("expect_column_values_to_match_like_pattern", "na me", like_pattern="Item%"),
    entry("expect_column_value_lengths_to_be_between", "na me", min_value=6),
    entry("expect_column_values_to_be_unique", "id"),
    entry("expect_column_values_to_be_unique", "day"),
    entry("expect_column_values_to_be_increasing", "id"),
    entry("expect_column_values_to_be_of_type", "age", type_="int32"),
    entry("expect_column_values_to_be_unique", "tags"),
    entry("expect_column_distinct_values_to_be_in_set", "select", value_set=["x", "Y", "z"]),
    entry("expect_column_unique_value_count_to_be_between", "select", min_value=3),
    entry("expect_column_most_common_value_to_be_in_set", "select", value_set=["x"]),
    entry("expect_column_max_to_be_between", "price", max_value=20),
    entry("expect_column_min_to_be_between", "seen", min_value="2026-01-01"),
    entry("expect_column_mean_to_be_between", "score", min_value=4, max_value=5),
    entry("expect_column_median_to_be_between", "age", max_value=10),
    entry("expect_column_sum_to_be_between", "price", max_value=500),
    entry("expect_column_stdev_to_be_between", "score", min_value=2, max_value=3),
    entry("expect_column_quantile_values_to_be_between", "age", quantile_ranges=QUANTILES),
    entry("expect_column_pair_values_a_to_be_greater_than_b", **PAIR, ignore_row_if="either_value_is_missing"),
    entry("expect_compound_columns_to_be_unique", column_list=["id", "age"], ignore_row_if="any_value_is_missing"),
    entry("expect_column_values_to_not_be_null", "age", **LATER),
    entry("expect_column_kl_divergence_to_be_less_than", "select", partition_object=SHARES, threshold=0.01),
    entry("unexpected_rows_expectation", unexpected_rows_query="SELECT * FROM {batch} WHERE age > 57"),
    entry("unexpected_rows_expectation", unexpected_rows_query=COMMON),
    entry("unexpected_rows_expectation", unexpected_rows_query=LIKE),
    entry("unexpected_rows_expectation", unexpected_rows_query="SELECT nothing FROM {batch}"),
    entry("expect_column_values_to_not_be_null", "height"),
    entry("expect_column_value_to_not_be_null", "age"),
    entry("expect_column_values_to_be_between", "age", min_valu=3),
]  # fmt: skip


@pytest.fixture
def orders(postgres: str) -> str:
    """Return where the rows lie in their order, with an index that has some columns in another one."""
    return filled(postgres)


@pytest.fixture(scope="module")
def kept(postgres_session: Postgres) -> str:
    """Return the same, in a database that nothing may change."""
    with postgres_session.connect() as connection:
        connection.execute("CREATE DATABASE kept")
    with postgres_session.connect("kept") as connection:
        connection.execute("CREATE SEQUENCE numbers")
        connection.execute("CREATE FUNCTION emptied() RETURNS int LANGUAGE sql AS 'SELECT nextval(''numbers'')::int'")
    return filled(postgres_session.url("kept"))


def filled(postgres: str) -> str:
    """Write the rows into a database."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("orders", TABLE)
        cursor.execute("ALTER TABLE orders ALTER price TYPE numeric(9, 2)")
        cursor.execute('CREATE INDEX ON orders ("select", age DESC, id)')
        connection.commit()
    return postgres


def run(data: Any, folder: Path, *entries: dict[str, Any], show_values: bool = True) -> SuiteResult:
    """Run a suite of these entries on all rows of a source."""
    path = folder / "orders.json"
    path.write_text(json.dumps({"name": "orders", "expectations": entries}))
    source = prefit.open_source(data)
    rows = suites.Rows(
        source.schema,
        lambda: (batch for part in source.partitions() for batch in part.batches(print)),
        database=sources.in_postgresql(source),
    )
    return suites.run_suite(rows, path, show_values=show_values)


def outcome(result: ExpectationResult) -> Any:
    """Return what was found, apart from the last digits and from words of the engine."""
    observed = pytest.approx(result.observed, rel=1e-12) if isinstance(result.observed, float) else result.observed
    if isinstance(observed, list):
        observed = sorted(map(str, observed))
    return result.expectation, result.success, result.unjudged, result.n_unexpected, result.positions, observed


def test_outcomes_are_those_of_other_engines(kept: str, tmp_path: Path) -> None:
    """A table in the database passes and fails as in memory, with the same counts, positions and errors."""
    found = run(f"{kept}?table=orders", tmp_path, *ENTRIES)
    expected = run(TABLE, tmp_path, *ENTRIES)
    assert [outcome(result) for result in found.results] == [outcome(result) for result in expected.results]
    assert {result.unjudged for result in found.results} == {None, "error", "dropped"}
    assert {result.success for result in found.results if result.unjudged is None} == {True, False}


def test_positions_are_places_in_the_table(orders: str, tmp_path: Path) -> None:
    """An index that has the columns of an entry would count the rows in its own order, and faster."""
    with psycopg.connect(orders, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE orders")
        connection.execute(f"ALTER DATABASE {orders.rpartition('/')[2]} SET enable_seqscan = off")
    [result] = run(f"{orders}?table=orders", tmp_path, entry("expect_column_values_to_not_be_null", "age")).results
    assert result.positions == tuple(range(4, N, 9))


def test_many_unexpected_rows_are_counted_there(kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that gives all rows of a large table brings a few of them here, and still counts all."""
    monkeypatch.setattr("prefit.suites.postgresql._MOST_ASKED", 3)
    given = entry("unexpected_rows_expectation", unexpected_rows_query="SELECT * FROM {batch};")
    [result] = run(f"{kept}?table=orders", tmp_path, given).results
    assert (result.success, result.unjudged, result.observed) == (False, None, N)


def test_queries_are_judged_without_positions(kept: str, tmp_path: Path) -> None:
    """The rows of a query lie nowhere; their counts are those of the table."""
    given = entry("expect_column_values_to_be_between", "age", max_value=50)
    [result] = run(f"{kept}?query=SELECT age FROM orders ORDER BY age -- all", tmp_path, given).results
    assert (result.success, result.n_unexpected, result.positions, result.observed) == (
        False,
        8,
        (),
        [51, 52, 53, 54, 55, 56, 57, 59],
    )


def test_most_entries_never_leave_the_database(kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What SQL can judge reads no row here; what it cannot reads the columns that it needs."""
    source = prefit.open_source(f"{kept}?table=orders")
    database = sources.in_postgresql(source)
    asked = []

    def refused(*_: object) -> Iterator[pa.RecordBatch]:
        raise AssertionError("rows were read")

    def watched(there: object, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        asked.append(tuple(columns))
        return batches(there, columns)

    batches = type(database).batches
    monkeypatch.setattr(type(database), "batches", watched)
    path = tmp_path / "s.json"
    in_memory = ("increasing", "of_type", "quantile", "tags")
    entries = [given for given in ENTRIES[:-7] if not any(word in str(given) for word in (*in_memory, "(?P"))]
    path.write_text(json.dumps({"expectations": entries}))
    rows = suites.Rows(source.schema, refused, database=database)
    results = suites.run_suite(rows, path).results
    assert len(results) > 30
    assert [result.error for result in results if result.unjudged] == []
    assert asked == []
    path.write_text(json.dumps({"expectations": [entry("expect_column_values_to_be_increasing", "id")]}))
    assert suites.run_suite(rows, path).results[0].success
    assert asked == [("id",)]


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE orders",
        "SELECT 1; COMMIT; DROP TABLE orders",
        "SELECT * FROM {batch}); COMMIT; DROP TABLE orders; --",
        "DELETE FROM orders RETURNING *",
        "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
        "SELECT emptied() FROM {batch}",
        "SELECT nextval('numbers') FROM {batch}",
        "CREATE TEMPORARY TABLE copy AS SELECT * FROM {batch}",
    ],
)
def test_suite_writes_nothing(query: str, kept: str, tmp_path: Path) -> None:
    """SQL of a suite that would write is an error of its entry, and hinders no other."""
    with psycopg.connect(kept, autocommit=True) as connection:
        things = "SELECT (SELECT count(*) FROM orders), count(*) FROM pg_class"
        before = connection.execute(things).fetchone()
        given = entry("unexpected_rows_expectation", unexpected_rows_query=query)
        bad, good = run(
            f"{kept}?table=orders", tmp_path, given, entry("expect_column_values_to_be_unique", "id")
        ).results
        assert (bad.unjudged, bad.success, good.success) == ("error", False, True)
        assert connection.execute(things).fetchone() == before
        assert connection.execute("SELECT is_called FROM numbers").fetchone() == (False,)


def test_suite_sees_the_rows_that_were_profiled(orders: str, tmp_path: Path) -> None:
    """Rows that come in between are judged neither here nor there."""
    source = prefit.open_source(f"{orders}?table=orders")
    with psycopg.connect(orders, autocommit=True) as connection:
        connection.execute("DELETE FROM orders WHERE id < 50")
    path = tmp_path / "s.json"
    path.write_text(json.dumps({"expectations": [entry("expect_table_row_count_to_equal", value=N)]}))
    rows = suites.Rows(source.schema, lambda: iter(()), database=sources.in_postgresql(source))
    assert suites.run_suite(rows, path).results[0].success


def test_values_stay_in_the_database(kept: str, tmp_path: Path) -> None:
    """Messages of the server quote cells, too."""
    given = [
        entry("expect_column_values_to_be_in_set", "select", value_set=["x"]),
        entry("unexpected_rows_expectation", unexpected_rows_query='SELECT * FROM {batch} WHERE "na me"::int > 3'),
    ]
    results = run(f"{kept}?table=orders", tmp_path, *given, show_values=False).results
    assert results[1].unjudged == "error"
    assert "Y" not in str(results[0].observed)
    assert "Item" not in str(results)


PATTERNS = [
    "a.c", "^a", "c$", r"\d+", r"^\d{2}$", r"\bab\b", r"b\B", "[a-c]x", r"[^\s]", "(ab|cd)+", "(?:a)(?=b)", "(?<!a)b",
    "(?i)AB", r"\.", r"a\nc", r"\Aab\Z", "a*?b", "x{2,3}", r"[\w.-]+@", "[]a]", r"[\]x]", "", "a|", "(a)\\1",
]  # fmt: skip
TEXTS = [
    "",
    "a",
    "ab",
    "abc",
    "a\nc",
    "c\n",
    "12",
    "12\n",
    "x.y",
    "ab cd",
    "cab",
    "xx",
    "AB",
    "b",
    "]",
    "a@b",
    "aa",
    "\\",
    "bx",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_find_what_they_find_in_python(pattern: str, postgres_session: Postgres) -> None:
    """Word boundaries, dots and ends of lines are written otherwise in PostgreSQL."""
    translated = for_postgresql(pattern)
    assert translated is not None
    with postgres_session.connect() as connection:
        rows = connection.execute("SELECT t, t ~ %s FROM unnest(%s::text[]) t", (translated, TEXTS)).fetchall()
    assert dict(rows) == {text: re.search(pattern, text) is not None for text in TEXTS}


@pytest.mark.parametrize(
    "pattern", ["(?P<a>b)", "(?s)a.c", "(?m)^a", "[[:alpha:]]", r"\x41", r"\u00e4", r"\N{DIGIT ONE}", "(?#c)a"]
)
def test_patterns_with_other_means_are_left_to_python(pattern: str) -> None:
    """They would be an error there, or find something else."""
    assert for_postgresql(pattern) is None
