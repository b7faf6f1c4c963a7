"""What a run says of a network of the user that cannot be trained, whatever is selected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.dummy import DummyClassifier
from tests.probes.own_network.modules import Raising, good

import prefit
from prefit.config import make_options
from prefit.errors import UsageError
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
    told = [found for found in report.findings if found.check in {"model-failed", *RISKS}]
    assert {found.status for found in told} in ({"skip"}, {"fail"})
    assert all("The network 'Raising' could not take a step: KeyError" in found.message for found in told)
    assert report.verdict not in ("ready", "at_risk")


def test_network_that_can_be_trained_is_judged_by_the_training_checks_alone() -> None:
    """Its own probe is what they see, also where ``model-failed`` is not selected."""
    report = prefit.check(table(), target="y", model=[good], budget="2s", only=["training"])
    assert not [found for found in report.findings if found.check in RISKS and found.status == "skip"]
    assert report.training is not None
    assert [network["name"] for network in report.training["networks"]] == ["good"]


@pytest.mark.parametrize("models", [[Raising], [good, Raising]], ids=["alone", "beside another"])
def test_network_that_raises_is_told_whatever_is_selected(models: list[Any]) -> None:
    """Checks of learning curves do not need it, and who names it asks whether it can be trained."""
    report = prefit.check(table(), target="y", model=models, budget="1s", only=["more-data-helps"])
    told = next(found for found in report.findings if found.check == "model-failed")
    assert told.status == "fail"
    assert "The network 'Raising' could not take a step: KeyError" in told.message
    assert report.verdict == "not_ready"


def test_network_that_can_be_trained_adds_no_check() -> None:
    """There is nothing to tell of it."""
    report = prefit.check(table(), target="y", model=[good], budget="1s", only=["more-data-helps"])
    assert {found.check for found in report.findings} == {"more-data-helps"}


class Fitted(DummyClassifier):
    """Learns by fit alone."""


@pytest.mark.parametrize(
    ("model", "only"), [(good, "size"), (good, "loss-function"), (Fitted, "loss-function"), (Fitted, "flat-loss-risk")]
)
def test_model_that_no_check_would_look_at_is_refused(model: Any, only: str) -> None:
    """It would seem to have passed."""
    with pytest.raises(UsageError, match="needs checks that look at it"):
        prefit.check(table(), target="y", model=[model], only=[only])


def test_deadline_leaves_no_risks_to_judge() -> None:
    """Neither are the networks probed, nor is anything else judged for them."""
    attempt = Attempt(frozenset({"training", "networks"}), Stopwatch.started(None, -1.0), told=str)
    task = Task(target="y", kind="classification", features=("a", "b"))
    made = of_networks(attempt, None, task, make_options({"target": "y", "model": [good]}))  # type: ignore[arg-type]
    assert made == {"networks": None, "training": None}
    assert attempt.missing["training"].startswith("The deadline struck before own networks")
