"""Probes measure what can be calculated by hand, repeat exactly, and see what a plan will do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.probes.tables import label_task, labelled
from tests.probes.training.rows import of_classes, of_numbers
from threadpoolctl import threadpool_info

from prefit.errors import InputError
from prefit.evidence.training import PlanProbe
from prefit.plan_values import training_plan
from prefit.probes.problem import make_problem
from prefit.probes.training import foresee_training, probe_plan
from prefit.probes.training.cost import FEWEST_STEPS
from prefit.probes.training.network import Network
from prefit.probes.training.probe import measure
from prefit.probes.training.rows import Rows, prepare
from prefit.probes.training.signals import curvature, layer_signals, signal_rows
from prefit.probes.training.traits import TRAITS, traits


def probed(rows: Rows, seconds: float = 0.5, **plan: object) -> PlanProbe:
    """Probe a plan on rows that are all there are."""
    return probe_plan(rows.inputs, rows.targets, training_plan(plan), n_classes=rows.n_classes, seconds=seconds)


def test_curvature_of_a_linear_model_is_that_of_its_inputs() -> None:
    """For squared errors it is twice the largest eigenvalue of the second moments, the constant included."""
    plan = training_plan({"depth": 1})
    rows = signal_rows(prepare(of_numbers(250), plan), 0)
    columns = np.column_stack([rows.inputs, np.ones(250)])
    exact = 2 * np.linalg.eigvalsh(columns.T @ columns / 250)[-1]
    assert curvature(plan, rows, 0) == pytest.approx(exact, rel=0.1)


def test_saturated_units_are_counted() -> None:
    """Inputs a thousand times too large saturate nearly all units of tanh, in all rows."""
    plan = training_plan({"activation": "tanh", "scaling": "none"})
    large = prepare(Rows(of_classes().inputs * 1000, of_classes().targets, 2), plan)
    assert layer_signals(Network(5, 2, plan, np.random.default_rng(0)), large)[0].saturated > 0.95


def test_dead_units_are_counted() -> None:
    """A bias far below zero kills every rectified unit of its layer."""
    network = Network(5, 2, training_plan({}), np.random.default_rng(0))
    network.biases[0][:] = -1e3
    assert layer_signals(network, prepare(of_classes(), network.plan))[0].dead == 1.0


def test_sigmoid_fades_the_gradient_layer_by_layer() -> None:
    """Through twelve layers the gradient of the first is less than a thousandth of that of the last."""
    layers = probed(of_classes(), depth=12, activation="sigmoid").layers
    norms = [layer.gradient_norm for layer in layers]
    assert norms[0] < 1e-3 * norms[-1]
    assert all(below < above for below, above in pairwise(norms))


def test_small_plan_is_run_to_its_end_and_a_long_one_is_not() -> None:
    """Steps follow from the seconds by the cost model, never from the clock."""
    short, rows = probed(of_classes()), of_classes()
    long = probe_plan(rows.inputs, rows.targets, training_plan({}), n_classes=2, n_rows_planned=10**7, seconds=0.2)
    assert short.steps == short.steps_planned == 130
    assert long.steps < long.steps_planned == 3_125_000


def test_schedule_is_that_of_the_planned_run() -> None:
    """The first steps of a long run hardly see a rate that falls to its end, and see one that only begins to rise."""
    rows = of_classes()
    constant, cosine, warmup = (
        probe_plan(
            rows.inputs, rows.targets, training_plan({"schedule": schedule}), n_classes=2, n_rows_planned=10**6,
            seconds=0.2,
        )
        for schedule in ("constant", "cosine", "warmup")
    )  # fmt: skip
    assert cosine.losses[-1][1] == pytest.approx(constant.losses[-1][1], rel=0.02)
    assert warmup.losses[-1][1] > 1.2 * constant.losses[-1][1]


@pytest.mark.parametrize("layered", [{"normalization": "batch"}, {"skip": True}], ids=str)
def test_layers_that_are_normalized_or_skipped_let_the_gradient_through(layered: dict[str, Any]) -> None:
    """Where ten sigmoids alone leave the first layer less than a thousandth of it."""
    assert probed(of_classes(), depth=11, activation="sigmoid").gradient_ratio < 1e-3
    assert probed(of_classes(), depth=11, activation="sigmoid", **layered).gradient_ratio > 1e-2


def test_saturation_is_that_of_the_activation_where_a_connection_skips_it() -> None:
    """The sums that grow from layer to layer are no saturated units."""
    assert all(layer.saturated < 0.5 for layer in probed(of_classes(), depth=8, activation="tanh", skip=True).layers)


def test_linear_algebra_keeps_to_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads wait for each other on a busy machine, a hundred times as long as the products take."""
    used: list[int] = []

    def noted(*given: Any) -> Any:
        used.extend(library["num_threads"] for library in threadpool_info() if "numpy" in library["filepath"])
        return prepare(*given)

    monkeypatch.setattr("prefit.probes.training.probe.prepare", noted)
    probed(of_classes())
    assert used
    assert max(used) == 1


