"""A run is kept after its report is made, is judged by earlier ones, and is not lost in silence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import Outcome
from tests.mutations import clean

import prefit
from prefit.formats.json import schema
from prefit.records import open_history
from prefit.records.store import History

Run = Callable[..., Outcome]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a history that is not there yet."""
    return f"sqlite:///{tmp_path / 'history.db'}"


def batch(number: int, n_rows: int = 600) -> pa.Table:
    """Return one of the batches of a source."""
    return pa.table(clean(n_rows, seed=number))


def check(data: Any, url: str, **options: Any) -> prefit.Report:
    """Judge by a quick run, and keep it."""
    return prefit.check(data, target="y", level="quick", history=url, name="batches", **options)


def anomalies(report: prefit.Report) -> list[str]:
    """Return what the check says that is no pass."""
    return [each.message for each in report.findings if each.check == "history-anomaly" and each.status != "pass"]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a history of six batches of one source."""
    url = f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.db'}"
    for number in range(6):
        assert anomalies(check(batch(number), url)) == []
    return url


def test_summary_is_kept(followed: str) -> None:
    """The history has the verdict, the figures and the findings of each run, and no value of the data."""
    runs = open_history(followed).runs("batches")
    assert [run.verdict for run in runs[:6]] == ["ready"] * 6
    figures = runs[0].figures
    assert (figures.n_rows, figures.target, figures.score, figures.complete) == (600, "y", None, True)
    assert sum(figures.class_shares.values()) == pytest.approx(1)
    assert figures.missing["d"] == pytest.approx(0.05, abs=0.03)
    assert not {"yes", "no"} & set(figures.class_shares)
    assert runs[0].counts["pass"] == sum(mark.status == "pass" for mark in runs[0].marks)


def test_figures_that_leave_their_past_are_findings(followed: str) -> None:
    """Rows that halved, a column of nulls and other classes are warnings, each with its figure and its past."""
    spoilt = clean(250, seed=50)
    spoilt["a"] = pa.array(spoilt["a"], mask=np.arange(250) % 10 > 0)
    spoilt["y"][:200] = "yes"
    messages = sorted(anomalies(check(pa.table(spoilt), followed)))
    assert messages[0].startswith("2 classes have another share of 'y' than before: ")
    assert messages[1].startswith("There are 250 rows, where ")
    assert messages[2].startswith("Values are missing otherwise than before in 1 column: 'a' 90 %, where 0 % to ")
    assert all("after 6 earlier states of these data" in message for message in messages)


def test_forecast_is_followed(url: str) -> None:
    """The history keeps the score forecast of the best family with its interval."""
    report = prefit.check(batch(0), target="y", budget="2s", history=url, name="batches")
    assert report.forecast is not None
    best = report.forecast["families"][report.forecast["best"]]["held_out"]
    (run,) = open_history(url).runs("batches")
    assert run.figures.metric == "balanced_accuracy"
    assert run.figures.score == (best["mean"], best["low"], best["high"])


def test_report_says_where_the_run_is_kept(url: str, tmp_path: Path) -> None:
    """The entry fits the schema; without a history there is none."""
    report = check(batch(0), url)
    assert report.history == {"place": url, "runs": 1, "error": None}
    report.save(tmp_path / "out")
    jsonschema.validate(json.loads((tmp_path / "out" / "report.json").read_text()), schema())
    assert "History: 1 run in sqlite:" in (tmp_path / "out" / "summary.md").read_text()
    assert "History: 1 run in sqlite:" in (tmp_path / "out" / "index.html").read_text()
    assert prefit.check(batch(0), level="quick").history is None


def test_history_keeps_a_run_of_a_database_that_serves_others(postgres: str) -> None:
    """PostgreSQL serves as SQLite does, and no report holds the login."""
    report = check(batch(0), postgres)
    assert (report.exit_code, report.history and report.history["runs"]) == (0, 1)
    assert len(prefit.history("batches", postgres)) == 1
    assert "prefit_tester" not in json.dumps(report.to_dict())


@pytest.mark.parametrize("code", [0, 1])
def test_run_that_cannot_be_kept_is_told(
    run: Run, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """The report is written, the message says what is lost, and the exit code is not 0; the verdict stays."""
    data = tmp_path / "customers.parquet"
    pq.write_table(batch(0, 600 if code == 0 else 20), data)

    def break_down(history: History, kept: object) -> None:
        with history.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE prefit_runs")
        original(history, kept)

    original = History.record
    monkeypatch.setattr(History, "record", break_down)
    outcome = run("check", data, "--target", "y", "--level", "quick", "--history", url, "--output", tmp_path / "out")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["verdict"] == ("ready" if code == 0 else "not_ready")
    assert outcome.code == (2 if code == 0 else 1)
    for said in (outcome.out, *((tmp_path / "out" / name).read_text() for name in ("index.html", "summary.md"))):
        assert "This run is not in its history" in said
    assert "must take the run; got: no such table: prefit_runs" in outcome.err
    assert "no such table" in report["history"]["error"]


def test_history_that_cannot_be_opened_ends_the_run_before_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of a minute must not be lost for want of a place to keep it."""
    monkeypatch.setattr("prefit.gate.open_data", lambda *_, **__: pytest.fail("the data were opened"))
    outcome = run("check", "some.parquet", "--history", "sqlite:////nowhere/history.db", "--output", tmp_path / "out")
    assert outcome.code == 2
    assert "history sqlite:////nowhere/history.db must be in a folder that is there" in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"history": 3}, "history must be the URL of a database; got 3"),
        ({"history": "mongodb://ada:secret@host/db", "name": "x"}, "got a mongodb:// URL"),
        ({"history": "sqlite:///history.db"}, "history needs the name of a data set; got data in memory"),
        ({"name": ["x"]}, "name must be the name of a data set"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], message: str) -> None:
    """They are told from Python as from the command line, without a login."""
    with pytest.raises(prefit.UsageError, match=message) as refused:
        prefit.check(batch(0), level="quick", **options)
    assert "secret" not in str(refused.value)


def test_configuration_names_the_history(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that prefit.toml sends to a history are found by `prefit history` without an option."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prefit.toml").write_text('history = "sqlite:///runs.db"\ntarget = "y"\nlevel = "quick"\n')
    pq.write_table(batch(0), tmp_path / "customers.parquet")
    assert run("check", "customers.parquet").code == 0
    assert "customers · 1 run" in run("history", "customers").out
