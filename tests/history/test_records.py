"""A history keeps runs in SQLite and PostgreSQL alike, is migrated forward, and says no login."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError
from tests.history.builders import run
from tests.servers import Postgres

from prefit.errors import UsageError
from prefit.past import Estimate
from prefit.records import open_history, schema
from prefit.records.place import parse_place

N_PROCESSES, N_RUNS = 8, 25
ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from tests.history.builders import run
from prefit.records import open_history
url, writer = sys.argv[1:]
for number in range(25):
    open_history(url).record(run(number, dataset=f"writer {writer}"))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'history.db'}"
    return str(request.getfixturevalue("postgres"))


def test_runs_come_back_as_they_were_kept(url: str) -> None:
    """All of a run is kept, oddities included, and runs come back in order and by data set."""
    kept = [
        run(0),
        run(1, score=None, metric=None, noise=Estimate(0.02, 0.01, 0.03), complete=False),
        run(2, class_shares={}, target=None, missing={"nul\0 \ud800 'quote'": 0.25}),
    ]
    for each in kept:
        open_history(url).record(each)
    open_history(url).record(run(3, dataset="others"))
    history = open_history(url, reads_only=True)
    assert history.runs("customers") == kept
    assert history.runs("customers", last=2) == kept[1:]
    assert history.names() == ["customers", "others"]
    assert history.runs("none") == []
    assert (history.count("customers"), history.count("none")) == (3, 0)


def test_what_a_database_cannot_hold_is_escaped(url: str) -> None:
    """A name or a reason with a NUL or half a character is kept in a readable form, and found by its name."""
    history = open_history(url)
    history.record(run(0, dataset="bad\0name\udc80"))
    assert [kept.dataset for kept in history.runs("bad\0name\udc80")] == ["bad\\x00name\\udc80"]


def test_no_run_of_eight_writers_is_lost(url: str) -> None:
    """Eight processes make the tables of one new database and write at once; all runs are there, each whole."""
    commands = [[sys.executable, "-c", WRITER, url, str(writer)] for writer in range(N_PROCESSES)]
    writers = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    assert [writer.wait() for writer in writers] == [0] * N_PROCESSES
    history = open_history(url, reads_only=True)
    for writer in range(N_PROCESSES):
        name = f"writer {writer}"
        assert history.runs(name) == [run(number, dataset=name) for number in range(N_RUNS)]


def test_half_a_run_is_not_kept(url: str) -> None:
    """When the findings of a run cannot be written, nothing of it is, and the message says why."""
    history = open_history(url)
    with history.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE prefit_findings")
    with pytest.raises(UsageError, match=r"must take the run; got: .*prefit_findings"):
        history.record(run())
    with history.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM prefit_runs").scalar() == 0


def test_older_database_is_migrated(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that an older version kept is there after the tables have changed, and runs are kept on."""
    history = open_history(url)
    history.record(run())
    newer = (*schema.MIGRATIONS, ("ALTER TABLE prefit_runs ADD COLUMN host TEXT", "CREATE TABLE extra (id {key})"))
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    migrated = open_history(url)
    with migrated.engine.connect() as connection:
        assert schema.version_of(connection) == len(newer)
        assert connection.exec_driver_sql("SELECT host FROM prefit_runs").scalar() is None
    migrated.record(run(1))
    assert migrated.runs("customers") == [run(), run(1)]