def test_equal_seeds_give_equal_probes() -> None:
    """Not one figure differs."""
    assert probed(of_classes()) == probed(of_classes())


@pytest.mark.parametrize(
    ("plan", "event"),
    [
        ({"optimizer": "sgd", "learning_rate": 100.0}, "exploding_gradient"),
        ({"depth": 20, "activation": "sigmoid"}, "vanishing_gradient"),
        ({"learning_rate": 1e-7}, "flat_loss"),
        ({"initialization": "zero"}, "flat_loss"),
    ],
)
def test_plan_that_must_fail_is_seen(plan: dict[str, object], event: str) -> None:
    """The probability of its event is high, while the default plan on the same rows has none."""
    rows = of_classes(1500)
    assert getattr(probed(rows, **plan).risks, event) > 0.7
    assert max(getattr(probed(rows).risks, name) for name in ("exploding_gradient", "flat_loss")) < 0.2


def test_leak_makes_a_long_run_end_at_zero() -> None:
    """A column that is the target itself is all that a network needs."""
    rows = of_classes(1500)
    told = Rows(np.column_stack([rows.inputs, rows.targets]).astype(np.float32), rows.targets, 2)
    assert probed(told, seconds=1.0, epochs=60, learning_rate=0.01).risks.zero_loss > 0.7
    assert probed(rows, seconds=1.0, epochs=10).risks.zero_loss < 0.2


def test_constant_target_is_not_probed() -> None:
    """There is nothing to train."""
    with pytest.raises(InputError, match="target must vary"):
        probed(Rows(of_numbers().inputs, np.full(400, 2.0), 0))


def test_traits_are_finite_whatever_happens_in_a_run() -> None:
    """Also where losses overflow, gradients vanish, and rows are few."""
    for plan in ({"learning_rate": 1e5, "optimizer": "sgd"}, {"initialization": "zero"}, {"depth": 1}):
        rows = of_numbers(40)
        seen = traits(measure(rows, training_plan(plan), seed=0, n_rows_planned=40, seconds=0.1))
        assert tuple(seen) == TRAITS
        assert all(np.isfinite(value) for value in seen.values())


def test_plan_that_is_far_too_dear_is_refused() -> None:
    """Even the fewest steps of it would take minutes."""
    problem = make_problem(labelled(300), label_task())
    plan = training_plan({"width": 4096, "depth": 3, "batch_size": 16_384})
    with pytest.raises(InputError, match="larger --budget"):
        foresee_training(problem, plan, n_rows_planned=100_000, seconds=0.5)


def test_plan_that_leaves_its_size_open_is_probed_in_any_budget() -> None:
    """Nobody has chosen it."""
    problem = make_problem(labelled(300), label_task())
    found = foresee_training(problem, training_plan({"loss": "hinge"}), n_rows_planned=300, seconds=1e-9)
    assert found.probe.steps == FEWEST_STEPS
