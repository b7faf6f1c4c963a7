"""What a run says of a network of the user that cannot be trained, whatever is selected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.own_network.modules import Raising, good

import prefit
from prefit.config import make_options
from prefit.measure.attempt import Attempt
from prefit.measure.networks import of_networks
from prefit.stopwatch import Stopwatch
from prefit.task import Task

RISKS = {"flat-loss-risk", "zero-loss-risk", "exploding-gradient-risk", "vanishing-gradient-risk"}


def table() -> pa.Table:
    """Return two classes that a line tells apart."""
    x = np.random.default_rng(0).normal(size=(200, 2))
    return pa.table({"a": x[:, 0], "b": x[:, 1], "y": np.where(x.sum(axis=1) > 0, "yes", "no")})


@pytest.mark.parametrize("chosen", [{"only": ["training"]}, {"skip": ["model-failed"]}])
def test_risks_of_a_network_that_raises_are_not_those_of_another(chosen: dict[str, Any]) -> None:
    """A built-in network is not judged in its place, so that the verdict cannot be ready."""
    report = prefit.check(table(), target="y", model=[Raising], budget="2s", **chosen)
    told = {found.check: found for found in report.findings if found.check in RISKS}
    assert {found.status for found in told.values()} == {"skip"}
    assert "The network 'Raising' could not take a step: KeyError" in told["flat-loss-risk"].message
    assert report.verdict not in ("ready", "at_risk")


def test_network_that_can_be_trained_is_judged_by_the_training_checks_alone() -> None:
    """Its own probe is what they see, also where ``model-failed`` is not selected."""
    report = prefit.check(table(), target="y", model=[good], budget="2s", only=["training"])
    assert not [found for found in report.findings if found.check in RISKS and found.status == "skip"]
    assert report.training is not None
    assert [network["name"] for network in report.training["networks"]] == ["good"]


def test_deadline_leaves_no_risks_to_judge() -> None:
    """Neither are the networks probed, nor is anything else judged for them."""
    attempt = Attempt(frozenset({"training", "networks"}), Stopwatch.started(None, -1.0), told=str)
    task = Task(target="y", kind="classification", features=("a", "b"))
    made = of_networks(attempt, None, task, make_options({"target": "y", "model": [good]}))  # type: ignore[arg-type]
    assert made == {"networks": None, "training": None}
    assert attempt.missing["training"].startswith("The deadline struck before own networks")
