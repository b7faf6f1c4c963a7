"""What the measurements say of the rows that they did not see."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.linear_model import Ridge, SGDClassifier
from tests.profiling.tables import profile

from prefit.config import make_options
from prefit.evidence.training import TrainingEvidence
from prefit.measure.attempt import Attempt
from prefit.measure.curves import measure_curves
from prefit.measure.networks import of_networks, trained_by_steps
from prefit.stopwatch import Stopwatch
from prefit.task import Task


def test_classes_that_the_sample_misses_are_named() -> None:
    """Two rows of a class in 5,000 are in no sample of 200: the forecast must not pass for one of three classes."""
    x = np.random.default_rng(0).normal(size=5_000)
    label = np.where(np.arange(5_000) < 2, "rare", np.where(x > 0, "a", "b"))
    found = profile(pa.table({"x": x, "y": label}), "y", sample_rows=200)
    task = Task(target="y", kind="classification", features=("x",), kinds={"x": "numeric", "y": "categorical"})
    curves = measure_curves(found, task, make_options({"target": "y", "budget": 1}), lambda _share: None)
    assert curves.left_out[0] == "1 of 3 classes: no row of theirs is in the row sample."


def stepped(**options: Any) -> dict[str, Any]:
    """Measure an estimator that learns by steps on a small table."""
    x = np.random.default_rng(0).normal(size=200)
    found = profile(pa.table({"x": x, "y": np.where(x > 0, "a", "b")}), "y")
    task = Task(target="y", kind="classification", features=("x",), kinds={"x": "numeric", "y": "categorical"})
    watch = Stopwatch.started(None, math.inf)
    attempt = Attempt(needed=frozenset({"networks", "training"}), watch=watch, told=str)
    return of_networks(attempt, found, task, make_options({"target": "y", "budget": 1, **options}))


def test_risks_are_those_of_an_estimator_that_learns_by_steps() -> None:
    """It is what will be trained; a plan that says what is to be trained instead keeps its own risks."""
    found = stepped(model=[SGDClassifier()])
    assert isinstance(found["training"], TrainingEvidence)
    assert found["training"].probe is found["networks"][0].probe
    assert stepped(model=[SGDClassifier()], plan={"epochs": 2})["training"].probe.plan.epochs == 2
    assert "training" not in stepped(model=[SGDClassifier()], plan={"depth": 2})


def test_only_what_learns_by_steps_is_stepped() -> None:
    """Other estimators are probed by their learning curves alone."""
    assert stepped(model=[Ridge()]) == {}
    assert [
        own.name for own in trained_by_steps(make_options({"target": "y", "model": [Ridge(), SGDClassifier()]}))
    ] == ["SGDClassifier"]
