"""The probe of a PyTorch module."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tests.probes.advice.made import amounts, classes
from tests.probes.own_network import modules

from prefit.evidence.network import NetworkProbe
from prefit.own.network import OwnNetwork, own_network
from prefit.plan import TrainingPlan
from prefit.probes.own_network import probe_network
from prefit.probes.own_network.adapter import ModuleNetwork
from prefit.probes.training.rows import Rows


def rows(*, numeric: bool = False) -> Rows:
    """Return a small problem that a network learns."""
    made = amounts(300) if numeric else classes(300)
    return Rows(made.matrix.astype(np.float32), made.target, made.n_classes)


def probed(source: Any, *, numeric: bool = False, **plan: Any) -> NetworkProbe:
    """Probe a module for a moment."""
    own = OwnNetwork("mine", source)
    return probe_network(own, rows(numeric=numeric), TrainingPlan(**plan), seed=0, n_rows_planned=300, seconds=0.3)


@pytest.mark.parametrize("numeric", [False, True])
def test_network_that_learns_has_low_risks(numeric: bool) -> None:
    """Gradients reach every layer, one batch is learnt by heart, and the loss falls."""
    found = probed(modules.good, numeric=numeric)
    assert found.failure is None
    assert found.layers == ("0", "2", "4")
    assert found.probe is not None
    assert all(layer.gradient_norm > 0 for layer in found.probe.layers)
    assert found.probe.one_batch < 0.5
    assert found.probe.losses[-1][1] < found.probe.losses[0][1]
    assert found.probe.risks.exploding_gradient < 0.5
    assert len(found.range_test) > 20


def test_deep_sigmoid_vanishes() -> None:
    """Eleven sigmoids: constant outputs, no gradient in the first layer, a flat loss foreseen."""
    found = probed(modules.deep_sigmoid)
    assert found.probe is not None
    assert found.constant_outputs
    assert found.probe.gradient_ratio < 1e-3
    assert found.probe.risks.flat_loss > 0.5
    assert {cause.risk for cause in found.causes} == {"flat_loss", "vanishing_gradient"}
    assert "the gradient of layer '0'" in found.causes[0].evidence


def test_high_rate_explodes() -> None:
    """A rate of 1000 with plain gradient descent on numbers is foreseen to explode."""
    found = probed(modules.good, numeric=True, optimizer="sgd", learning_rate=1000.0)
    assert found.probe is not None
    assert found.probe.risks.exploding_gradient > 0.5
    cause = found.causes[0]
    assert cause.risk == "exploding_gradient"
    assert cause.cause == "the steps are too long"


def test_change_that_removes_a_risk_is_probed() -> None:
    """Steps that are ten times too long: the remedy is shorter ones, with the risk that a probe then gives."""
    found = probed(modules.good, numeric=True, optimizer="sgd", learning_rate=2.0)
    remedies = {tuple(remedy.change) for cause in found.causes for remedy in cause.remedies}
    assert remedies
    assert all(remedy.risk < 0.5 for cause in found.causes for remedy in cause.remedies)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (modules.for_other_columns, "RuntimeError: mat1 and mat2"),
        (modules.wrong_shape, r"must have the shape \(256, 2\); got \(256, 7\)"),
        (modules.Raising, r"KeyError: .* \(modules.py, line \d+, in forward\)"),
        (modules.NotANumber, "must be numbers; got NaN"),
    ],
)
def test_module_that_cannot_be_trained_is_a_finding(source: Any, said: str) -> None:
    """What it raises, or returns instead of outputs, is said with what it was given."""
    found = probed(source)
    assert found.probe is None
    assert found.failure is not None
    assert found.failure.endswith("it was given rows of 6 numbers, for 2 classes each")
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(found.failure)


def test_dead_units_are_counted_behind_a_function() -> None:
    """An activation that is no module is seen by what the next layer gets."""
    found = probed(modules.Dead)
    assert found.probe is not None
    assert [layer.dead for layer in found.probe.layers] == [1.0, 0.0]
    assert found.frozen > 0


def test_probabilities_and_single_logits_are_understood() -> None:
    """A softmax at the end is not squashed again, and one logit stands for two classes."""
    assert probed(modules.with_softmax).probabilities
    found = probed(modules.with_batch_norm)
    assert found.failure is None
    assert not found.probabilities


def test_module_comes_back_unchanged() -> None:
    """Weights, buffers, mode, hooks, gradients, random numbers and threads are as they were."""
    module = modules.with_batch_norm(6)
    module.eval()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    state, threads, legacy = torch.random.get_rng_state(), torch.get_num_threads(), np.random.get_state()[1].copy()  # noqa: NPY002
    assert probed(module).failure is None
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert not any(part.training or part._forward_hooks or part._forward_pre_hooks for part in module.modules())
    assert all(parameter.grad is None for parameter in module.parameters())
    assert torch.equal(torch.random.get_rng_state(), state)
    assert (np.random.get_state()[1] == legacy).all()  # noqa: NPY002
    assert torch.get_num_threads() == threads


def test_equal_seeds_give_equal_probes() -> None:
    """Also for a module with dropout, whose weights the factory draws."""
    assert probed(modules.with_batch_norm) == probed(modules.with_batch_norm)


def test_gradient_is_that_of_torch() -> None:
    """The shared vector holds what autograd gives for torch's own loss."""
    made = rows()
    torch.manual_seed(0)
    module = modules.good(6, 2)
    network = ModuleNetwork(module, 2, TrainingPlan())
    loss = network.learn(made.inputs, made.targets, "cross_entropy", training=False)
    own = torch.nn.functional.cross_entropy(module(torch.from_numpy(made.inputs)), torch.from_numpy(made.targets))
    own.backward()
    expected = torch.cat([parameter.grad.ravel() for parameter in module.parameters()])
    assert loss == pytest.approx(own.item(), rel=1e-5)
    assert network.gradient == pytest.approx(expected.numpy(), abs=1e-6)


