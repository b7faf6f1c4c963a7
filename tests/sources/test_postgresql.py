"""Tables and queries of a real PostgreSQL: the rows, the types, one moment, and nothing written."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.servers import Postgres

import prefit
from prefit import stages
from prefit.errors import InputError, InputNotFound, PrefitError, UnreadableInput, UsageError
from prefit.sources.postgresql import relation
from prefit.sources.postgresql.partition import PostgresPartition

SECRET = "pass/word&42"


@pytest.fixture
def sql(postgres: str) -> Iterator[Callable[..., Any]]:
    """Run statements in an empty database."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        yield connection.execute


@pytest.fixture(scope="module")
def people() -> pa.Table:
    """5,000 rows of the types that PostgreSQL and Parquet share."""
    draw = np.random.default_rng(5)
    n = 5_000
    days = draw.integers(0, 9_000, n)
    return pa.table(
        {
            "id": pa.array(np.arange(n)),
            "age": pa.array(draw.integers(18, 90, n).astype(np.int32), mask=draw.random(n) < 0.05),
            "height": pa.array(np.where(draw.random(n) < 0.01, np.nan, draw.normal(170, 9, n))),
            "share": pa.array(draw.random(n).astype(np.float32)),
            "city": pa.array([f"city {place}" for place in draw.integers(0, 300, n)]),
            "born": pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32()),
            "seen": pa.array(days.astype(np.int64) * 86_400_000_000 + 17, pa.timestamp("us", "UTC")),
            "member": pa.array(draw.random(n) < 0.4),
            "label": pa.array(draw.choice(["yes", "no"], n)),
        }
    )


@pytest.fixture(scope="module")
def shop(postgres_session: Postgres) -> str:
    """Return a database that nothing may change."""
    with postgres_session.connect() as connection:
        connection.execute("CREATE DATABASE shop")
    with postgres_session.connect("shop") as connection:
        connection.execute("CREATE TABLE shop AS SELECT n AS price, 'private' AS name FROM generate_series(1, 9) n")
        connection.execute("CREATE TABLE bare ()")
        connection.execute("CREATE SEQUENCE numbers")
        connection.execute("CREATE FUNCTION emptied() RETURNS int LANGUAGE sql AS 'DELETE FROM shop; SELECT 1'")
    return postgres_session.url("shop")


def ingest(table: pa.Table, url: str, name: str = "people") -> str:
    """Write a table into the database, and return where it is."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest(name, table)
        connection.commit()
    return f"{url}?table={name}"


def described(data: Any, **options: Any) -> dict[str, Any]:
    """Return the profile of data as plain data, without what they are called."""
    found = stages.describe(data, target="label", **options)
    return found | {"dataset": found["dataset"] | {"name": ""}}


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut tables every 8 pages or so, and as many workers as there are pieces."""
    monkeypatch.setattr(relation, "_LEAST_CUT_BYTES", 1)
    monkeypatch.setattr(relation, "_STRETCH_BYTES", 1 << 16)
    monkeypatch.setattr("prefit.engines.pieces.TINY_BYTES", 0)


def test_profile_is_that_of_the_same_rows_in_parquet(people: pa.Table, postgres: str, tmp_path: Path) -> None:
    """A table and a query give every figure that the file gives."""
    path = tmp_path / "people.parquet"
    pq.write_table(people, path)
    expected = described(path)
    assert described(ingest(people, postgres)) == expected
    assert described(f"{postgres}?query=SELECT * FROM people") == expected


@pytest.mark.usefixtures("cut")
def test_stretches_of_a_table_are_its_rows_in_order(people: pa.Table, postgres: str, sql: Callable[..., Any]) -> None:
    """Deleted rows, rows that were written again and a page without rows are no obstacle, nor are several processes."""
    url = ingest(people, postgres)
    whole = described(url)
    sql("DELETE FROM people WHERE id % 7 = 3 OR id BETWEEN 1000 AND 3000")
    sql("UPDATE people SET age = age + 1 WHERE id % 11 = 4")
    source = prefit.open_source(url)
    assert len(source.parts) > 4
    order = [number for (number,) in sql("SELECT id FROM people ORDER BY ctid").fetchall()]
    assert source.to_table()["id"].to_pylist() == order
    firsts = [next(iter(part.batches(print)))["id"][0].as_py() for part in source.parts]
    assert firsts == [order[part.first_row] for part in source.parts]
    now = described(url, workers=2)
    assert now == described(url, workers=1)
    assert now["dataset"]["rows"] == source.n_rows == len(order) != whole["dataset"]["rows"]


