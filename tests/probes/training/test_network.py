"""The network computes what the formulas say: gradients by differences, starts by their spread, steps by their rule."""

from __future__ import annotations

import numpy as np
import pytest
from tests.probes.training.rows import of_classes, of_numbers

from prefit.plan_values import training_plan
from prefit.probes.training.losses import LOSSES, loss_and_slope
from prefit.probes.training.network import Network
from prefit.probes.training.optimizers import make_step
from prefit.probes.training.rows import Prepared, prepare

OF_CLASSES = ("cross_entropy", "hinge")


def prepared(loss: str, n_rows: int = 40) -> Prepared:
    """Return rows that suit a loss, in double precision."""
    rows = of_classes(n_rows) if loss in OF_CLASSES else of_numbers(n_rows)
    made = prepare(rows, training_plan({"loss": loss}))
    targets = made.targets if loss in OF_CLASSES else made.targets.astype(np.float64)
    return Prepared(made.inputs.astype(np.float64), targets, loss, made.n_outputs, made.scaler)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_gradient_is_that_of_differences(loss: str, activation: str) -> None:
    """Moving a parameter a little changes the loss as the gradient says."""
    rows = prepared(loss)
    plan = training_plan({"width": 6, "activation": activation})
    network = Network(5, rows.n_outputs, plan, np.random.default_rng(1), dtype=np.float64)
    network.learn(rows.inputs, rows.targets, loss)
    for place in (0, 17, 40, len(network.parameters) - 1):
        sides = []
        for moved in (1e-6, -2e-6):
            network.parameters[place] += moved
            sides.append(loss_and_slope(loss, network.outputs(rows.inputs), rows.targets)[0])
        network.parameters[place] += 1e-6
        assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(network.gradient[place], rel=1e-3, abs=1e-7)


def test_gradient_holds_for_the_units_that_dropout_keeps() -> None:
    """With the same units left out, differences give the gradient."""
    rows = prepared("mse")
    plan = training_plan({"width": 6, "activation": "tanh", "dropout": 0.5})
    network = Network(5, 1, plan, np.random.default_rng(1), dtype=np.float64)

    def value() -> float:
        network.random = np.random.default_rng(7)
        return network.learn(rows.inputs, rows.targets, "mse")

    value()
    slope = network.gradient[3]
    network.parameters[3] += 1e-6
    above = value()
    network.parameters[3] -= 2e-6
    assert (above - value()) / 2e-6 == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize(
    ("start", "deviation"), [("he", 0.1), ("glorot", 0.1 / 2**0.5), ("small", 0.01), ("large", 0.3), ("zero", 0.0)]
)
def test_weights_start_with_the_spread_of_their_rule(start: str, deviation: float) -> None:
    """For 200 inputs and 200 outputs he is 0.1; biases start at zero."""
    plan = training_plan({"initialization": start, "width": 200, "depth": 2})
    network = Network(200, 1, plan, np.random.default_rng(0))
    assert float(network.weights[0].std()) == pytest.approx(deviation, rel=0.02)
    assert not network.biases[0].any()


def test_first_step_of_adam_has_the_length_of_its_rate() -> None:
    """Whatever the gradient, each parameter moves by the learning rate."""
    parameters = np.zeros(3, dtype=np.float32)
    make_step(training_plan({"learning_rate": 0.1}), parameters)(np.array([1e-3, -5.0, 100.0], dtype=np.float32))
    assert parameters == pytest.approx([-0.1, 0.1, -0.1], rel=1e-3)


def test_momentum_remembers_the_steps_before() -> None:
    """The second of two equal gradients moves 1.9 times as far."""
    parameters = np.zeros(1, dtype=np.float32)
    step = make_step(training_plan({"optimizer": "momentum", "learning_rate": 1.0}), parameters)
    step(np.ones(1, dtype=np.float32))
    step(np.ones(1, dtype=np.float32))
    assert parameters == pytest.approx([-2.9])


def test_clipping_cuts_a_long_gradient_and_decay_shrinks_weights() -> None:
    """A gradient of length 5 is cut to 1; without any, weights lose their share."""
    plan = {"optimizer": "sgd", "learning_rate": 1.0}
    clipped, decayed = np.zeros(2, dtype=np.float32), np.ones(2, dtype=np.float32)
    make_step(training_plan(plan | {"clip_norm": 1.0}), clipped)(np.array([3.0, 4.0], dtype=np.float32))
    make_step(training_plan(plan | {"weight_decay": 0.1}), decayed)(np.zeros(2, dtype=np.float32))
    assert clipped == pytest.approx([-0.6, -0.8])
    assert decayed == pytest.approx([0.9, 0.9])
