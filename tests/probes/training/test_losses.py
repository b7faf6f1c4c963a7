"""Reference losses are those of the best constant, however it is found."""

from __future__ import annotations

import numpy as np
import pytest

from prefit.probes.training.losses import loss_and_slope, reference_loss

NUMBERS = np.array([0.0, 0.5, 1.0, 2.0, 7.0])
CLASSES = np.array([0, 0, 0, 1, 2, 2])


def constant_loss(name: str, outputs: list[float], targets: np.ndarray) -> float:
    """Return the loss of the same outputs for all rows."""
    return loss_and_slope(name, np.tile(np.array(outputs), (len(targets), 1)), targets)[0]


@pytest.mark.parametrize("name", ["mse", "mae", "huber", "poisson"])
def test_no_constant_has_a_lower_loss_than_the_reference(name: str) -> None:
    """Of a thousand constants the best one comes close to it from above."""
    tried = [constant_loss(name, [value], NUMBERS) for value in np.linspace(-2, 8, 1001)]
    assert min(tried) >= reference_loss(name, NUMBERS) - 1e-9
    assert min(tried) == pytest.approx(reference_loss(name, NUMBERS), rel=1e-3)


@pytest.mark.parametrize("name", ["cross_entropy", "hinge"])
def test_no_constant_logits_have_a_lower_loss_than_the_reference(name: str) -> None:
    """Of many constant logits the best ones come close to it from above."""
    grid = np.linspace(-2, 2, 41)
    tried = [constant_loss(name, [0.0, first, second], CLASSES) for first in grid for second in grid]
    assert min(tried) >= reference_loss(name, CLASSES) - 1e-9
    assert min(tried) == pytest.approx(reference_loss(name, CLASSES), rel=2e-2)


def test_reference_of_entropy_and_variance() -> None:
    """Two even classes have ln 2, numbers their variance."""
    assert reference_loss("cross_entropy", np.array([0, 1])) == pytest.approx(np.log(2))
    assert reference_loss("mse", NUMBERS) == pytest.approx(NUMBERS.var())


def test_hinge_of_two_classes_is_twice_the_rare_share() -> None:
    """A constant that is sure of the frequent class errs by two on each of the others."""
    assert reference_loss("hinge", np.array([0, 0, 0, 1])) == pytest.approx(0.5)
