"""A gate between the task that makes data and the one that trains on them.

The data need the column ``churned``; the report of every run is kept.
"""

from __future__ import annotations

from airflow.sdk import Param, dag, task

from prefit.integrations.airflow import PrefitOperator


@dag(
    schedule=None,
    params={
        "data": Param("/data/customers.parquet", type="string"),
        "reports": Param("/reports", type="string"),
        "python": Param("/opt/prefit/bin/python", type="string"),
    },
)
def churn_model() -> None:
    """Train a model of churn, if the data allow it."""
    gate = PrefitOperator(
        task_id="gate",
        data="{{ params.data }}",
        target="churned",
        options={"level": "quick", "drop": ["customer"]},
        report="{{ params.reports }}/{{ run_id }}",
        python="{{ params.python }}",
        retries=2,
    )

    @task
    def train(gate: dict) -> str:
        """Train, knowing what was found."""
        return f"training on {gate['dataset']['rows']} rows, {gate['counts']['warn']} warnings: {gate['report']}"

    train(gate.output)


churn_model_dag = churn_model()
