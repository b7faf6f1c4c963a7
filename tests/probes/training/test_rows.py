"""Rows reach the optimizer scaled as the plan says."""

from __future__ import annotations

import numpy as np
import pytest
from tests.probes.training.rows import of_classes, of_numbers

from prefit.errors import UsageError
from prefit.plan_values import training_plan
from prefit.probes.training.inputs import input_scale, tails
from prefit.probes.training.rows import Rows, prepare, scaler_of
from prefit.probes.training.run import train

RAW = (np.random.default_rng(0).standard_normal((500, 3)) * [1, 10, 1000] + 5).astype(np.float32)


@pytest.mark.parametrize(
    ("scaling", "rms"),
    [("standard", 1.0), ("robust", 0.74), ("quantile", 1.0), ("none", float(np.sqrt((RAW**2).mean())))],
)
def test_scaling_is_as_planned(scaling: str, rms: float) -> None:
    """Standard and quantile give a root mean square of 1, robust that of a normal column over its quartiles."""
    assert input_scale(scaler_of(RAW, scaling)(RAW)).rms == pytest.approx(rms, rel=0.05)


def test_constant_column_is_centred_and_not_scaled() -> None:
    """Nothing is divided by zero."""
    inputs = np.column_stack([RAW[:, 0], np.full(500, 7.0)]).astype(np.float32)
    assert not scaler_of(inputs, "standard")(inputs)[:, 1].any()


def test_condition_number_is_that_of_the_scales() -> None:
    """Columns of scale 1 and 1000 have a condition number of a million, and one when standardized."""
    scale = input_scale(RAW - RAW.mean(axis=0))
    assert scale.condition == pytest.approx(1e6, rel=0.5)
    assert scale.condition_standardized < 2
    assert scale.ratio == pytest.approx(1000, rel=0.2)


def test_columns_that_say_nothing_new_are_counted() -> None:
    """A constant column and a copy are degenerate."""
    inputs = np.column_stack([RAW[:, 0], RAW[:, 1], RAW[:, 0], np.ones(500)]).astype(np.float32)
    assert input_scale(inputs).degenerate == 2


def test_targets_of_a_regression_are_standardized_and_turned_back() -> None:
    """What a trained network gives out is in the unit of the target."""
    rows = of_numbers()
    trained = train(rows, training_plan({"epochs": 40}), seed=0)
    assert prepare(rows, training_plan({})).targets.std() == pytest.approx(1, rel=1e-4)
    assert trained.outputs(rows.inputs).mean() == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("rows", "loss", "said"),
    [
        (of_classes(), "mse", "target of classes"),
        (of_numbers(), "hinge", "target of numbers"),
        (Rows(RAW, RAW[:, 0].astype(float) - 9, 0), "poisson", "0 or more"),
    ],
)
def test_loss_that_does_not_suit_the_target_is_refused(rows: Rows, loss: str, said: str) -> None:
    """The message says which losses do."""
    with pytest.raises(UsageError, match=said):
        prepare(rows, training_plan({"loss": loss}))


def test_huge_targets_are_standardized() -> None:
    """Their squares would be beyond what a float holds."""
    rows = of_numbers()
    huge = prepare(Rows(rows.inputs, rows.targets * 2.0**600, 0), training_plan({}))
    assert np.array_equal(huge.targets, prepare(rows, training_plan({})).targets)


def test_indicator_of_a_rare_category_has_no_tail() -> None:
    """Of two values none is far out; of many one is."""
    inputs = np.random.default_rng(0).standard_normal((5000, 2))
    inputs[:, 0] = np.arange(5000) == 7
    inputs[3, 1] = 500.0
    found = tails(inputs)
    assert found[0] == 0
    assert found[1] > 50


def test_poisson_of_huge_targets_is_refused() -> None:
    """It is learnt in units of the target, which single precision does not hold."""
    rows = of_numbers()
    with pytest.raises(UsageError, match="got larger ones"):
        prepare(Rows(rows.inputs, np.abs(rows.targets) * 1e200, 0), training_plan({"loss": "poisson"}))
