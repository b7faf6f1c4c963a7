"""Trees as arrays give what the library that fitted them gives."""

from __future__ import annotations

import numpy as np

from prefit.probes.training.risk import HEADS, SHIPPED
from prefit.probes.training.trees import Trees


def test_tree_adds_the_leaf_that_its_thresholds_lead_to() -> None:
    """Two stumps for two outputs, by hand; a value on the threshold goes left."""
    trees = Trees(
        feature=np.array([0, 0, 0, 1, 0, 0]),
        threshold=np.array([0.5, 0, 0, -1.0, 0, 0]),
        left=np.array([1, 1, 2, 4, 4, 5]),
        right=np.array([2, 1, 2, 5, 4, 5]),
        value=np.array([0, 10.0, 20.0, 0, 1.0, 2.0]),
        roots=np.array([0, 3]),
        outputs=np.array([0, 1]),
        depth=np.array(1),
    )
    assert trees(np.array([[0.5, 0.0], [0.6, -2.0]])).tolist() == [[10.0, 2.0], [20.0, 1.0]]


def test_arrays_survive_being_stored() -> None:
    """What is read back is what was written."""
    with np.load(SHIPPED, allow_pickle=False) as file:
        stored = dict(file)
    for head in HEADS:
        assert Trees.of(stored, head).arrays(head).keys() == {name for name in stored if name.startswith(f"{head} ")}
