"""A training plan is read from tables and from KEY=VALUE alike, and what makes no sense is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from prefit.errors import UsageError
from prefit.plan import TrainingPlan
from prefit.plan_values import training_plan


def test_nothing_given_is_the_default_plan() -> None:
    """A plan that says nothing is the one of the documentation."""
    plan = training_plan({})
    assert plan == TrainingPlan()
    assert (plan.depth, plan.width, plan.batch_size, plan.epochs) == (3, 64, 32, 10)


def test_texts_and_tables_give_the_same_plan() -> None:
    """What the command line writes as text the configuration writes as numbers."""
    written = training_plan(["depth=5", "learning_rate=1e-2", "activation=tanh", "dropout=0.5"])
    assert written == training_plan({"depth": 5, "learning_rate": 0.01, "activation": "tanh", "dropout": 0.5})
    layered = training_plan(["normalization=batch", "skip=true", "schedule=cosine"])
    assert layered == training_plan({"normalization": "batch", "skip": True, "schedule": "cosine"})
    assert training_plan(["skip=false"]) == TrainingPlan()
    assert training_plan(written) == written


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dept": 3}, "Did you mean 'depth'"),
        ({"depth": 0}, "from 1 to 200"),
        ({"depth": 2.5}, "a whole number"),
        ({"epochs": True}, "a whole number"),
        ({"learning_rate": -1}, "learning_rate must be a number"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number"),
        ({"activation": "rely"}, "Did you mean 'relu'"),
        ({"skip": 1}, "skip must be true or false"),
        (["skip=yes"], "skip must be true or false"),
        ({"normalization": True}, "normalization must be a known one"),
        ({"depth": 200, "width": 4096}, "Lower depth or width"),
        (["depth"], "KEY=VALUE"),
        (3, "KEY=VALUE"),
    ],
)
def test_what_makes_no_sense_is_refused(given: Any, said: str) -> None:
    """The message names the key, the value and what is allowed."""
    with pytest.raises(UsageError, match=said):
        training_plan(given)


@pytest.mark.parametrize(("optimizer", "rate"), [("adam", 1e-3), ("rmsprop", 1e-3), ("sgd", 1e-2), ("momentum", 1e-2)])
def test_learning_rate_that_is_left_open_follows_the_optimizer(optimizer: str, rate: float) -> None:
    """Auto is 1e-3 for Adam and RMSProp, and 1e-2 otherwise."""
    assert training_plan({"optimizer": optimizer, "learning_rate": "auto"}).step_size == rate


@pytest.mark.parametrize(("activation", "start"), [("relu", "he"), ("tanh", "glorot"), ("sigmoid", "glorot")])
def test_start_that_is_left_open_follows_the_activation(activation: str, start: str) -> None:
    """Auto is he for rectified units and glorot otherwise."""
    assert training_plan({"activation": activation}).start == start


def test_steps_count_the_last_batch_of_an_epoch() -> None:
    """A hundred rows in batches of 32 are four steps an epoch."""
    assert TrainingPlan(epochs=3).steps(100) == 12
