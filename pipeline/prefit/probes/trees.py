"""Boosted regression trees as plain arrays, read for many inputs at once: a step down all trees at a time."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Trees"]


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees whose leaves add up; each array has the shape (n_trees, n_nodes), and node 0 is the root of its tree.

    Attributes
    ----------
    feature : ndarray of uint8
        Place of the input that a node looks at.
    threshold : ndarray
        Inputs above it go to the node after `left`, others to `left`; infinite at leaves, which lead to themselves.
    left : ndarray of uint8
    value : ndarray
        What a leaf adds; 0 elsewhere.
    depth : ndarray, shape ()
        Steps from a root to the farthest leaf.
    """

    feature: Array
    threshold: Array
    left: Array
    value: Array
    depth: Array

    def __call__(self, inputs: Array) -> Array:
        """Return the sum over all trees for inputs of shape (n, n_features), none of them NaN."""
        feature, threshold, left = (values.ravel() for values in (self.feature, self.threshold, self.left))
        first_node = np.arange(len(self.feature)) * self.feature.shape[1]
        first_input = np.arange(len(inputs))[:, None] * inputs.shape[1]
        place = np.tile(first_node, (len(inputs), 1))
        for _ in range(int(self.depth)):
            above = inputs.take(first_input + feature.take(place)) > threshold.take(place)
            place = first_node + left.take(place) + above
        return np.asarray(self.value.take(place).sum(axis=1))

    def arrays(self) -> dict[str, Array]:
        """Return the arrays by name, to be stored."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