TYPES = {
    "smallint": ("7", pa.int16(), 7),
    "bigint": ("9223372036854775807", pa.int64(), 2**63 - 1),
    "real": ("'NaN'", pa.float32(), pytest.approx(float("nan"), nan_ok=True)),
    "float8": ("'-Infinity'", pa.float64(), float("-inf")),
    "numeric": ("1.25", pa.float64(), 1.25),
    "numeric(10,2)": ("12.3", pa.decimal128(10, 2), Decimal("12.30")),
    "numeric(50,3)": ("1e40", pa.decimal256(50, 3), Decimal("1e40")),
    "boolean": ("true", pa.bool_(), True),
    "text": "'ä\n'",
    "varchar(9)": "'b'",
    "char(3)": "'c'",
    "date": ("'4713-01-01 BC'", pa.date32(), None),
    "time": ("'12:30'", pa.time64("us"), time(12, 30)),
    "timestamp": ("'2026-01-01 12:00'", pa.timestamp("us"), datetime(2026, 1, 1, 12)),
    "timestamptz": ("'2026-01-01 12:00+02'", pa.timestamp("us", "UTC"), datetime(2026, 1, 1, 10, tzinfo=UTC)),
    "bytea": ("'\\x00ff'", pa.binary(), b"\0\xff"),
    "uuid": "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
    "jsonb": """'{"a": [1]}'""",
    "inet": "'10.0.0.1/32'",
    "mood": "'fine'",
    "positive": ("3", pa.int32(), 3),
    "oid": ("4294967295", pa.int64(), 4294967295),
    "interval": "'1 day'",
    "int[]": ("'{1,NULL,3}'", pa.list_(pa.int32()), [1, None, 3]),
    "text[]": ("'{a,b}'", pa.list_(pa.string()), ["a", "b"]),
    "uuid[]": "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'",
}
"""What is written of each type, and what comes of it: a text where that is not said."""


def test_types_are_those_of_arrow_or_texts(postgres: str, sql: Callable[..., Any]) -> None:
    """Numbers, moments and bytes keep their type; what the profile has none for is the text that the server shows."""
    sql("CREATE TYPE mood AS ENUM ('fine', 'sad')")
    sql("CREATE DOMAIN positive AS int CHECK (value > 0)")
    names = {f"a {kind}": kind for kind in TYPES}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in names.items())
    sql(f"CREATE TABLE kinds ({columns})")
    written = [given if isinstance(given, str) else given[0] for given in TYPES.values()]
    sql(f"INSERT INTO kinds VALUES ({', '.join(written)}), ({', '.join(['NULL'] * len(TYPES))})")
    table = prefit.open_source(f"{postgres}?table=kinds").to_table()
    for name, kind in names.items():
        given = TYPES[kind]
        text = given.strip("'") if isinstance(given, str) else ""
        expected_type, value = (pa.string(), text) if isinstance(given, str) else given[1:]
        column = table[name]
        assert (kind, column.type) == (kind, expected_type)
        assert column[1].as_py() is None
        if value is not None:
            assert (kind, column[0].as_py()) == (kind, value)
    assert table["a date"].cast(pa.int32())[0].as_py() < -2_440_000


@pytest.mark.parametrize(
    ("kind", "value", "complaint"),
    [
        ("timestamp", "infinity", "must hold moments; got infinity"),
        ("timestamptz", "-infinity", "must hold moments; got infinity"),
        ("date", "infinity", "must hold moments; got infinity"),
        ("numeric(9,2)", "NaN", "got NaN in a numeric"),
    ],
)
def test_values_that_arrow_cannot_hold_are_refused(
    kind: str, value: str, complaint: str, postgres: str, sql: Callable[..., Any]
) -> None:
    """They would become other values without a word; the message names the column and a way out."""
    sql(f"CREATE TABLE held (fine int, until {kind})")
    sql(f"INSERT INTO held VALUES (1, '{value}')")
    with pytest.raises(UnreadableInput, match=f"column 'until' of table public.held .*{complaint}"):
        prefit.open_source(f"{postgres}?table=held").to_table()


KINDS = {
    "view": "CREATE VIEW things AS SELECT * FROM numbers",
    "materialized view": "CREATE MATERIALIZED VIEW things AS SELECT * FROM numbers",
    "parent": "CREATE TABLE things (LIKE numbers); CREATE TABLE child () INHERITS (things); "
    "INSERT INTO child SELECT * FROM numbers",
    "partitioned": "CREATE TABLE things (LIKE numbers) PARTITION BY RANGE (n); "
    "CREATE TABLE low PARTITION OF things FOR VALUES FROM (0) TO (4000); "
    "CREATE TABLE high PARTITION OF things FOR VALUES FROM (4000) TO (9000); INSERT INTO things SELECT * FROM numbers",
    "with an index": "CREATE TABLE things AS SELECT * FROM numbers ORDER BY n % 7, n; CREATE INDEX ON things (n, t)",
    "of short rows": "CREATE TABLE things AS SELECT n, ''::text AS t FROM numbers",
}


