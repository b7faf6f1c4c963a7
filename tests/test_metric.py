"""`metric` and a requirement on it, from the option to the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow as pa
import pytest
from tests.conftest import Outcome

import prefit
from prefit.errors import UsageError
from prefit.formats.json import schema


@pytest.fixture(scope="module")
def report(signal: pa.Table) -> prefit.Report:
    """Return a run that requires more of a metric than there is."""
    return prefit.check(signal, target="label", budget="3s", require="roc_auc>=0.999", only=["curves"])


def test_required_metric_is_forecast_beside_the_score(report: prefit.Report) -> None:
    """The score stays what it is; the entry of the metric meets the schema."""
    content = json.loads(json.dumps(report.to_dict()))
    jsonschema.validate(content, schema())
    assert content["forecast"]["metric"] == "balanced_accuracy"
    assert content["forecast"]["requirement"] == {"metric": "roc_auc", "minimum": 0.999, "maximum": None}
    found = content["forecast"]["beside"]
    assert (found["metric"], found["constant"], found["perfect"]) == ("roc_auc", 0.5, 1.0)
    best = found["families"][found["chosen"]]
    assert best["held_out"]["low"] > 0.7
    assert best["skill"]["mean"] == pytest.approx(2 * best["held_out"]["mean"] - 1)
    assert len(best["curve"]) >= 3


def test_requirement_is_judged_by_its_metric(report: prefit.Report) -> None:
    """The finding tells the forecast of the metric, not that of the score."""
    (found,) = [finding for finding in report.findings if finding.check == "target-out-of-reach"]
    assert found.status in ("warn", "fail")
    assert found.message.startswith("ROC AUC of 0.999 is required and 0.")
    assert report.forecast is not None
    best = report.forecast["beside"]["families"][report.forecast["beside"]["chosen"]]
    assert found.measured == best["held_out"]["mean"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"metric": "rmse"},
            "metric speaks of rmse, but the task is classification; got a wrong metric. Use one of ba",
        ),
        ({"require": "mae<=3"}, "require speaks of mae, but the task is classification"),
        ({"metric": "roc_auc", "task": "regression", "target": "x"}, "but the task is regression.*r2, mae, rmse"),
    ],
)
def test_metric_of_another_task_is_refused(options: dict[str, str], message: str) -> None:
    """Before anything is trained, with the names that would do."""
    random = np.random.default_rng(0)
    table = pa.table({"x": random.normal(size=60), "z": random.normal(size=60), "label": random.integers(0, 3, 60)})
    with pytest.raises(UsageError, match=message):
        prefit.check(table, **{"target": "label", "task": "classification", **options})


def test_metric_of_two_classes_is_refused_for_three() -> None:
    """Which class would be looked for?"""
    random = np.random.default_rng(0)
    table = pa.table({"x": random.normal(size=60), "label": random.choice(["a", "b", "c"], 60)})
    with pytest.raises(UsageError, match=r"f1 tells two classes apart; got a target of 3\. Use f1_macro"):
        prefit.check(table, target="label", metric="f1")


def test_metric_of_a_configuration_is_taken(run: Callable[..., Outcome], tmp_path: Path) -> None:
    """An error of a number, from prefit.toml to report.json."""
    random = np.random.default_rng(0)
    x = random.normal(size=200)
    with (tmp_path / "data.csv").open("w") as file:
        file.writelines(["x,y\n", *(f"{a},{b}\n" for a, b in zip(x, 5 * x + random.normal(size=200), strict=True))])
    (tmp_path / "prefit.toml").write_text('target = "y"\nmetric = "mae"\nbudget = "2s"\nonly = ["no-signal"]\n')
    outcome = run("check", tmp_path / "data.csv", "--config", tmp_path / "prefit.toml", "-o", tmp_path / "out")
    assert outcome.code in (0, 1), outcome.err
    assert "mean absolute error: " in outcome.out
    found = json.loads((tmp_path / "out" / "report.json").read_text())["forecast"]["beside"]
    linear = found["families"]["linear"]["held_out"]
    assert linear["low"] < 0.8 < linear["high"]  # the noise of the amount has a mean absolute deviation of 0.80
    assert found["constant"] > 3
