"""Weights of scikit-learn's estimators, read as those of a network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor

from prefit.probes.own_steps.feeding import Fed
from prefit.probes.own_steps.stepping import Stepper
from prefit.probes.own_steps.weights import Weights, at_start, now

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.standard_normal((60, 4))


def fed(estimator: Any, n_classes: int) -> Fed:
    """Return rows for an estimator."""
    if n_classes:
        return Fed(estimator, INPUTS, np.arange(60) % n_classes, n_classes)
    values = 100 + 10 * INPUTS[:, 0]
    return Fed(estimator, INPUTS, values, 0, float(values.mean()), float(values.std()))


def trained(given: Fed) -> Stepper:
    """Take one step."""
    stepper = Stepper(given)
    stepper.step(given)
    return stepper


def read(stepper: Stepper, given: Fed) -> Weights:
    """Read the weights of an estimator whose weights can be read."""
    weights = now(stepper.estimator, given)
    assert weights is not None
    return weights


@pytest.mark.parametrize(
    ("estimator", "n_classes"),
    [
        (SGDClassifier(random_state=0), 2),
        (SGDClassifier(random_state=0), 3),
        (SGDRegressor(random_state=0), 0),
        (MLPClassifier((5, 4), activation="tanh", random_state=0), 2),
        (MLPClassifier((5, 4), random_state=0), 3),
        (MLPRegressor(hidden_layer_sizes=(5,), activation="logistic", random_state=0), 0),
    ],
)
def test_outputs_are_those_of_the_estimator(estimator: Any, n_classes: int) -> None:
    """Up to what a softmax takes away."""
    given = fed(estimator, n_classes)
    stepper = trained(given)
    outputs = read(stepper, given).outputs(INPUTS)
    expected = stepper.outputs(given)
    if stepper.loss == "cross_entropy":
        outputs = outputs - np.log(np.exp(outputs).sum(axis=1, keepdims=True))
    assert outputs == pytest.approx(expected)


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic"])
@pytest.mark.parametrize("n_classes", [0, 2, 3])
def test_gradient_is_that_of_differences(activation: str, n_classes: int) -> None:
    """By layer and in one vector."""
    kind = MLPClassifier if n_classes else MLPRegressor
    given = fed(kind(hidden_layer_sizes=(5, 4), activation=activation, random_state=0), n_classes)
    weights, loss = read(trained(given), given), "cross_entropy" if n_classes else "mse"
    before = weights.learn(INPUTS, given.targets, loss)
    slope, direction = weights.gradient.copy(), RANDOM.standard_normal(len(weights.gradient))
    weights.parameters += 1e-6 * direction
    after = weights.learn(INPUTS, given.targets, loss)
    assert (after - before) / 1e-6 == pytest.approx(slope @ direction, rel=1e-3, abs=1e-6)
    assert len(weights.gradient_norms()) == weights.depth == 3


def test_start_of_a_network_is_drawn_and_not_moved() -> None:
    """The weights before the first step are those that the first step begins with."""
    given = fed(MLPClassifier((5,), learning_rate_init=1e-12, random_state=0), 2)
    first = at_start(given)
    assert first is not None
    assert first.parameters == pytest.approx(read(trained(given), given).parameters, abs=1e-9)


def test_linear_models_start_at_zero() -> None:
    """So their first outputs are zero, which is far from the mean of a target that is not scaled."""
    first = at_start(fed(SGDRegressor(), 0))
    assert first is not None
    assert first.outputs(INPUTS).std() < 1e-12
    assert first.outputs(INPUTS)[0, 0] == pytest.approx(-100 / 10, rel=0.3)