def test_rows_come_as_they_lie(postgres: str, sql: Callable[..., Any]) -> None:
    """An index that has all columns would give them in its own order, and faster."""
    sql("CREATE TABLE narrow AS SELECT n FROM generate_series(1, 5000) n ORDER BY n % 7, n")
    sql("CREATE INDEX ON narrow (n)")
    sql("VACUUM ANALYZE narrow")
    for way in ("enable_seqscan", "enable_bitmapscan"):
        sql(f"ALTER DATABASE {postgres.rpartition('/')[2]} SET {way} = off")
    with psycopg.connect(postgres) as other:
        plan = other.execute("EXPLAIN SELECT n FROM narrow").fetchall()
        assert "Index Only Scan" in str(plan)
    expected = sorted(range(1, 5001), key=lambda n: (n % 7, n))
    assert prefit.open_source(f"{postgres}?table=narrow").to_table()["n"].to_pylist() == expected


@pytest.mark.usefixtures("cut")
@pytest.mark.parametrize("kind", KINDS)
def test_all_kinds_of_tables_give_all_rows(kind: str, postgres: str, sql: Callable[..., Any]) -> None:
    """Only the pages of a table by itself can be cut; whatever gives the rows gives each once."""
    sql("CREATE TABLE numbers AS SELECT n, repeat('x', 40) AS t FROM generate_series(1, 8000) n")
    sql(KINDS[kind])
    sql("ANALYZE")
    source = prefit.open_source(f"{postgres}?table=things")
    assert (len(source.parts) > 1) == (kind in ("materialized view", "with an index", "of short rows"))
    assert source.n_rows == (None if kind == "view" else 8000)
    expected = sorted(range(1, 8001), key=lambda n: (n % 7, n)) if kind == "with an index" else list(range(1, 8001))
    assert source.to_table()["n"].to_pylist() == expected


def test_all_is_read_as_it_was_when_it_was_opened(postgres: str, sql: Callable[..., Any]) -> None:
    """Rows that come or go later change nothing, in whatever process they are read."""
    sql("CREATE TABLE moving AS SELECT 1 AS a")
    source = prefit.open_source(f"{postgres}?table=moving")
    sql("INSERT INTO moving VALUES (2)")
    sql("UPDATE moving SET a = 5")
    [part] = pickle.loads(pickle.dumps(source.parts))
    assert [batch.to_pydict() for batch in part.batches(print)] == [{"a": [1]}]
    assert prefit.open_source(f"{postgres}?table=moving").to_table().to_pydict() == {"a": [5, 5]}


def test_first_rows_are_those_of_all_rows(people: pa.Table, postgres: str) -> None:
    """They tell the scales of the profile, so that they must not depend on how they are asked for."""
    for data in (ingest(people, postgres), f"{postgres}?query=SELECT * FROM people ORDER BY city, id"):
        source = prefit.open_source(data)
        part = source.parts[0]
        assert isinstance(part, PostgresPartition)
        head = pa.Table.from_batches(part.head(100)).slice(0, 100)
        assert head["id"].equals(source.to_table()["id"].slice(0, 100))


def test_identity_changes_with_the_rows_alone(postgres: str, sql: Callable[..., Any]) -> None:
    """A state that was kept fits a table that nobody has written to; of views and queries nothing is known."""
    sql("CREATE TABLE kept AS SELECT 1 AS a")
    sql("CREATE VIEW seen AS SELECT * FROM kept")

    def identity(what: str) -> Any:
        [part] = prefit.open_source(f"{postgres}?{what}").parts
        return part.identity

    before = identity("table=kept")
    assert before == identity("table=kept")
    assert SECRET not in before
    sql("UPDATE kept SET a = 2")
    assert identity("table=kept") != before
    assert identity("table=seen") is identity("query=SELECT * FROM kept") is None


