"""Reports in a real MLflow server, logged from its environment, which has no library of prefit's."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import prefit
from prefit.errors import InputNotFound, UnreadableInput, UsageError
from prefit.finding import Finding
from prefit.formats import FORMATS, label_issues
from prefit.integrations import mlflow as tracked
from prefit.integrations.written import _FILE_NAMES, files_of, plain

ROOT = Path(__file__).parents[2]
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1"}


def mlflow_python() -> str:
    """Return an interpreter that has MLflow, which has versions of its own of libraries that prefit uses."""
    given = os.environ.get("PREFIT_MLFLOW_PYTHON") or str(ROOT / ".venv" / "mlflow" / "bin" / "python")
    if not Path(given).exists():
        pytest.fail(
            f"no MLflow at {given}: `make test` installs it in .venv/mlflow, or set PREFIT_MLFLOW_PYTHON", pytrace=False
        )
    return given


@pytest.fixture(scope="module")
def report() -> prefit.Report:
    """Return a report with a forecast."""
    draw = np.random.default_rng(5)
    x = draw.normal(size=300)
    y = np.where(x + 0.5 * draw.normal(size=300) > 0, "yes", "no")
    return prefit.check(pa.table({"x": x, "z": draw.normal(size=300), "y": y}), target="y", budget="2s", workers=1)


@pytest.fixture(scope="module")
def folder(report: prefit.Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that it was written to."""
    place = tmp_path_factory.mktemp("readiness")
    report.save(place)
    (place / "train.csv").write_text("secret\n")
    return place


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a server and give its address."""
    place = tmp_path_factory.mktemp("mlflow")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += [
        "--backend-store-uri",
        f"sqlite:///{place}/runs.db",
        "--artifacts-destination",
        str(place / "artifacts"),
    ]
    process = subprocess.Popen(
        [mlflow_python(), "-m", "mlflow", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=place,
        env=os.environ | QUIET,
        start_new_session=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    rest = threading.Thread(target=said.extend, args=(process.stdout,))  # a full pipe would stop it
    try:
        for line in process.stdout:
            said.append(line)
            if "Application startup complete" in line:
                break
        else:
            pytest.fail("".join(said))
        rest.start()
        yield f"http://127.0.0.1:{port}"
        os.killpg(process.pid, signal.SIGTERM)
        rest.join()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def asked(server: str, question: str) -> Any:
    """Return what the server says."""
    with urllib.request.urlopen(f"{server}/api/2.0/mlflow/{question}", timeout=30) as answer:
        return json.load(answer)


def in_mlflow(server: str, *command: str) -> str:
    """Run a command in the environment of MLflow, and return what it prints."""
    env = os.environ | QUIET | {"MLFLOW_TRACKING_URI": server}
    done = subprocess.run([mlflow_python(), *command], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_report_becomes_a_run(server: str, folder: Path, report: prefit.Report) -> None:
    """Its figures are metrics, its words tags, its files artifacts of a run that has ended."""
    run_id = in_mlflow(server, "-m", "prefit.integrations.mlflow", str(folder), "--experiment", "churn")
    run = asked(server, f"runs/get?run_id={run_id}")["run"]
    experiment = asked(server, "experiments/get-by-name?experiment_name=churn")["experiment"]
    assert (run["info"]["status"], run["info"]["experiment_id"]) == ("FINISHED", experiment["experiment_id"])
    found = {metric["key"]: metric["value"] for metric in run["data"]["metrics"]}
    assert found == pytest.approx(tracked.metrics(report.to_dict()))
    assert found["prefit.rows"] == 300
    assert 0.5 < found["prefit.forecast.linear.held_out.mean"] < 1
    words = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
    assert (words["prefit.verdict"], words["prefit.reason"]) == (report.verdict, report.reason)
    files = asked(server, f"artifacts/list?run_id={run_id}&path=prefit")["files"]
    written = {f"prefit/{path.name}" for path in folder.iterdir()}
    assert {file["path"] for file in files} == written - {"prefit/train.csv"}


@pytest.mark.parametrize(
    ("server_uri", "arguments"),
    [("{server}", ["--run-id", "nobody"]), ("nowhere://me:sesame@host", ["--experiment", "churn"])],
)
def test_what_mlflow_refuses_is_told_in_one_line(
    server: str, folder: Path, server_uri: str, arguments: list[str]
) -> None:
    """With exit code 2, and without a login."""
    env = os.environ | QUIET | {"MLFLOW_TRACKING_URI": server_uri.format(server=server)}
    command = [mlflow_python(), "-m", "prefit.integrations.mlflow", str(folder), *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("prefit: MLflow must take the report; got: ")
    assert done.stderr.count("\n") == 1
    assert "sesame" not in done.stderr


def test_report_is_logged_into_the_active_run(server: str, folder: Path) -> None:
    """The run of a training stays open, and gets what was found before it."""
    code = (
        "import mlflow, sys; from prefit.integrations.mlflow import log_report\n"
        "with mlflow.start_run() as run:\n"
        "    assert log_report(sys.argv[1]) == run.info.run_id\n"
        "    assert mlflow.get_run(run.info.run_id).info.status == 'RUNNING'\n"
        "    mlflow.log_metric('accuracy', 0.9)\n"
        "print(run.info.run_id)"
    )
    run = asked(server, f"runs/get?run_id={in_mlflow(server, '-c', code, str(folder))}")["run"]
    assert {"accuracy", "prefit.exit_code"} <= {metric["key"] for metric in run["data"]["metrics"]}


def test_figures_that_were_not_measured_are_left_out(report: prefit.Report) -> None:
    """There is no zero in their place."""
    bare = report.to_dict() | {"forecast": None, "training": None, "label_noise": None}
    assert {name.split(".")[1] for name in tracked.metrics(bare)} == {
        "exit_code", "rows", "columns", "fail", "warn", "pass", "skip", "error",
    }  # fmt: skip


@pytest.mark.parametrize(("change", "code"), [({"strict": True}, 1), ({"history": {"error": "no such host"}}, 2)])
def test_exit_code_is_that_of_the_run(report: prefit.Report, change: dict[str, Any], code: int) -> None:
    """At risk under --strict, and a history that could not be kept, are no 0."""
    warned = replace(report, findings=(Finding(check="outliers", status="warn", message="m"),), **change)
    assert tracked.metrics(warned.to_dict())["prefit.exit_code"] == code


def test_names_fit_mlflow(report: prefit.Report) -> None:
    """The name of your own model may hold what MLflow does not take."""
    forecast = {"families": {"shop.models:make (v2)": {"held_out": {"mean": 0.5}}}}
    names = tracked.metrics(report.to_dict() | {"forecast": forecast})
    assert names["prefit.forecast.shop.models_make _v2_.held_out.mean"] == 0.5


def test_missing_library_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lacks MLflow is told what to install."""
    monkeypatch.setattr("prefit.integrations.mlflow.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="pip install mlflow"):
        tracked.log_report(folder)


def test_report_is_the_same_in_memory_and_in_its_folder(report: prefit.Report, folder: Path) -> None:
    """Also the files of both."""
    assert plain(report)["findings"] == plain(folder)["findings"] == plain(folder / "report.json")["findings"]
    with files_of(report) as written:
        assert {"index.html", "report.json"} <= {file.name for file in written if file.exists()}
    assert not written[0].exists()


def test_only_files_of_the_report_are_its_files(tmp_path: Path) -> None:
    """Data, models and keys that lie beside it stay where they are."""
    assert set(_FILE_NAMES) == {*FORMATS.values(), label_issues.FILE_NAME}
    for name in (*_FILE_NAMES, "train.csv", ".env"):
        (tmp_path / name).touch()
    for place in (tmp_path, tmp_path / "report.json"):
        with files_of(place) as found:
            assert {file.name for file in found} == set(_FILE_NAMES)
    with files_of(tmp_path / "train.csv") as found:
        assert found == [tmp_path / "train.csv"]


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    """Nothing, and JSON of another kind, are named."""
    with pytest.raises(InputNotFound, match=r"report.json must be a report; got nothing there"):
        plain(tmp_path)
    (tmp_path / "report.json").write_text("[]")
    with pytest.raises(UnreadableInput, match="got something else"):
        plain(tmp_path)
    assert tracked.main([str(tmp_path)]) == 2
