"""The gate in a real Airflow, in an environment of its own: what each run of a DAG comes to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import prefit

ROOT = Path(__file__).parents[2]


def airflow_python() -> str:
    """Return an interpreter that has Airflow, whose libraries prefit's would not go with."""
    given = os.environ.get("PREFIT_AIRFLOW_PYTHON") or str(ROOT / ".venv" / "airflow" / "bin" / "python")
    if not Path(given).exists():
        pytest.fail(
            f"no Airflow at {given}: `make test` installs it in .venv/airflow, or set PREFIT_AIRFLOW_PYTHON",
            pytrace=False,
        )
    return given


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of data: good, not ready, with a broken part, and an interpreter that is killed once."""
    folder = tmp_path_factory.mktemp("airflow")
    draw = np.random.default_rng(3)
    x = draw.normal(size=(400, 3))
    y = np.where(x[:, 0] + 0.3 * draw.normal(size=400) > 0, "yes", "no")
    good = pa.table({**{f"x{place}": x[:, place] for place in range(3)}, "y": y})
    pq.write_table(good, folder / "good.parquet")
    pq.write_table(good.set_column(3, "y", pa.array(["yes"] * 400)), folder / "bad.parquet")
    customers = good.rename_columns(["age", "visits", "spent", "churned"])
    pq.write_table(customers.append_column("customer", pa.array(range(400))), folder / "customers.parquet")
    (folder / "parts").mkdir()
    for part in "abc":
        pq.write_table(good, folder / "parts" / f"{part}.parquet", compression="none")
    written = (folder / "parts" / "b.parquet").read_bytes()
    (folder / "parts" / "b.parquet").write_bytes(written[:4] + bytes(396) + written[400:])  # of its first page
    killed = folder / "killed_once"
    killed.write_text(
        f'#!/bin/sh\n[ -e "{folder}/was_killed" ] || {{ touch "{folder}/was_killed"; kill -9 $$; }}\n'
        f'exec "{sys.executable}" "$@"\n'
    )
    killed.chmod(0o755)
    sleeps = folder / "sleeps"
    sleeps.write_text(f'#!/bin/sh\nsleep 60\ntouch "{folder}/slept"\n')
    sleeps.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def runs(place: Path) -> dict[str, Any]:
    """Run all the DAGs, in an Airflow of their own."""
    dags = place / "dags"
    dags.mkdir()
    for file in ("tests/integrations/airflow_runs.py", "docs/examples/airflow_dag.py"):
        shutil.copy(ROOT / file, dags)
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")} | {
        "AIRFLOW_HOME": str(place / "home"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "OMP_NUM_THREADS": "1",
        "PREFIT_TEST_FOLDER": str(place),
        "PREFIT_TEST_PYTHON": sys.executable,
        "PYTHONWARNINGS": "ignore",
    }
    for args in (["-m", "airflow", "db", "migrate"], [str(dags / "airflow_runs.py")]):
        command = [airflow_python(), *args]
        done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=place, check=False)
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    (place / "log.txt").write_text(done.stdout + done.stderr)
    return dict(json.loads((place / "results.json").read_text()))


def states(run: dict[str, Any]) -> tuple[str, str, str, int]:
    """Return how a run, its gate and what follows ended, and the tries of the gate."""
    return (run["run"], run["gate"], run["after"], run["tries"])


def test_ready_data_let_the_training_begin(runs: dict[str, Any], place: Path) -> None:
    """The value of the task is small, and names the report that was written where the template says."""
    run = runs["ready"]
    assert states(run) == ("success", "success", "success", 1)
    value = run["value"]
    assert (value["exit_code"], value["dataset"]["rows"], value["dataset"]["target"]) == (0, 400, "y")
    assert len(json.dumps(value)) < 2000
    report = json.loads(Path(value["report"], "report.json").read_text())
    assert (report["verdict"], report["counts"]) == (value["verdict"], value["counts"])
    assert Path(value["report"]).parent == place / "reports"


def test_data_that_are_not_ready_end_the_run_at_once(runs: dict[str, Any], place: Path) -> None:
    """No retry is taken, the value says why, and the report lies in the object store."""
    run = runs["not ready"]
    assert states(run) == ("failed", "failed", "upstream_failed", 1)
    assert (run["value"]["verdict"], run["value"]["exit_code"]) == ("not_ready", 1)
    assert run["value"]["report"] == f"file://{place}/reports/bad"
    names = {path.name for path in (place / "reports" / "bad").iterdir()}
    assert {"index.html", "report.json", "summary.md"} <= names


def test_soft_fail_skips_what_follows(runs: dict[str, Any]) -> None:
    """The run goes on without the training, and the value is there all the same."""
    run = runs["skipped"]
    assert states(run) == ("success", "skipped", "skipped", 1)
    assert (run["value"]["verdict"], run["value"]["report"]) == ("not_ready", None)


def test_unknown_verdict_ends_the_run(runs: dict[str, Any]) -> None:
    """Where a part of the data cannot be read, nothing is waved through."""
    run = runs["cannot tell"]
    assert states(run) == ("failed", "failed", "upstream_failed", 1)
    assert (run["value"]["verdict"], run["value"]["exit_code"]) == ("cannot_tell", 3)


def test_unreadable_input_fails_at_once_even_when_soft(runs: dict[str, Any]) -> None:
    """There is no verdict that could be overlooked."""
    assert states(runs["unreadable"]) == ("failed", "failed", "upstream_failed", 1)
    assert runs["unreadable"]["value"] is None


def test_unreadable_input_is_tried_again_when_asked(runs: dict[str, Any]) -> None:
    """All retries are taken."""
    assert runs["unreadable, tried again"]["tries"] > 1
    assert runs["unreadable, tried again"]["gate"] != "success"


def test_wrong_option_fails_at_once(runs: dict[str, Any], place: Path) -> None:
    """A misspelt option is no matter of luck; the log has what prefit says."""
    assert states(runs["wrong option"]) == ("failed", "failed", "upstream_failed", 1)
    assert "No such option '--levle'" in (place / "log.txt").read_text()


def test_process_that_was_killed_is_tried_again(runs: dict[str, Any]) -> None:
    """A fault of the machine says nothing of the data."""
    run = runs["killed once"]
    assert states(run) == ("success", "success", "success", 2)


def test_missing_interpreter_is_no_verdict(runs: dict[str, Any]) -> None:
    """It is tried again, and never passes."""
    assert runs["no interpreter"]["gate"] != "success"
    assert runs["no interpreter"]["tries"] > 1


def test_task_that_runs_out_of_time_ends_the_check(runs: dict[str, Any], place: Path) -> None:
    """The execution_timeout of Airflow holds for the process."""
    assert runs["out of time"]["gate"] == "failed"
    assert not (place / "slept").exists()


def test_relative_report_lies_in_the_working_directory(runs: dict[str, Any], place: Path) -> None:
    """Its place is told so that other tasks find it."""
    assert states(runs["relative report"]) == ("success", "success", "success", 1)
    assert runs["relative report"]["value"]["report"] == str(place / "reports" / "relative")


@pytest.mark.parametrize("name", ["decorated", "decorated by name"])
def test_function_names_the_data(runs: dict[str, Any], name: str) -> None:
    """The decorator works by import, and by the name that the provider gives it."""
    assert (runs[name]["gate"], runs[name]["value"]["dataset"]["rows"]) == ("success", 400)


def test_example_of_the_documentation_runs(runs: dict[str, Any], place: Path) -> None:
    """Its gate passes, and its report is kept under the name of the run."""
    value = runs["example"]["value"]
    assert runs["example"]["run"] == "success"
    assert Path(value["report"], "index.html").exists()
    assert "training on 400 rows" in (place / "log.txt").read_text()


def test_airflow_lists_the_provider(runs: dict[str, Any]) -> None:
    """The entry point is found, with the version of prefit."""
    assert runs["provider"]["version"] == prefit.__version__