@pytest.mark.parametrize(
    ("what", "kind", "complaint"),
    [
        ("", UsageError, "must be one table or one query; got neither"),
        ("?table=shop&query=SELECT 1", UsageError, "must be one table or one query; got both"),
        ("?tabel=shop", UsageError, "parameter 'tabel' does not exist; .*Did you mean 'table'"),
        ("?table=shop&table=shop", UsageError, "'table' must stand there once; got it 2 times"),
        ("?table=", UsageError, "table of .* must be named; got an empty one"),
        ("?table=a.b.c", UsageError, "table must read table or schema.table; got 'a.b.c'"),
        ("?table=shops", InputNotFound, r"'shops' must be in .*tables: bare, shop\. Did you mean 'shop'"),
        ("?table=Shop", InputNotFound, "got no such table.*Did you mean 'shop'"),
        ("?table=other.shop", InputNotFound, "'other.shop' must be in"),
        ("?table=bare", InputError, "must have columns; got none"),
        ("?query=SELECT pric FROM shop", InputError, 'column "pric" does not exist'),
        ("?query=SELECT price FROM shops", InputError, 'relation "shops" does not exist'),
        ("?query=SELCT 1", InputError, "one that only reads; got: syntax error"),
        ("?query=DROP TABLE shop", InputError, "one that only reads; got: syntax error"),
        ("?query=SELECT 1; DROP TABLE shop", InputError, 'got: syntax error at or near ";"'),
        ("?query=SELECT 1) AS q; COMMIT; DROP TABLE shop; --", InputError, "one that only reads; got: "),
        ("?query=WITH gone AS (DELETE FROM shop RETURNING price) SELECT * FROM gone", InputError, "data-modifying"),
        ("?query=SELECT 1 AS a, 2 AS a", InputError, r"different names; got 'a' \(2 times\)"),
        ("?query=SELECT 10 / (price - 2) AS x FROM shop", UnreadableInput, "division by zero"),
        ("?query=SELECT name::int FROM shop", UnreadableInput, r"type integer: '\.\.\.'"),
        ("?query=SELECT nextval('numbers'), price FROM shop", UnreadableInput, "in a read-only transaction"),
        ("?query=SELECT emptied(), price FROM shop", UnreadableInput, "in a read-only transaction"),
        ("?query=SELECT set_config('transaction_read_only', 'off', true), price FROM shop", UnreadableInput, "mode"),
    ],
)
def test_bad_requests_are_refused_and_write_nothing(
    what: str, kind: type[PrefitError], complaint: str, shop: str
) -> None:
    """Each with what is wrong and what to do, and without the password."""
    with pytest.raises(kind, match=complaint) as refused:
        prefit.open_source(shop + what).to_table()
    assert type(refused.value) is kind
    assert SECRET not in str(refused.value)
    assert "private" not in str(refused.value)
    with psycopg.connect(shop) as connection:
        assert connection.execute("SELECT count(*) FROM shop").fetchone() == (9,)
        assert connection.execute("SELECT is_called FROM numbers").fetchone() == (False,)


@pytest.mark.parametrize(
    ("login", "place", "complaint"),
    [
        ("nobody:geheim", "127.0.0.1:{port}/postgres", "password authentication failed"),
        ("prefit_tester:ge@heim", "127.0.0.1:{port}/postgres", "password authentication failed"),
        ("prefit_tester:pass%2Fword%2642", "127.0.0.1:{port}/nowhere", 'database "nowhere" does not exist'),
        ("nobody:geheim", "127.0.0.1:1/postgres", "Connection refused"),
        ("nobody:geheim", "127.0.0.1:x/postgres", 'invalid integer value "x"'),
        ("nobody:geheim", "[127.0.0.1/postgres", "a URI that libpq understands"),
    ],
)
def test_servers_that_do_not_let_in_are_named(
    login: str, place: str, complaint: str, postgres_session: Postgres
) -> None:
    """What the server or the driver says stands there, the password does not."""
    place = place.format(port=postgres_session.port)
    with pytest.raises(PrefitError, match=complaint) as refused:
        prefit.open_source(f"postgresql://{login}@{place}?table=a")
    assert "heim" not in str(refused.value)
    assert "word%26" not in str(refused.value)


def test_right_to_read_is_needed(postgres_session: Postgres, postgres: str, sql: Callable[..., Any]) -> None:
    """A table that the user may not read is named."""
    sql("CREATE TABLE hidden AS SELECT 1 AS a")
    sql("DROP ROLE IF EXISTS reader")
    sql("CREATE ROLE reader LOGIN PASSWORD 'readers'")
    url = postgres_session.url(postgres.rpartition("/")[2], login="reader:readers")
    with pytest.raises(UnreadableInput, match=r"table public\.hidden of .* must be readable; got: permission denied"):
        prefit.open_source(f"{url}?table=hidden")


