"""What reaches the last step of an estimator."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDRegressor

from prefit.probes.own_steps.feeding import Fed

ROWS = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 0.0], [0.0, 3.0]])
ANSWERS = np.array([1.0, 2.0, 3.0, 6.0])


def fed(inputs: object) -> Fed:
    """Return four rows."""
    return Fed(SGDRegressor(), inputs, ANSWERS, 0, float(ANSWERS.mean()), float(ANSWERS.std()))


@pytest.mark.parametrize("inputs", [ROWS, csr_matrix(ROWS)])
def test_equal_rows_have_one_number(inputs: object) -> None:
    """In a matrix with and without gaps."""
    groups = fed(inputs).groups()
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3


@pytest.mark.parametrize("inputs", [ROWS, csr_matrix(ROWS)])
def test_inputs_are_standardized_and_parameters_set_on_a_copy(inputs: object) -> None:
    """A sparse matrix stays sparse: its columns are divided, not moved."""
    given = fed(inputs)
    changed = given.under({"scaling": "standard", "eta0": 0.5})
    assert changed.dense().std(axis=0) == pytest.approx([1, 1])
    assert hasattr(changed.inputs, "toarray") == hasattr(inputs, "toarray")
    assert (changed.estimator.eta0, given.estimator.eta0) == (0.5, 0.01)
    assert given.dense() == pytest.approx(ROWS)


def test_target_is_standardized_and_then_given_as_it_is() -> None:
    """Losses are of standard deviations either way."""
    given = fed(ROWS)
    changed = given.under({"target_scaling": "standard"})
    assert changed.answers == pytest.approx(given.targets)
    assert (changed.center, changed.scale) == (0.0, 1.0)
    assert changed.targets == pytest.approx(given.targets)
