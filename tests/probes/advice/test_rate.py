"""The range of the learning rate."""

from __future__ import annotations

import numpy as np
import pytest
from tests.probes.advice.made import classes

from prefit.plan import TrainingPlan
from prefit.probes.advice.range_test import range_test, read_range
from prefit.probes.advice.rate import learning_rate
from prefit.probes.advice.rate_bound import largest_curvature, stable_rate
from prefit.probes.advice.trials import Trials, Variant
from prefit.probes.training.rows import Prepared, Rows, prepare


def prepared(plan: TrainingPlan) -> Prepared:
    """Return rows as the plan scales them."""
    made = classes()
    return prepare(Rows(made.matrix.astype(np.float32), made.target, 2), plan)


def diverges(inputs: np.ndarray, rate: float) -> bool:
    """Whether gradient descent on squared errors grows from a tiny error."""
    design = np.column_stack([inputs, np.ones(len(inputs))])
    error = np.random.default_rng(1).normal(size=design.shape[1])
    start = np.linalg.norm(error)
    for _ in range(400):
        error = error - rate * 2 * design.T @ (design @ error) / len(design)
    return bool(np.linalg.norm(error) > start)


def test_bound_is_exact_for_squared_error() -> None:
    """Just below the bound gradient descent settles, just above it grows."""
    inputs = np.random.default_rng(0).normal(size=(100, 5)) @ np.diag([1, 2, 3, 4, 5.0])
    bound = stable_rate(inputs, loss="mse")
    assert not diverges(inputs, 0.98 * bound)
    assert diverges(inputs, 1.02 * bound)


def test_curvature_is_the_largest_eigenvalue() -> None:
    """Power iteration agrees with a full decomposition."""
    inputs = np.random.default_rng(0).normal(size=(100, 5))
    assert largest_curvature(inputs, bias=False) == pytest.approx(np.linalg.eigvalsh(inputs.T @ inputs / 100)[-1], 1e-3)


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_bound_of_cross_entropy_is_its_largest_curvature(n_outputs: int) -> None:
    """At even probabilities of two classes the curvature is 1/4 of that of the inputs for one output, 1/2 for more."""
    inputs = np.array([[1.0], [-1.0]])
    factor = 0.25 if n_outputs == 1 else 0.5
    assert stable_rate(inputs, loss="cross_entropy", n_outputs=n_outputs) == pytest.approx(2 / factor)


def test_range_ends_where_the_loss_grows() -> None:
    """The limit is the rate at which the loss has left its least value far behind."""
    rates = np.geomspace(1e-6, 10, 100)
    losses = np.where(rates < 0.1, 1 - 0.2 * np.log10(rates / 1e-6) / 5, 1e3)
    low, high, limit, curve = read_range(rates, losses)
    assert low < high < limit
    assert 0.05 < limit < 0.3
    assert len(curve) < 100


def test_range_test_of_a_network_ends_below_its_limit() -> None:
    """A default network on clean data trains at its default rate, and breaks far above it."""
    plan = TrainingPlan(optimizer="sgd", scaling="standard")
    low, high, limit, _ = range_test(prepared(plan), plan)
    assert 1e-6 <= low < high < limit


def test_rate_that_overshoots_is_lowered() -> None:
    """A rate far above the range is told so, and a lower one is surely better."""
    plan = TrainingPlan(optimizer="sgd", learning_rate=8.0)
    variant, rate = learning_rate(Trials(classes()), Variant(plan), prepared(plan))
    assert rate.pays
    assert variant.plan.step_size == rate.advised < 8
    assert rate.low <= rate.advised <= rate.high


def test_no_range_is_good_where_nothing_is_learnt() -> None:
    """Twelve sigmoid layers predict a constant at any rate: that all do so alike makes none of them good."""
    plan = TrainingPlan(depth=12, activation="sigmoid", optimizer="sgd", learning_rate=10.0, epochs=3)
    _, rate = learning_rate(Trials(classes(200)), Variant(plan), prepared(plan))
    assert not rate.learns
    assert not rate.pays
    assert rate.why.endswith("does the plan learn anything.")


def test_rate_far_beyond_any_range_finds_one() -> None:
    """Raw inputs in the billions: nothing near the planned rate trains, and rates below the limit are tried."""
    plan = TrainingPlan(depth=1, optimizer="sgd", learning_rate=10.0, scaling="none")
    made = classes(scale=1e9)
    ready = prepare(Rows(made.matrix.astype(np.float32), made.target, 2), plan)
    _, rate = learning_rate(Trials(made), Variant(plan), ready)
    assert rate.low <= rate.high <= rate.limit < 1e-12


def test_low_rate_is_not_raised_where_trials_are_much_shorter() -> None:
    """A run of many more steps would get there: no higher rate is advised."""
    plan = TrainingPlan(optimizer="sgd", learning_rate=1e-4)
    _, rate = learning_rate(Trials(classes()), Variant(plan), prepared(plan), shorter=10)
    assert rate.advised == rate.planned == 1e-4


def test_bound_is_used_for_a_linear_model() -> None:
    """Depth 1 with plain gradient descent has an exact limit."""
    plan = TrainingPlan(depth=1, optimizer="sgd")
    _, rate = learning_rate(Trials(classes()), Variant(plan), prepared(plan))
    assert rate.method == "stability bound"
    assert rate.limit == pytest.approx(stable_rate(prepared(plan).inputs, loss="cross_entropy", n_outputs=2))
