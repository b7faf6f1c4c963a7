"""Reports in MLflow: the verdict as tags, figures as metrics, the pages as artifacts of a run.

::

    python -m prefit.integrations.mlflow readiness/ --experiment churn

Only MLflow is needed beside prefit itself (``pip install --no-deps prefit``), so that the report may come from another
environment than the one that tracks.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from prefit.errors import PrefitError, UsageError
from prefit.integrations.commands import exit_code_of
from prefit.integrations.written import AnyReport, files_of, plain

__all__ = ["log_report", "main", "metrics", "tags"]

_DEFAULT_EXPERIMENT = "0"
_UNFIT = re.compile(r"[^\w.\- /]")
"""What MLflow does not take in the name of a metric."""

_LOGIN = re.compile(r"://[^\s/@]*@")


def log_report(
    report: AnyReport,
    *,
    tracking_uri: str | None = None,
    experiment: str | None = None,
    run_id: str | None = None,
    run_name: str | None = None,
    artifact_path: str = "prefit",
) -> str:
    """Log a report to MLflow, into the run that is active, the one that is named, or a new one.

    Parameters
    ----------
    report : Report, or path
        A report, or the folder that ``--output`` named.
    tracking_uri : str, optional
        Default that of MLflow (``MLFLOW_TRACKING_URI``).
    experiment : str, optional
        Name of the experiment of a new run, which is made if it is not there; default that of the environment
        (``MLFLOW_EXPERIMENT_NAME``, ``MLFLOW_EXPERIMENT_ID``).
    run_id : str, optional
        A run to log into; it stays as it is otherwise.
    run_name : str, optional
        Name of a new run.
    artifact_path : str, default "prefit"
        Folder of the artifacts.

    Returns
    -------
    str
        Number of the run.

    Raises
    ------
    UsageError
        If MLflow is not installed.
    InputError
        If there is no report.
    """
    found = plain(report)
    if find_spec("mlflow") is None:
        raise UsageError("logging to MLflow needs the library mlflow; got none. Run: pip install mlflow.")
    import mlflow
    from mlflow.entities import Metric, RunTag
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri)
    active = mlflow.active_run() if run_id is None and tracking_uri is None else None
    into = run_id or (active.info.run_id if active else None)
    run = into or client.create_run(_experiment(client, experiment), run_name=run_name).info.run_id
    try:
        moment = int(client.get_run(run).info.start_time)
        client.log_batch(
            run,
            metrics=[Metric(name, value, moment, 0) for name, value in metrics(found).items()],
            tags=[RunTag(name, value) for name, value in tags(found).items()],
        )
        with files_of(report) as files:
            for file in files:
                client.log_artifact(run, str(file), artifact_path)
    except BaseException:
        if into is None:
            client.set_terminated(run, "FAILED")
        raise
    if into is None:
        client.set_terminated(run)
    return str(run)


def metrics(report: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of a report under the names that they have in MLflow; what was not measured is left out.

    Examples
    --------
    >>> metrics({"exit_code": 0, "dataset": {"rows": 9, "columns": 2}, "counts": {"warn": 1}, "forecast": None})
    {'prefit.exit_code': 0.0, 'prefit.rows': 9.0, 'prefit.columns': 2.0, 'prefit.warn': 1.0}
    """
    found: dict[str, Any] = {"exit_code": report["exit_code"]}
    found |= {name: report["dataset"].get(name) for name in ("rows", "columns")} | report["counts"]
    forecast = report.get("forecast") or {}
    for family, outlook in (forecast.get("families") or {}).items():
        found |= dict(_of_family(f"forecast.{family}", outlook))
    for name, risk in ((report.get("training") or {}).get("risks") or {}).items():
        found[f"training.{name}"] = risk
    noise = report.get("label_noise") or {}
    found["label_noise.rate"] = (noise.get("rate") or {}).get("mean")
    found["label_noise.rows_flagged"] = noise.get("rows_flagged")
    return {
        f"prefit.{_UNFIT.sub('_', name)}": float(value)
        for name, value in found.items()
        if isinstance(value, (int, float)) and math.isfinite(value)
    }


def tags(report: Mapping[str, Any]) -> dict[str, str]:
    """Return what a report says in words: verdict, reason, data, version."""
    dataset = report["dataset"]
    found = {
        "verdict": report["verdict"],
        "reason": report.get("reason"),
        "version": report.get("prefit_version"),
        "dataset": dataset.get("name"),
        "target": dataset.get("target"),
        "fingerprint": dataset.get("fingerprint"),
        "metric": (report.get("forecast") or {}).get("metric"),
    }
    return {f"prefit.{name}": str(value)[:5000] for name, value in found.items() if value is not None}


def _of_family(prefix: str, outlook: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for kind in ("train", "held_out"):
        for end in ("mean", "low", "high"):
            yield f"{prefix}.{kind}.{end}", (outlook.get(kind) or {}).get(end)
    for name, risk in (outlook.get("risks") or {}).items():
        yield f"{prefix}.risk.{name}", risk


def _experiment(client: Any, name: str | None) -> str:
    name = name or os.environ.get("MLFLOW_EXPERIMENT_NAME")
    if name is None:
        return os.environ.get("MLFLOW_EXPERIMENT_ID", _DEFAULT_EXPERIMENT)
    found = client.get_experiment_by_name(name)
    return str(client.create_experiment(name) if found is None else found.experiment_id)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser("python -m prefit.integrations.mlflow", description="Log a report to MLflow.")
    parser.add_argument("report", help="folder that prefit check --output wrote")
    for name in ("tracking-uri", "experiment", "run-id", "run-name"):
        parser.add_argument(f"--{name}")
    given = vars(parser.parse_args(arguments))

    def tell() -> None:
        try:
            print(log_report(given.pop("report"), **given))  # noqa: T201 (what the command is for)
        except (PrefitError, BrokenPipeError):
            raise
        except Exception as error:  # whatever MLflow, its store or the connection says
            why = _LOGIN.sub("://...@", (str(error).splitlines() or [type(error).__name__])[0][:300]).rstrip(". ")
            raise UsageError(
                f"MLflow must take the report; got: {why}. Check --tracking-uri (MLFLOW_TRACKING_URI), its "
                "credentials, and the experiment or run that was named."
            ) from error

    return exit_code_of(tell)


if __name__ == "__main__":
    sys.exit(main())
