"""A loss of zero is no fault where rows that were not trained on have none either."""

from __future__ import annotations

import numpy as np
import pytest
from tests.probes.training.rows import of_classes, of_numbers

from prefit.plan_values import training_plan
from prefit.probes.training.easy import told_by_feature, unseen_loss
from prefit.probes.training.rows import Rows

PLAN = training_plan({"learning_rate": 0.01, "epochs": 60})
OWNERS = ("a", "b", "c", "d", "e")


def unseen(rows: Rows) -> float:
    """Return the loss on rows that were left out of the whole run."""
    return unseen_loss(rows, PLAN, seed=0, n_steps=PLAN.steps(rows.n_rows), seconds=5.0)


def test_rule_without_noise_holds_for_other_rows() -> None:
    """The network learns it, and has next to no loss on rows left out."""
    rows = of_classes(2000)
    assert unseen(Rows(rows.inputs, (rows.inputs[:, 0] > 0).astype(np.int64), 2)) < 0.1


def test_rows_learnt_by_heart_say_nothing_of_others() -> None:
    """Labels by chance cost more than a constant on rows left out."""
    rows = of_classes(200)
    assert unseen(Rows(rows.inputs, np.random.default_rng(0).integers(0, 2, 200), 2)) > 1


def test_copies_stay_on_one_side() -> None:
    """Twenty rows with labels by chance, repeated fifty times, are no easy task."""
    rows, random = of_classes(20), np.random.default_rng(0)
    few = Rows(rows.inputs, random.integers(0, 2, 20), 2).take(random.integers(0, 20, 1000))
    assert unseen(few) > 0.5


@pytest.mark.parametrize("code", [lambda y: y * 7.0, lambda y: np.abs(y - 1.0)])
def test_code_of_three_classes_tells_all_that_it_tells(code: object) -> None:
    """A number for each class tells all; one number for two of them tells a part."""
    target = np.arange(300) % 3
    told = told_by_feature(Rows(code(target)[:, None].astype(np.float32), target, 3), ("a",))  # type: ignore[operator]
    assert told["a"] == (1.0 if len(np.unique(code(target))) == 3 else 0.5)  # type: ignore[operator]


def test_honest_features_tell_a_part() -> None:
    """Noise keeps the best of them well below all, of classes and of numbers."""
    assert 0.2 < max(told_by_feature(of_classes(), OWNERS).values()) < 0.8
    numbers = told_by_feature(of_numbers(), OWNERS)
    assert numbers["a"] == pytest.approx(0.88, abs=0.05)
    assert numbers["d"] < 0.05
