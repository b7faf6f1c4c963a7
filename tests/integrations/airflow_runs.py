"""DAGs with gates for a real Airflow; run by an interpreter that has it, from its folder of DAGs, it runs them all.

PREFIT_TEST_FOLDER holds the data, PREFIT_TEST_PYTHON is the interpreter that has prefit.
"""

from __future__ import annotations

import json
import os
import runpy
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow import __version__ as version
from airflow.exceptions import AirflowTaskTimeout
from airflow.providers_manager import ProvidersManager

try:
    from airflow.sdk import DAG, task
except ImportError:  # Airflow 2
    from airflow.decorators import task
    from airflow.models.dag import DAG

from prefit.integrations.airflow import PrefitOperator, prefit_task

FOLDER, PYTHON = os.environ["PREFIT_TEST_FOLDER"], os.environ["PREFIT_TEST_PYTHON"]
IMPORTS = (
    "from airflow.sdk import Param, dag, task",
    "from airflow.decorators import dag, task\nfrom airflow.models.param import Param",
)
"""Where names are in Airflow 3, and where in Airflow 2."""
QUICK = {"level": "quick", "workers": 1}


def gated(name: str, **arguments: Any) -> DAG:
    """Return a DAG of a gate and a task that follows it."""
    with DAG(name, schedule=None, params={"folder": FOLDER}) as dag:
        given = {"python": PYTHON, "target": "y", "options": QUICK, "retries": 2}
        gate = PrefitOperator(task_id="gate", retry_delay=timedelta(milliseconds=1), **(given | arguments))

        @task
        def after() -> None:
            """Train."""

        gate >> after()
    return dag


def decorated(name: str, decorator: Any) -> DAG:
    """Return a DAG whose gate is a function that says where the data are."""
    with DAG(name, schedule=None) as dag:

        @decorator(task_id="gate", python=PYTHON, target="y", options=QUICK)
        def where(folder: str, run_id: str | None = None) -> str:
            return f"{folder}/good.parquet" if run_id else "no context"

        where(FOLDER)
    return dag


GOOD, BAD, NONE = f"{FOLDER}/good.parquet", f"{FOLDER}/bad.parquet", f"{FOLDER}/none.parquet"
DAGS = {
    "ready": gated("ready", data="{{ params.folder }}/good.parquet", report=f"{FOLDER}/reports/{{{{ run_id }}}}"),
    "not ready": gated("not_ready", data=BAD, report=f"file://{FOLDER}/reports/bad"),
    "skipped": gated("skipped", data=BAD, soft_fail=True),
    "cannot tell": gated("cannot_tell", data=f"{FOLDER}/parts"),
    "unreadable": gated("unreadable", data=NONE, soft_fail=True),
    "unreadable, tried again": gated("again", data=NONE, retry_unreadable=True, retries=1),
    "wrong option": gated("wrong", data=GOOD, options={"levle": "quick"}),
    "killed once": gated("killed", data=GOOD, python=f"{FOLDER}/killed_once"),
    "no interpreter": gated("missing", data=GOOD, python="/no/python", retries=1),
    "out of time": gated(
        "late", data=GOOD, python=f"{FOLDER}/sleeps", retries=0, execution_timeout=timedelta(seconds=2)
    ),
    "relative report": gated("relative", data="good.parquet", cwd=FOLDER, report="reports/relative"),
    "decorated": decorated("decorated", prefit_task),
    "decorated by name": decorated("by_name", task.prefit),
}


def outcome(dag: DAG, **options: Any) -> dict[str, Any]:
    """Run a DAG, and return the state, the tries and the value of its gate, and the state of what follows."""
    try:
        run = dag.test(**options)
    except AirflowTaskTimeout:  # only the test run of Airflow 2 lets it through
        return {"gate": "failed"}
    tasks = {found.task_id: found for found in run.get_task_instances()}
    gate = tasks["gate"]
    return {
        "run": str(run.state),
        "gate": str(gate.state),
        "after": str(tasks["after"].state) if "after" in tasks else None,
        "tries": gate.try_number,
        "value": gate.xcom_pull(task_ids="gate", key="return_value"),
    }


def example() -> dict[str, Any]:
    """Run the DAG of the documentation."""
    path = Path(__file__).with_name("airflow_dag.py")
    if version.startswith("2."):
        path.write_text(path.read_text().replace(*IMPORTS))
    found = runpy.run_path(str(path))
    conf = {"data": f"{FOLDER}/customers.parquet", "reports": f"{FOLDER}/reports", "python": PYTHON}
    return outcome(found["churn_model_dag"], run_conf=conf)


def main() -> None:
    """Run them all, and write down what came of each."""
    warnings.simplefilter("ignore")
    results = {name: outcome(dag) for name, dag in DAGS.items()} | {
        "example": example(),
        "provider": {"version": ProvidersManager().providers["prefit"].version},
    }
    Path(FOLDER, "results.json").write_text(json.dumps(results))


if __name__ == "__main__":
    main()