def test_password_comes_from_where_libpq_looks(
    postgres: str, postgres_session: Postgres, sql: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither PGPASSWORD nor a file of passwords shows up on a command line."""
    sql("CREATE TABLE t AS SELECT 1 AS a")
    bare = postgres_session.url(postgres.rpartition("/")[2], login=postgres_session.user) + "?table=t"
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "passwords"))
    with pytest.raises(UnreadableInput, match="no password supplied"):
        prefit.open_source(bare)
    with monkeypatch.context() as inner:
        inner.setenv("PGPASSWORD", SECRET)
        assert prefit.open_source(bare).n_rows == 1
    (tmp_path / "passwords").write_text(f"*:*:*:{postgres_session.user}:{SECRET}\n")
    (tmp_path / "passwords").chmod(0o600)
    assert prefit.open_source(bare).to_table().num_rows == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'a+b' || '&c=d' || '%25' AS t  -- a remark",
        "SELECT%20%27a%2Bb%27%20%7C%7C%20%27%26c%3Dd%27%20%7C%7C%20%27%2525%27%20AS%20t",
        "SELECT 'a+b' || '&c=d' || '%25' AS t;&application_name=other",
    ],
)
def test_query_stands_as_it_is_or_encoded(query: str, shop: str) -> None:
    """Signs that mean something in a URI are part of a query with blanks."""
    assert prefit.open_source(f"{shop}?query={query}").to_table().to_pydict() == {"t": ["a+b&c=d%25"]}


def test_names_are_those_of_the_table(postgres: str, sql: Callable[..., Any]) -> None:
    """Capitals, quotes and dots count; a query has a name that tells it from others and shows nothing of it."""
    sql('CREATE SCHEMA "My.Schema"')
    sql('CREATE TABLE "My.Schema"."a ""b"" %s" AS SELECT 1 AS "SELECT", 2 AS "%s"')
    source = prefit.open_source(f'{postgres}?table="My.Schema"."a ""b"" %s"')
    assert (source.name, source.to_table().to_pydict()) == ('a "b" %s', {"SELECT": [1], "%s": [2]})
    names = {prefit.open_source(f"{postgres}?query=SELECT {value} AS a").name for value in (1, 2)}
    assert len(names) == 2
    assert all(name.startswith("query-") for name in names)


def test_lost_connection_is_an_unreadable_partition(postgres: str, sql: Callable[..., Any]) -> None:
    """A server that ends in the middle is named, and so is a moment that is gone with the connection that held it."""
    sql("CREATE TABLE long AS SELECT n, repeat('x', 500) AS t FROM generate_series(1, 90000) n")
    source = prefit.open_source(f"{postgres}?table=long")
    batches = source.parts[0].batches(print)
    next(batches)
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with pytest.raises(UnreadableInput, match=r"table public\.long of .* must be readable to its end; got: "):
        list(batches)
    with pytest.raises(UnreadableInput, match=r"snapshot .* does not exist|invalid snapshot"):
        next(source.parts[0].batches(print))


def test_locked_table_is_not_waited_for_without_end(
    postgres: str, sql: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another transaction may hold a table for hours."""
    sql("CREATE TABLE held AS SELECT 1 AS a")
    monkeypatch.setitem(prefit.sources.postgresql.snapshot._SETTINGS, "lock_timeout", "20ms")
    with psycopg.connect(postgres) as other:
        other.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(UnreadableInput, match="got: canceling statement due to lock timeout"):
            prefit.open_source(f"{postgres}?table=held")


def test_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most users have no PostgreSQL, so that the drivers are an extra."""
    monkeypatch.setattr("prefit.sources.postgresql.opening.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'prefit\[postgresql\]'"):
        prefit.open_source("postgresql://127.0.0.1/a?table=b")


def test_login_is_neither_shown_nor_in_what_is_said_of_a_source(postgres: str, sql: Callable[..., Any]) -> None:
    """Wherever a source is printed; only its pickle, which workers need, holds it."""
    sql("CREATE TABLE t AS SELECT 1 AS a")
    source = prefit.open_source(f"{postgres}?table=t")
    assert "word" not in repr(source) + str([(part.name, part.identity) for part in source.parts])


def test_nothing_stays_open(postgres: str, sql: Callable[..., Any]) -> None:
    """The connections end with the source."""
    sql("CREATE TABLE t AS SELECT 1 AS a")
    source = prefit.open_source(f"{postgres}?table=t")
    assert source.to_table()["a"].to_pylist() == [1]
    others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'prefit' AND datname = current_database()"
    assert (1,) in (sql(others).fetchone() for _ in range(10_000))  # the server takes a moment to notice
    del source
    assert (0,) in (sql(others).fetchone() for _ in range(10_000))
