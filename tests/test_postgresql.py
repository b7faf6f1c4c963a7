"""The whole gate on a real PostgreSQL: from the command line, with suites, states and test data, and bad input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from tests.conftest import Outcome
from tests.servers import Postgres

import prefit
from prefit.sources.postgresql import relation
from prefit.sources.postgresql.partition import PostgresPartition

Run = Callable[..., Outcome]

SECRETS = ("pass/word", "pass%2Fword", "word%26", "prefit_tester")


@pytest.fixture
def shop(postgres: str, signal: pa.Table) -> str:
    """Return a database with a table of 600 rows."""
    return filled(postgres, signal)


@pytest.fixture(scope="module")
def kept(postgres_session: Postgres, signal: pa.Table) -> str:
    """Return the same, in a database that nothing may change."""
    with postgres_session.connect() as connection:
        connection.execute("CREATE DATABASE gate")
    with postgres_session.connect("gate") as connection:
        connection.execute("CREATE TABLE empty (a int)")
    return filled(postgres_session.url("gate"), signal)


def filled(url: str, table: pa.Table) -> str:
    """Write a table into a database."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("signal", table)
        connection.commit()
    return url


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Return a suite of which one entry fails in every third row or so."""
    rules = [
        {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "colour", "value_set": ["red", "blue"]}},
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "a"}},
    ]
    path = tmp_path / "suite.json"
    path.write_text(json.dumps({"name": "rules", "expectations": rules}))
    return path


def test_gate_runs_and_shows_no_login(run: Run, kept: str, suite: Path, tmp_path: Path) -> None:
    """Data, test data and suite are in the database; the report names the table, and nothing names the user."""
    output = tmp_path / "readiness"
    arguments = ("--target", "label", "--level", "quick", "--expectations", suite, "--output", output, "--verbose")
    test = f"{kept}?table=signal"
    outcome = run("check", f"{kept}?table=public.signal", "--test", test, *arguments, "--state", tmp_path / "states")
    assert outcome.code == 1, outcome
    report = json.loads((output / "report.json").read_text())

    assert report["dataset"]["name"] == "signal"
    [failed] = [finding for finding in report["findings"] if finding["check"] == "expectation-failed"]
    assert failed["status"] == "fail"
    green = [
        row
        for row, colour in enumerate(prefit.open_source(f"{kept}?table=signal").to_table()["colour"].to_pylist())
        if colour == "green"
    ]
    assert report["expectations"]["results"][0]["positions"] == green[:100]
    written = [path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    for text in (outcome.out, outcome.err, *written):
        assert not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize(
    ("what", "arguments", "message"),
    [
        ("?table=empty", [], "data 'empty' must have at least one row; got none"),
        ("?query=SELECT * FROM signal WHERE a > 1e9", [], "must have at least one row; got none"),
        ("?table=signal", ["--target", "lable"], "target 'lable' is not a column; columns: .*Did you mean 'label'"),
        ("?table=signals", [], "table 'signals' must be in .*Did you mean 'signal'"),
        ("?query=DELETE FROM signal", [], "must be one statement, and one that only reads"),
        ("?query=SELECT 1/(a-a) AS x FROM signal", [], "division by zero"),
    ],
)
@pytest.mark.parametrize("command", ["check", "profile"])
def test_bad_input_ends_with_2(
    run: Run, kept: str, tmp_path: Path, command: str, what: str, arguments: list[str], message: str
) -> None:
    """The message says what is wrong and what to do; no report appears."""
    level = ["--level", "quick"] if command == "check" else []
    outcome = run(command, kept + what, *level, *arguments, "--output", tmp_path / "out")
    assert outcome.code == 2, outcome
    assert re.search(message, outcome.err, re.DOTALL), outcome.err
    assert not any(secret in outcome.err for secret in SECRETS)
    assert not (tmp_path / "out").exists()


def test_bad_test_data_are_named(run: Run, kept: str) -> None:
    """Of two sources, the message says which."""
    outcome = run("check", f"{kept}?table=signal", "--test", "postgresql://u:hush@127.0.0.1:1/x?table=t")
    assert (outcome.code, "hush" in outcome.err) == (2, False)
    assert "test data: postgresql://127.0.0.1:1/x must let prefit connect" in outcome.err


def test_configuration_may_name_test_data(run: Run, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A URI stands there as a path does."""
    monkeypatch.chdir(tmp_path)
    Path("prefit.toml").write_text(f'target = "label"\nlevel = "quick"\ntest = "{kept}?table=signal"\n')
    outcome = run("check", f"{kept}?table=signal")
    assert "split-overlap" in outcome.out, outcome


def test_stretch_that_cannot_be_read_is_named(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict cannot tell, and says which column of which stretch it was."""
    monkeypatch.setattr(relation, "_LEAST_CUT_BYTES", 1)
    monkeypatch.setattr(relation, "_STRETCH_BYTES", 1 << 13)
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("ALTER TABLE signal ADD price numeric(9, 2)")
        connection.execute("INSERT INTO signal (a, price) VALUES (1, 'NaN')")
    report = prefit.check(f"{shop}?table=signal", level="quick")
    [finding] = [finding for finding in report.findings if finding.check == "unreadable-partition"]
    assert (report.verdict, report.exit_code) == ("cannot_tell", 3)
    assert "column 'price'" in finding.message
    assert "from row" in finding.message


def test_state_of_a_table_that_did_not_change_is_taken_up(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row is read twice, but for the first ones; after a change all of them are."""
    url = f"{shop}?table=signal"
    first = prefit.profile(url, state=tmp_path)
    monkeypatch.setattr(PostgresPartition, "batches", lambda *_: pytest.fail("rows were read"))
    assert prefit.profile(url, state=tmp_path).fingerprint == first.fingerprint
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("DELETE FROM signal WHERE a > 2")
    with pytest.raises(pytest.fail.Exception, match="rows were read"):
        prefit.profile(url, state=tmp_path)


def test_first_configuration_repeats_no_login(run: Run, kept: str, tmp_path: Path) -> None:
    """What to run next is said without the URI."""
    outcome = run("init", f"{kept}?table=signal", "--output", tmp_path / "prefit.toml")
    assert outcome.code == 0, outcome
    assert not any(secret in outcome.out + (tmp_path / "prefit.toml").read_text() for secret in SECRETS)


def test_promise_of_memory_holds_for_a_database(kept: str) -> None:
    """Batches are as small as they must be."""
    report = prefit.check(f"{kept}?table=signal", level="quick", memory="1.5GB")
    assert report.dataset["rows"] == 600
