"""Tables and queries of real SQLite and DuckDB files."""

from __future__ import annotations

import pickle
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prefit import stages
from prefit.errors import InputError, InputNotFound, UnreadableInput, UsageError
from prefit.sources import open_source
from prefit.sources.embedded import duck_file, sqlite

from .reading import read

SYSTEMS = ("sqlite", "duckdb")
N_ROWS = 600

PEOPLE = """
CREATE TABLE people AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 599)
SELECT i AS id, 20 + i * 7 % 60 AS age, i / 7.0 AS height, 'city ' || (i % 30) AS city,
       CASE WHEN i % 3 = 0 THEN 'yes' ELSE 'no' END AS label FROM n
"""


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> str:
    """Both of them."""
    return str(request.param)


@pytest.fixture
def place(system: str, tmp_path: Path) -> str:
    """Return the URI of a file with a table ``people``."""
    run(system, tmp_path / "shop.db", PEOPLE)
    return f"{system}:///{tmp_path}/shop.db"


def run(system: str, path: Path, *statements: str) -> None:
    """Run statements in a database file, which is made if it is not there."""
    connection = duckdb.connect(str(path)) if system == "duckdb" else sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_profile_is_that_of_the_same_rows_in_parquet(place: str, tmp_path: Path) -> None:
    """A table, and a query of all its rows, give every figure that the file gives."""
    source = open_source(f"{place}?table=people")
    pq.write_table(source.to_table(), tmp_path / "people.parquet")
    expected = described(tmp_path / "people.parquet")
    assert described(f"{place}?table=people") == expected
    assert described(f"{place}?query=SELECT * FROM people ORDER BY id;") == expected


def described(data: Any, **options: Any) -> dict[str, Any]:
    """Return the profile of data as plain data, without what they are called."""
    found = stages.describe(data, target="label", **options)
    return found | {"dataset": found["dataset"] | {"name": ""}}


def test_table_is_found_in_any_case_and_gives_its_name(place: str) -> None:
    """Both systems take names in any case, and so does the URI."""
    source = open_source(f"{place}?table=People")
    assert (source.name, source.n_rows) == ("People", N_ROWS)
    assert source.schema.names == ["id", "age", "height", "city", "label"]


def test_query_may_be_percent_encoded(place: str) -> None:
    """Without a blank it is decoded; with one it stands there as it is, comments and all."""
    decoded = open_source(f"{place}?query=SELECT%20id%20FROM%20people%20WHERE%20city%20%3D%20'city%201'")
    plain = open_source(f"{place}?query=SELECT id FROM people WHERE city = 'city 1' -- the first")
    assert decoded.to_table().equals(plain.to_table())
    assert decoded.n_rows == N_ROWS / 30


def test_view_is_read_as_a_table(system: str, place: str, tmp_path: Path) -> None:
    """Views have no row numbers and are read in one piece."""
    run(system, tmp_path / "shop.db", "CREATE VIEW old AS SELECT id, age FROM people WHERE age > 60")
    rows, _ = read(open_source(f"{place}?table=old"))
    assert rows
    assert all(row["age"] > 60 for row in rows)