def test_failed_migration_leaves_the_database_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration is made whole or not at all."""
    history = open_history(url)
    history.record(run())
    with monkeypatch.context() as patch:
        broken = (*schema.MIGRATIONS, ("CREATE TABLE extra (id {key})", "ALTER TABLE nowhere ADD COLUMN a TEXT"))
        patch.setattr(schema, "MIGRATIONS", broken)
        with pytest.raises(UsageError, match=r"in which tables can be made; got: .*nowhere"):
            open_history(url)
    assert open_history(url).runs("customers") == [run()]
    with history.engine.connect() as connection:
        assert schema.version_of(connection) == len(schema.MIGRATIONS)


def test_newer_database_is_refused(url: str) -> None:
    """A database of a version that this prefit does not know is left alone."""
    with open_history(url).engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO prefit_schema (version) VALUES (99)")
    with pytest.raises(UsageError, match=r"must be of schema version 1 or older; got 99, made by a newer prefit"):
        open_history(url)


def test_sqlite_lets_readers_read_while_one_writes(tmp_path: Path) -> None:
    """The file keeps a write-ahead log, so that a reader sees the last state and does not wait."""
    path = tmp_path / "history.db"
    history = open_history(f"sqlite:///{path}")
    history.record(run())
    with sqlite3.connect(path, isolation_level=None) as writer:
        assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        writer.execute("BEGIN IMMEDIATE")
        assert history.runs("customers") == [run()]
        writer.execute("ROLLBACK")
    writer.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("history.db", "must be the URL of a database; got something else"),
        ("mysql://ada:secret@host/db", "must be in SQLite or PostgreSQL; got a mysql:// URL"),
        ("postgresql://ada:secret@host:port/db", "must be the URL of a database; got something else"),
        ("sqlite://", "must be kept in a file; got a SQLite database in memory"),
        ("sqlite:///:memory:", "must be kept in a file"),
        ("sqlite:///history.db?mode=ro", "must be named by a path alone; got a query behind it"),
        ("sqlite:////nowhere/at/all/history.db", "must be in a folder that is there; got none"),
    ],
)
def test_wrong_urls_are_refused_without_login(url: str, message: str) -> None:
    """The message says what is wrong and what to write, and no part of a login."""
    with pytest.raises(UsageError, match=message) as refused:
        open_history(url)
    assert "secret" not in str(refused.value)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file of another kind, a folder and a file that is not there are each refused and not touched."""
    other = tmp_path / "notes.txt"
    other.write_text("these are notes, and no database" * 40)
    with pytest.raises(UsageError, match="must be a database that can be opened; got: file is not a database"):
        open_history(f"sqlite:///{other}")
    with pytest.raises(UsageError, match="unable to open database file"):
        open_history(f"sqlite:///{tmp_path}")
    with pytest.raises(UsageError, match="must be in a file that is there; got none"):
        open_history(f"sqlite:///{tmp_path / 'none.db'}", reads_only=True)
    assert other.read_text().startswith("these are notes")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_logins_are_not_said(postgres: str, postgres_session: Postgres) -> None:
    """A refused login, a missing database and a dead port are told by host and database alone."""
    with postgres_session.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'topsecret'")
    name = postgres.rpartition("/")[2]
    urls = {
        postgres_session.url(name, login="prefit_tester:wrongsecret"): "password authentication failed",
        postgres_session.url("nowhere"): "does not exist",
        postgres_session.url(name, login="reader:topsecret"): "permission denied",
        f"postgresql://ada:topsecret@127.0.0.1:1/{name}?password=othersecret": "refused",
    }
    for url, why in urls.items():
        with pytest.raises(UsageError, match=why) as refused:
            open_history(url)
        for secret in ("secret", "prefit_tester", "pass/word", "pass%2Fword", "ada"):
            assert secret not in str(refused.value).replace("nowhere", "")
        assert "postgresql://127.0.0.1:" in str(refused.value)
    history = open_history(postgres)
    assert "pass" not in repr(history)
    assert history.place.shown == f"postgresql://127.0.0.1:{postgres_session.port}/{name}"


def test_user_who_may_not_write_is_refused_before_the_work(postgres: str, postgres_session: Postgres) -> None:
    """Tables that can be read and not written are found out when the history is opened; reading it is allowed."""
    open_history(postgres).record(run())
    name = postgres.rpartition("/")[2]
    with postgres_session.connect(name) as connection:
        connection.execute("DROP ROLE IF EXISTS onlooker")
        connection.execute("CREATE ROLE onlooker LOGIN PASSWORD 'x'")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO onlooker")
    url = postgres_session.url(name, login="onlooker:x")
    with pytest.raises(UsageError, match="must be writable; got: permission denied"):
        open_history(url)
    assert open_history(url, reads_only=True).runs("customers") == [run()]
    with postgres_session.connect(name) as connection:
        connection.execute("DROP OWNED BY onlooker")
        connection.execute("DROP ROLE onlooker")


def test_reading_leaves_other_databases_alone(url: str) -> None:
    """`prefit history` makes no table in a database that has no history, and says so."""
    with open_history(url).engine.begin() as connection:
        for table in ("prefit_findings", "prefit_classes", "prefit_runs", "prefit_schema"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("CREATE TABLE users (id INTEGER)")
    with pytest.raises(UsageError, match="must hold runs of prefit; got a database without its tables"):
        open_history(url, reads_only=True)
    with parse_place(url).engine().connect() as connection:
        assert inspect(connection).get_table_names() == ["users"]


def test_history_in_a_folder_that_cannot_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No log is made beside it."""
    folder = tmp_path / "kept #1"
    folder.mkdir()
    open_history(f"sqlite:///{folder}/history.db").record(run())
    monkeypatch.setattr(os, "access", lambda *_: False)
    history = open_history(f"sqlite:///{folder}/history.db", reads_only=True)
    with history.engine.connect() as connection:
        assert history.runs("customers") == [run()]
        with pytest.raises(OperationalError, match="readonly"):
            connection.exec_driver_sql("DELETE FROM prefit_runs")


def test_login_of_one_letter_leaves_messages_readable() -> None:
    """Only whole words are blanked for it."""
    place = parse_place("postgresql://a:b@127.0.0.1:1/x")
    with pytest.raises(UsageError, match=r'role "\.\.\." failed; because it is') as refused, place.told("be open"):
        raise sqlite3.OperationalError('role "a" failed\n\tbecause it is\n')
    assert "\t" not in str(refused.value)
