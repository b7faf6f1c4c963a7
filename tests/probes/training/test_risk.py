"""Probabilities are those of the trees, beside what whole runs and whole epochs on all rows did."""

from __future__ import annotations

import numpy as np
import pytest

from prefit.probes.training.risk import probabilities
from prefit.probes.training.traits import TRAITS
from prefit.probes.training.trees import Trees


def indifferent(n_outputs: int) -> Trees:
    """Return trees of one leaf each, which take all outcomes for equally likely."""
    places = np.arange(n_outputs)
    zeros = np.zeros(n_outputs)
    return Trees(places, zeros, places, places, zeros, places, places, np.array(0))


def vanishing(**seen: float) -> float:
    """Return the probability of a vanishing gradient where a third of the runs stay flat."""
    case = {**dict.fromkeys(TRAITS, 0.0), "epoch seen": 1.0, **seen}
    heads = (indifferent(3), indifferent(1), indifferent(1))
    return float(probabilities(heads, [case])[0, 3])


@pytest.mark.parametrize(("ratio", "share"), [(-3.1, 0.75), (-2.9, 0.25)])
def test_gradients_of_a_whole_epoch_count_half(ratio: float, share: float) -> None:
    """Below a thousandth they speak for a gradient that vanishes, above against it."""
    assert vanishing(ratio=ratio) == pytest.approx(share / 3)


@pytest.mark.parametrize("seen", [{"rows seen": -0.5}, {"epoch seen": 0.9}])
def test_gradients_of_a_part_do_not(seen: dict[str, float]) -> None:
    """Of a part of the rows or of the epoch only the trees speak."""
    assert vanishing(ratio=-3.1, **seen) == pytest.approx(0.5 / 3)