def test_stretches_of_a_table_are_its_rows_in_order(
    system: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that were deleted are no obstacle, nor are several processes."""
    monkeypatch.setattr(sqlite, "_STRETCH_BYTES", 4096)
    monkeypatch.setattr(duck_file, "_STRETCH_ROWS", 150)
    monkeypatch.setattr("prefit.engines.pieces.TINY_BYTES", 0)
    run(system, tmp_path / "shop.db", "DELETE FROM people WHERE id BETWEEN 100 AND 330 OR id % 7 = 3")
    source = open_source(f"{place}?table=people")
    assert len(source.partitions()) > 2
    rows, _ = read(source)
    assert [row["id"] for row in rows] == [n for n in range(N_ROWS) if not (100 <= n <= 330 or n % 7 == 3)]
    assert described(f"{place}?table=people", workers=2) == described(f"{place}?table=people", workers=1)


def test_partitions_can_be_read_elsewhere(place: str) -> None:
    """A pickle of a partition holds no connection, and gives the same rows."""
    [part] = open_source(f"{place}?table=people").partitions()
    copy = pickle.loads(pickle.dumps(part))
    assert list(copy.batches(print)) == list(part.batches(print))
    assert copy.identity == part.identity
    assert sum(batch.num_rows for batch in part.head(10)) == 10


def test_file_that_is_written_meanwhile_is_refused(system: str, place: str, tmp_path: Path) -> None:
    """Rows of two moments are no table."""
    source = open_source(f"{place}?table=people")
    run(system, tmp_path / "shop.db", "INSERT INTO people SELECT * FROM people")
    with pytest.raises(UnreadableInput, match="must not change while it is read"):
        source.to_table()


@pytest.mark.parametrize(
    "query", ["DELETE FROM people", "SELECT 1; DELETE FROM people", "SELECT 1) t; DELETE FROM people; --"]
)
def test_query_that_writes_is_refused(place: str, query: str) -> None:
    """Only one statement that returns rows can be asked for, and nothing is written."""
    with pytest.raises(InputError, match="must be one statement, and one that only reads"):
        open_source(f"{place}?query={query}")
    assert open_source(f"{place}?table=people").n_rows == N_ROWS


def test_missing_table_names_those_that_are_there(place: str) -> None:
    """A misspelt name is answered with the near one."""
    with pytest.raises(InputNotFound, match=r"tables: people. Did you mean 'people'\?"):
        open_source(f"{place}?table=peple")


def test_file_of_another_kind_is_refused(system: str, tmp_path: Path) -> None:
    """What is no database is named."""
    (tmp_path / "notes.db").write_text("no database, but long enough for a header of one" * 9)
    with pytest.raises(UnreadableInput, match=r"notes.db must be readable"):
        open_source(f"{system}:///{tmp_path}/notes.db?table=people")


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("$s:///shop.db", "must be one table or one query; got 'neither'"),
        ("$s:///shop.db?tabel=people", "got 'tabel=people'"),
        ("$s:///shop.db?table=", "must be one table or one query"),
        ("$s://shop.db?table=people", "must name a database file"),
        ("$s:///", "must name a database file"),
    ],
)
def test_uri_that_makes_no_sense_shows_how_to_write_it(system: str, uri: str, message: str) -> None:
    """The message says what is wrong and how it is written."""
    with pytest.raises(UsageError, match=message) as caught:
        open_source(uri.replace("$s", system))
    assert ":///folder/file.db?table=name" in str(caught.value)


def test_file_of_the_other_system_is_answered_with_its_name(system: str, place: str) -> None:
    """DuckDB would speak of an extension that is not installed."""
    other = next(name for name in SYSTEMS if name != system)
    with pytest.raises(InputError, match=rf"got {other}:// for a database of {system}\. Write {system}:// instead"):
        open_source(place.replace(f"{system}://", f"{other}://") + "?table=people")


def test_file_alone_is_answered_with_its_uri(place: str, tmp_path: Path) -> None:
    """Who names only the file is told how to name a table of it."""
    with pytest.raises(InputError, match=re.escape(f"Write {place}?table=name")):
        open_source(tmp_path / "shop.db")


def test_missing_file_is_named(system: str, tmp_path: Path) -> None:
    """No database is made by looking for one."""
    with pytest.raises(InputNotFound, match="got nothing there"):
        open_source(f"{system}:///{tmp_path}/none.db?table=people")
    assert not list(tmp_path.iterdir())


def test_relative_path_has_three_slashes(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows the third slash is a path as a shell takes it."""
    monkeypatch.chdir(tmp_path)
    assert open_source(f"{place.partition(':')[0]}:///shop.db?table=people").n_rows == N_ROWS


SQLITE_TYPES = {
    "INTEGER": (["7", "-9223372036854775808"], pa.int64(), [7, -(2**63)]),
    "REAL": (["1", "2.5"], pa.float64(), [1.0, 2.5]),
    "NUMERIC": (["1", "2.5"], pa.float64(), [1.0, 2.5]),
    "TEXT": (["'a'", "'ä\n'"], pa.string(), ["a", "ä\n"]),
    "BLOB": (["x'00ff'", "x'01'"], pa.binary(), [b"\0\xff", b"\1"]),
    "BOOLEAN": (["1", "0"], pa.bool_(), [True, False]),
    "BOOL": (["1", "2"], pa.int64(), [1, 2]),
    "DATE": (["'2024-02-29'", "'1999-12-31'"], pa.date32(), [date(2024, 2, 29), date(1999, 12, 31)]),
    "Date": (["'2024-02-30'", "'1999-12-31'"], pa.string(), ["2024-02-30", "1999-12-31"]),
    "date": (["'-4713-11-30'", "'1999-12-31'"], pa.string(), ["-4713-11-30", "1999-12-31"]),
    "Datetime": (["'-4713-11-30 10:00:00'"], pa.string(), ["-4713-11-30 10:00:00"]),
    "DATETIME": (
        ["'2024-02-29 10:00:00.25'", "'2024-02-29T10:00:01'"],
        pa.timestamp("us"),
        [datetime(2024, 2, 29, 10, 0, 0, 250_000), datetime(2024, 2, 29, 10, 0, 1)],
    ),
    "TIMESTAMP": (["'2024-02-29 10:00:00+02:00'", "'x'"], pa.string(), ["2024-02-29 10:00:00+02:00", "x"]),
    "INT": (["7", "'seven'"], pa.string(), ["7", "seven"]),
    "": (["x'ff'", "'seven'"], pa.string(), ["0xFF", "seven"]),
    "VARCHAR(9)": (["NULL", "NULL"], pa.string(), [None, None]),
    "DOUBLE": (["NULL", "NULL"], pa.float64(), [None, None]),
    "BIGINT": (["NULL", "NULL"], pa.int64(), [None, None]),
    "JSON": (["NULL", "NULL"], pa.null(), [None, None]),
}
"""What is declared, what is written into it, and what comes of it."""


@pytest.mark.parametrize("declared", SQLITE_TYPES)
def test_sqlite_column_has_the_type_of_its_values(declared: str, tmp_path: Path) -> None:
    """SQLite keeps anything anywhere: the values decide, and dates that are declared and are ones become dates."""
    texts, kind, expected = SQLITE_TYPES[declared]
    inserted = ", ".join(f"({text})" for text in texts)
    run("sqlite", tmp_path / "a.db", f"CREATE TABLE t (v {declared})", f"INSERT INTO t VALUES {inserted}")
    table = open_source(f"sqlite:///{tmp_path}/a.db?table=t").to_table()
    assert (table.schema.field("v").type, table["v"].to_pylist()) == (kind, expected)


def test_sqlite_text_that_is_not_utf_8_is_kept(tmp_path: Path) -> None:
    """Damaged text does not end the run: it is counted, like that of a file."""
    run("sqlite", tmp_path / "a.db", "CREATE TABLE t (v TEXT)", "INSERT INTO t VALUES (CAST(x'61ff' AS TEXT)), ('b')")
    profile = stages.profile(f"sqlite:///{tmp_path}/a.db?table=t")
    assert profile.columns["v"].text.damaged_fraction > 0


def test_sqlite_table_without_row_numbers_is_read(tmp_path: Path) -> None:
    """It comes in the order of its key."""
    statements = ("CREATE TABLE t (v TEXT PRIMARY KEY) WITHOUT ROWID", "INSERT INTO t VALUES ('b'), ('a')")
    run("sqlite", tmp_path / "a.db", *statements)
    assert open_source(f"sqlite:///{tmp_path}/a.db?table=t").to_table()["v"].to_pylist() == ["a", "b"]


def test_sqlite_index_with_all_columns_does_not_change_the_order(tmp_path: Path) -> None:
    """An index could answer the query alone, in its own order."""
    statements = ("CREATE TABLE t (v INT)", "INSERT INTO t VALUES (3), (1), (2)", "CREATE INDEX i ON t (v)")
    run("sqlite", tmp_path / "a.db", *statements)
    assert open_source(f"sqlite:///{tmp_path}/a.db?table=t").to_table()["v"].to_pylist() == [3, 1, 2]


def test_sqlite_log_beside_the_file_counts_as_the_file(tmp_path: Path) -> None:
    """In write-ahead mode new rows lie in another file until they are moved: they are read, and a change is seen."""
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("CREATE TABLE t (v INT)")
    connection.execute("INSERT INTO t VALUES (1), (2)")
    source = open_source(f"sqlite:///{tmp_path}/a.db?table=t")
    assert source.to_table()["v"].to_pylist() == [1, 2]
    connection.execute("INSERT INTO t VALUES (3)")
    with pytest.raises(UnreadableInput, match="must not change"):
        source.to_table()
    connection.close()


DUCKDB_TYPES = {
    "7::UTINYINT": (pa.uint8(), 7),
    "170141183460469231731687303715884105727::HUGEINT": (pa.float64(), 2.0**127),
    "1.25::DECIMAL(10, 2)": (pa.decimal128(10, 2), Decimal("1.25")),
    "'a'::ENUM('a', 'b')": (pa.string(), "a"),
    "'\\xFF'::BLOB": (pa.binary(), b"\xff"),
    "DATE '2024-02-29'": (pa.date32(), date(2024, 2, 29)),
    "TIME '10:00'": (pa.time64("us"), time(10)),
    "TIMESTAMPTZ '2024-02-29 10:00+02'": (pa.timestamp("us", "UTC"), datetime(2024, 2, 29, 8, tzinfo=UTC)),
    "[1, 2]": (pa.list_(pa.int32()), [1, 2]),
    "{'a': 1}": (pa.struct({"a": pa.int32()}), {"a": 1}),
    "'6339eef0-3aa2-4401-b465-0354961b3cd8'::UUID": (pa.string(), "6339eef0-3aa2-4401-b465-0354961b3cd8"),
    "INTERVAL 1 DAY": (pa.string(), "1 day"),
    "MAP {'a': 1}": (pa.string(), "{a=1}"),
    "NULL": (pa.null(), None),
}
"""What is kept in DuckDB, and what comes of it: a text where neither Arrow nor the profile has such a type."""


@pytest.mark.parametrize("value", DUCKDB_TYPES)
def test_duckdb_column_has_a_type_that_can_be_profiled(value: str, tmp_path: Path) -> None:
    """Types that only DuckDB has come as the texts that it shows."""
    kind, expected = DUCKDB_TYPES[value]
    run("duckdb", tmp_path / "a.db", f"CREATE TABLE t AS SELECT {value} AS v")
    source = open_source(f"duckdb:///{tmp_path}/a.db?table=t")
    assert (source.schema.field("v").type, read(source)[0]) == (kind, [{"v": expected}])


def test_duckdb_table_of_a_schema_is_found(tmp_path: Path) -> None:
    """Names with dots or blanks stand in quotes."""
    run("duckdb", tmp_path / "a.db", 'CREATE SCHEMA "my shop"', 'CREATE TABLE "my shop"."a.b" AS SELECT 7 AS v')
    assert open_source(f'duckdb:///{tmp_path}/a.db?table="my shop"."a.b"').to_table().to_pylist() == [{"v": 7}]


@pytest.mark.parametrize("values", ["i - 5", "CASE WHEN i < 6 THEN i END", "'row ' || i", "1000 * i"])
def test_duckdb_column_called_rowid_cuts_no_rows_off(
    values: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hides the numbers that DuckDB gives to rows; below zero, missing and as a text it is a value like others."""
    monkeypatch.setattr(duck_file, "_STRETCH_ROWS", 4)
    run("duckdb", tmp_path / "a.db", f'CREATE TABLE t AS SELECT i, {values} AS "RowId" FROM range(10) n(i)')
    source = open_source(f"duckdb:///{tmp_path}/a.db?table=t")
    assert source.to_table()["i"].to_pylist() == list(range(10))


def test_duckdb_parts_that_lack_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left out without a word."""
    run("duckdb", tmp_path / "a.db", "CREATE TABLE t AS SELECT i FROM range(10) n(i)")
    monkeypatch.setattr(duck_file, "_conditions", lambda *_: [" WHERE rowid < 4", " WHERE rowid >= 5"])
    with pytest.raises(UnreadableInput, match="as many rows in its parts as in all, 10; got 9"):
        open_source(f"duckdb:///{tmp_path}/a.db?table=t")


def test_duckdb_file_that_another_process_writes_is_refused(tmp_path: Path) -> None:
    """The message says who is in the way."""
    run("duckdb", tmp_path / "a.db", "CREATE TABLE t AS SELECT 7 AS v")
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(tmp_path / "a.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(UnreadableInput, match="no other process writes to it"):
            open_source(f"duckdb:///{tmp_path}/a.db?table=t")
        other.communicate()
