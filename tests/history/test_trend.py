"""`prefit history` shows the runs over a data set, and which figures left their past."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from tests.conftest import Outcome
from tests.history.builders import history as batches
from tests.history.builders import run as made

import prefit
from prefit.formats import trend
from prefit.past import Estimate, Event
from prefit.records import open_history

Run = Callable[..., Outcome]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return a history of eight runs, the last of which lost most of its rows."""
    url = f"sqlite:///{tmp_path / 'history.db'}"
    history = open_history(url)
    for number, figures in enumerate(batches(8)):
        changed = {name: getattr(figures, name) for name in ("n_rows", "missing", "class_shares", "score")}
        history.record(made(number, **changed | ({"n_rows": 900} if number == 7 else {})))
    history.record(made(0, dataset="others"))
    return url


def test_text_shows_each_figure_and_each_run(run: Run, url: str) -> None:
    """A line for rows, forecast, classes and gaps, a row for each run, and the departure in that of the last."""
    outcome = run("history", "customers", "--history", url)
    lines = outcome.out.splitlines()
    assert outcome.code == 0
    assert lines[0] == "customers · 8 runs"
    for label in ("rows", "forecast balanced accuracy", "class 1 #no", "class 2 #yes", "missing in age"):
        (line,) = [line for line in lines if line.startswith(f"{label} ")]
        assert any(bar in line for bar in "▁▂▃▄▅▆▇█")
    runs = [line for line in lines if line.startswith("2027-01-01 00:0")]
    assert len(runs) == 8
    assert [("rows 900" in line) for line in runs] == [False] * 7 + [True]
    assert "\x1b" not in outcome.out


def test_json_has_all_that_is_kept(run: Run, url: str) -> None:
    """Programs get the runs with their figures, findings and departures."""
    content = json.loads(run("history", "customers", "--history", url, "--format", "json", "--last", 2).out)
    assert content["dataset"] == "customers"
    assert [entry["created"][14:16] for entry in content["runs"]] == ["06", "07"]
    last = content["runs"][-1]
    assert last["rows"] == 900
    assert last["forecast"].keys() == {"metric", "mean", "low", "high"}
    assert last["findings"][0] == {"check": "missing-values", "status": "warn", "columns": ["age", 'quo"te, é']}
    assert [departure["group"] for departure in last["departures"]] == ["rows"]
    assert last["label_noise"] is None


def test_last_runs_are_judged_by_all_before(url: str) -> None:
    """What is shown does not change what is judged."""
    assert prefit.history("customers", url, last=1) == prefit.history("customers", url)[-1:]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["custmers"], r"has no run over 'custmers'; data sets: customers, others\. Did you mean 'customers'\?"),
        (["customers", "--last", "0"], "0 is not in the range x>=1"),
        (["customers", "--format", "xml"], "'xml' is not one of"),
        (["customers", "--history", "sqlite:///none.db"], "must be in a file that is there"),
        (["customers", "--config", "none.toml"], "configuration 'none.toml' is not there"),
    ],
)
def test_wrong_usage_is_refused(
    run: Run, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    """Exit code 2, with the names that are there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prefit.toml").write_text(f'history = "{url}"\n')
    outcome = run("history", *arguments)
    assert outcome.code == 2
    assert re.search(message, outcome.err), outcome.err


def test_empty_and_unnamed_histories_are_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to begin."""
    monkeypatch.chdir(tmp_path)
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    open_history(empty)
    outcome = run("history", "customers", "--history", empty)
    assert (outcome.code, "it holds no run at all. Keep one: prefit check DATA --history" in outcome.err) == (2, True)
    outcome = run("history", "customers")
    assert (outcome.code, "history must be named; got none" in outcome.err) == (2, True)


def test_hostile_names_do_nothing() -> None:
    """Names of data sets, columns and classes cannot steer the terminal, and gaps are drawn as gaps."""
    name = "\x1b[31mred\n[bold]"
    events = [
        Event(made(number, dataset=name, missing={name: number / 10}, class_shares={name: 1.0}, **changed), ())
        for number, changed in enumerate([{"score": None, "metric": None}, {"noise": Estimate(0.1, 0.0, 0.2)}, {}])
    ]
    text = trend.render(name, events, "text", console=Console(width=120, force_terminal=False))
    assert "\x1b" not in text
    assert r"\x1b[31mred\n[bold]" in text
    assert "·▄▄" in text


def test_limits_of_the_configuration_judge(run: Run, url: str, tmp_path: Path) -> None:
    """The command agrees with the check that the same file sets."""
    config = tmp_path / "limits.toml"
    config.write_text(f'history = "{url}"\n[checks.history-anomaly]\nmin_rows_change = 5.0\n')
    assert prefit.history("customers", url)[-1].departures
    assert not prefit.history("customers", config=config)[-1].departures
    assert "rows 900" not in run("history", "customers", "--config", config).out
    with pytest.raises(prefit.UsageError, match="last must be a whole number of at least 1; got 0"):
        prefit.history("customers", url, last=0)
