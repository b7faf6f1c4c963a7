"""Runs learn, repeat exactly, end where the loss is lost, and show the events of the documentation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.probes.training.rows import of_classes, of_numbers

from prefit.errors import InputError
from prefit.plan_values import training_plan
from prefit.probes.training.events import Course, events
from prefit.probes.training.network import Network
from prefit.probes.training.rows import prepare
from prefit.probes.training.run import run, train

CALM = {"first": 1.2, "quarter": 0.9, "last": 0.5, "largest": 1.2, "gradient_ratio": 0.4, "reference": 1.0}


def test_training_lowers_the_loss_below_that_of_a_constant() -> None:
    """The default plan learns what a line tells."""
    seen = train(of_classes(), training_plan({}), seed=0).trajectory
    assert seen.losses[-1] < 0.5 * seen.reference
    assert seen.steps[-1] == training_plan({}).steps(400)


def test_equal_seeds_train_equal_networks() -> None:
    """Not one weight differs, and another seed gives others."""
    first, again, other = (
        train(of_classes(), training_plan({"dropout": 0.2}), seed=seed).network.parameters for seed in (3, 3, 4)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_run_ends_where_the_loss_is_no_number() -> None:
    """A learning rate of 1,000 loses the weights within a few steps."""
    seen = train(of_numbers(), training_plan({"optimizer": "sgd", "learning_rate": 1000}), seed=0).trajectory
    assert math.isinf(seen.losses[-1])
    assert math.isinf(seen.largest)
    assert seen.steps[-1] < 60


def test_zero_weights_have_a_gradient_ratio_of_zero() -> None:
    """Nothing over nothing counts as nothing."""
    assert train(of_classes(), training_plan({"initialization": "zero"}), seed=0).trajectory.gradient_ratio == 0


def test_linear_network_reaches_the_least_squares_fit() -> None:
    """Gradient descent on one layer ends where the normal equations do."""
    rows = of_numbers()
    plan = training_plan({"depth": 1, "optimizer": "sgd", "batch_size": 400, "learning_rate": 0.1, "epochs": 300})
    found = train(rows, plan, seed=0).outputs(rows.inputs)[:, 0]
    columns = np.column_stack([rows.inputs, np.ones(400)])
    exact = columns @ np.linalg.lstsq(columns, rows.targets, rcond=None)[0]
    assert found == pytest.approx(exact, abs=1e-3)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"last": math.inf, "largest": math.inf}, ["exploding_gradient"]),
        ({"largest": 1199.0}, []),
        ({"largest": 1201.0}, ["exploding_gradient"]),
        ({"first": 0.2, "largest": 1001.0}, ["exploding_gradient"]),
        ({"last": 3.1}, ["exploding_gradient"]),
        ({"last": 3.1, "first": 3.2}, ["flat_loss"]),
        ({"last": 0.971}, ["flat_loss"]),
        ({"last": 0.969}, []),
        ({"last": 0.971, "gradient_ratio": 0.0009}, ["flat_loss", "vanishing_gradient"]),
        ({"gradient_ratio": 0.0}, []),
        ({"quarter": 0.009}, ["zero_loss"]),
        ({"last": 0.0009}, ["zero_loss"]),
        ({"last": 0.0011}, []),
    ],
)
def test_events_are_those_of_the_definition(changed: dict[str, Any], expected: list[str]) -> None:
    """Each limit is met on both of its sides."""
    happened = events(Course(**(CALM | changed)))
    assert sorted(name for name, did in happened.items() if did) == sorted(expected)


def test_no_rows_are_refused() -> None:
    """A training without rows would never take its first step."""
    plan = training_plan({})
    prepared = prepare(of_classes(), plan)
    network = Network(prepared.inputs.shape[1], prepared.n_outputs, plan, np.random.default_rng(0))
    with pytest.raises(InputError, match="at least one row"):
        run(network, prepared.take(np.arange(0)), plan, seed=0, n_steps=3, marks=())
    with pytest.raises(InputError, match="at least one row"):
        train(of_classes().take(np.arange(0)), plan, seed=0)
