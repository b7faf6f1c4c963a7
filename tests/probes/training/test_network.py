"""The network computes what the formulas say: gradients by differences, starts by their spread, steps by their rule."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from tests.probes.training.rows import of_classes, of_numbers

from prefit.plan_values import training_plan
from prefit.probes.training.losses import LOSSES, loss_and_slope
from prefit.probes.training.network import Network
from prefit.probes.training.optimizers import make_step, rate_share
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


LAYERED = [
    {"normalization": "batch"},
    {"normalization": "layer"},
    {"skip": True},
    {"normalization": "batch", "skip": True},
    {"normalization": "layer", "skip": True},
]


@pytest.mark.parametrize("layered", LAYERED, ids=str)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_gradient_is_that_of_torch(activation: str, layered: dict[str, Any]) -> None:
    """Weights, biases, gains and shifts have the derivatives that automatic differentiation gives them."""
    import torch

    rows = prepared("cross_entropy")
    plan = training_plan({"width": 6, "depth": 5, "activation": activation} | layered)
    network = Network(5, 2, plan, np.random.default_rng(1), dtype=np.float64)
    network.parameters += 0.1 * np.random.default_rng(2).standard_normal(len(network.parameters))
    ours = network.learn(rows.inputs, rows.targets, "cross_entropy")
    gradient = network.gradient.copy()
    theirs = torch.from_numpy(network.parameters.copy()).requires_grad_()
    outputs = torch_outputs(torch.from_numpy(rows.inputs), theirs, network)
    loss = torch.nn.functional.cross_entropy(outputs, torch.from_numpy(rows.targets))
    loss.backward()
    assert ours == pytest.approx(loss.item(), rel=1e-9)
    assert gradient == pytest.approx(theirs.grad.numpy(), rel=1e-7, abs=1e-11)


def torch_outputs(inputs: Any, parameters: Any, network: Network) -> Any:
    """Pass rows through the same layers by the functions of torch."""
    from torch.nn import functional

    plan, start, given = network.plan, 0, inputs
    gains = parameters[sum(part.size for part in (*network.weights, *network.biases)) :].reshape(-1, 2, plan.width)
    for place, weights in enumerate(network.weights):
        n_in, n_out = weights.shape
        matrix = parameters[start : start + n_in * n_out].reshape(n_in, n_out)
        values = given @ matrix + parameters[start + n_in * n_out :][:n_out]
        start += (n_in + 1) * n_out
        if place == len(network.weights) - 1:
            return values
        if plan.normalization == "batch":
            values = functional.batch_norm(values, None, None, *gains[place], training=True)
        elif plan.normalization == "layer":
            values = functional.layer_norm(values, (plan.width,), *gains[place])
        values = getattr(functional, plan.activation)(values)
        given = values + given if plan.skip and place else values
    raise AssertionError


@pytest.mark.parametrize("layered", LAYERED, ids=str)
def test_gradient_through_dropout_holds_with_normalization_and_skips(layered: dict[str, Any]) -> None:
    """With the same units left out, differences give the gradient of the first layer."""
    rows = prepared("mse")
    plan = training_plan({"width": 6, "depth": 4, "activation": "tanh", "dropout": 0.5} | layered)
    network = Network(5, 1, plan, np.random.default_rng(1), dtype=np.float64)

    def value() -> float:
        network.random = np.random.default_rng(7)
        return network.learn(rows.inputs, rows.targets, "mse")

    value()
    slope = network.gradient[3]
    network.parameters[3] += 1e-6
    above = value()
    network.parameters[3] -= 2e-6
    assert (above - value()) / 2e-6 == pytest.approx(slope, rel=1e-3, abs=1e-8)


def test_batches_are_remembered_as_torch_remembers_them() -> None:
    """From the second batch on a tenth of what is remembered is new, and outputs are normalized by it."""
    rows = prepared("mse")
    network = Network(5, 1, training_plan({"normalization": "batch", "depth": 2}), np.random.default_rng(1))
    values = rows.inputs @ network.weights[0]
    network.learn(rows.inputs[:20], rows.targets[:20], "mse")
    network.learn(rows.inputs[20:], rows.targets[20:], "mse")
    assert network.normalizers[0].known is not None
    mean, variance = network.normalizers[0].known
    assert mean[0] == pytest.approx(0.9 * values[:20].mean(axis=0) + 0.1 * values[20:].mean(axis=0), abs=1e-5)
    both = [values[:20].var(axis=0, ddof=1), values[20:].var(axis=0, ddof=1)]
    assert variance[0] == pytest.approx(0.9 * both[0] + 0.1 * both[1], rel=1e-4)
    hidden = np.maximum((values - mean) / np.sqrt(variance + 1e-5), 0)
    assert network.outputs(rows.inputs) == pytest.approx(hidden @ network.weights[1], abs=1e-4)


def test_skip_adds_what_a_hidden_layer_was_given() -> None:
    """With weights of zero after the first layer, all later ones pass its values on."""
    network = Network(5, 2, training_plan({"skip": True, "depth": 5}), np.random.default_rng(1))
    for weights in network.weights[1:]:
        weights[:] = 0
    given = network.layers(of_classes().inputs)
    assert np.array_equal(given[4], given[1])


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


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "rmsprop"])
def test_steps_are_those_of_torch(optimizer: str) -> None:
    """Five steps with the same gradients end at the same place."""
    import torch

    made = {"sgd": torch.optim.SGD, "momentum": partial(torch.optim.SGD, momentum=0.9), "adam": torch.optim.Adam,
            "rmsprop": torch.optim.RMSprop}[optimizer]  # fmt: skip
    gradients = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
    theirs, ours = torch.ones(4, requires_grad=True), np.ones(4, dtype=np.float32)
    torch_step = made([theirs], lr=0.01)
    step = make_step(training_plan({"optimizer": optimizer, "learning_rate": 0.01}), ours)
    for gradient in gradients:
        theirs.grad = torch.from_numpy(gradient.copy())
        torch_step.step()
        step(gradient.copy())
    assert ours == pytest.approx(theirs.detach().numpy(), rel=1e-5)


@pytest.mark.parametrize(
    ("schedule", "moved"),
    [
        ("constant", [1.0, 1.0, 1.0, 1.0]),
        ("cosine", [1.0, 0.85355, 0.5, 0.14645]),
        ("warmup", [1.0, 1.0, 0.75, 0.25]),
    ],
)
def test_schedule_shortens_the_steps_of_a_run(schedule: str, moved: list[float]) -> None:
    """Along half a cosine, after a first tenth in which they grow."""
    parameters = np.zeros(1, dtype=np.float32)
    plan = training_plan({"optimizer": "sgd", "learning_rate": 1.0, "schedule": schedule})
    step, seen = make_step(plan, parameters, 4), []
    for _ in moved:
        before = parameters.copy()
        step(np.ones(1, dtype=np.float32))
        seen.append(float(before[0] - parameters[0]))
    assert seen == pytest.approx(moved, abs=1e-5)


def test_warmup_raises_the_rate_over_a_tenth_of_the_run() -> None:
    """Of 100 steps the fifth takes half of the rate, the tenth all of it, and the last next to nothing."""
    assert [rate_share("warmup", step, 100) for step in (5, 10, 100)] == pytest.approx([0.5, 1.0, 0.0], abs=1e-3)


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
