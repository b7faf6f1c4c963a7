"""The remedies in ``report.json`` and in the judgement, end to end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from tests.checks.built_curves import curves, forecast, judged_curves

import prefit
from prefit import entries
from prefit.checks.curves.overfitting_risk import OverfittingRisk
from prefit.evidence.remedies import Remedy
from prefit.finding import Effect, Finding


def rare() -> pa.Table:
    """Give a label that one row in fifteen has, which two numbers tell roughly."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(700, 3))
    score = x[:, 0] + x[:, 1] + rng.normal(scale=1.2, size=700)
    label = np.where(score > np.quantile(score, 0.93), "yes", "no")
    return pa.table({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "label": label})


@pytest.fixture(scope="module")
def report() -> prefit.Report:
    """Return a report on a rare class."""
    return prefit.check(
        rare(), target="label", model="linear", budget="3s", seed=1, checks={"class-imbalance": {"min_fraction": 0.3}}
    )


def test_a_report_lists_what_was_tried(report: prefit.Report) -> None:
    """Weights for the rare class among them, with the interval of the gain and a sentence."""
    weights = next(entry for entry in report.to_dict()["remedies"] if entry["remedy"] == "class-weights")
    assert weights["status"] == "helps"
    assert weights["effect"]["low"] > 0
    assert "Weigh the classes evenly: it helps: +0." in weights["message"]


def test_the_finding_has_the_gain_of_its_remedy(report: prefit.Report) -> None:
    """Imbalance costs what the weights bring."""
    weights = next(entry for entry in report.remedies if entry["remedy"] == "class-weights")
    caused = [finding for finding in report.findings if finding.check in weights["causes"] and finding.status != "pass"]
    assert caused
    assert all(finding.effect is not None and finding.effect.delta > 0 for finding in caused)


def test_a_good_column_is_no_leak_to_drop() -> None:
    """What lowers the score by much is told only where a check says that the column gives the target away."""
    effect = Effect(metric="balanced_accuracy", delta=-0.2, low=-0.26, high=-0.14)
    drop = Remedy(
        name="drop-leaks", title="Drop 'a'", causes=("target-leakage",), family="linear", effect=effect, flatters=True
    )  # fmt: skip
    evidence = judged_curves(curves(0.7), remedies=(drop,))
    suspected = Finding(check="target-leakage", status="warn", message="")
    assert entries.remedies(evidence, [replace(suspected, status="pass")]) == []
    assert [entry["status"] for entry in entries.remedies(evidence, [suspected])] == ["honest"]


def remedies(low: float) -> tuple[Remedy, ...]:
    """Return a remedy for overfitting with a gain of 0.04."""
    effect = Effect(metric="balanced_accuracy", delta=0.04, low=low, high=0.08 - low)
    return (
        Remedy(
            name="more-regularization", title="Regularize more", causes=("overfitting-risk",), family="linear",
            code="LogisticRegression(C=0.03)", effect=effect, n_rows=800,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(("low", "status"), [(0.01, "warn"), (-0.01, "pass")])
def test_overfitting_warns_where_a_remedy_surely_helps(low: float, status: str) -> None:
    """A gap that no remedy and no family closes for a gain is no warning."""
    probed = curves(0.7, chosen="linear", forecasts={"linear": forecast(0.7, train=0.95, overfitting=0.9)})
    (finding,) = OverfittingRisk().judge(judged_curves(probed, remedies=remedies(low)))
    assert finding.status == status
    if status == "warn":
        assert "regularize more" in finding.message
        assert finding.effect == remedies(low)[0].effect