def test_networks_are_told_from_other_models() -> None:
    """A module, its class and a factory are networks; an estimator and a function of something else are not."""
    from sklearn.linear_model import Ridge

    assert own_network(modules.good) == OwnNetwork("good", modules.good)
    assert own_network(modules.Dead, taken=("Dead",)) == OwnNetwork("Dead 2", modules.Dead)
    assert own_network(modules.wrong_shape(6)) is not None
    assert own_network("tests.probes.own_network.modules:good") is not None
    assert own_network(Ridge()) is None
    assert own_network(Ridge) is None
    assert own_network(dict) is None


def test_network_whose_steps_are_dear_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes far longer than its parameters say takes fewer steps, and the probe says so."""
    from prefit.probes.own_network import probe

    monkeypatch.setattr(probe, "STEP_SECONDS", 1e-9)
    monkeypatch.setattr(probe, "OPERATIONS", 0.0)
    found = probed(modules.good)
    assert found.stopped
    assert found.probe is not None
    assert found.probe.steps == probe.FEWEST_STEPS


def test_keys_of_layers_say_what_the_module_has() -> None:
    """Not what the plan means for the built-in network."""
    normalized, plain = probed(modules.with_batch_norm), probed(modules.good, normalization="layer", skip=True)
    assert normalized.probe is not None
    assert plain.probe is not None
    assert normalized.probe.plan.normalization == "batch"
    assert (plain.probe.plan.normalization, plain.probe.plan.skip) == ("none", False)


@pytest.mark.parametrize(
    ("source", "layers"),
    [
        (modules.normalized, ("0", "2")),
        (modules.normalized_as_before, ("0", "2")),
        (modules.OwnParameters, ("OwnParameters",)),
        (modules.Vectors, ("Vectors",)),
        (modules.recurrent, ("LSTM",)),
    ],
)
def test_weights_are_found_wherever_they_are(source: Any, layers: tuple[str, ...]) -> None:
    """Computed weights, parameters of the module itself, and those of recurrent layers have a gradient each."""
    found = probed(source)
    assert found.failure is None
    assert found.layers == layers
    assert found.probe is not None
    assert all(layer.gradient_norm > 0 for layer in found.probe.layers)


def test_computed_weights_come_back_as_they_were() -> None:
    """They are those of the module, with their place in its graph."""
    module = modules.normalized_as_before(6, 2)
    weight = module[0].weight
    assert probed(module).failure is None
    assert module[0].weight is weight
    assert not weight.is_leaf
