"""Boosted trees as plain arrays: fitted elsewhere, evaluated here without the library that fitted them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Trees"]


@dataclass(frozen=True, slots=True)
class Trees:
    """Binary trees, one after another in the same arrays; a leaf leads to itself.

    Attributes
    ----------
    feature : ndarray of int, shape (n_nodes,)
    threshold : ndarray, shape (n_nodes,)
        Values up to it go left.
    left, right : ndarray of int, shape (n_nodes,)
        Next node.
    value : ndarray, shape (n_nodes,)
        What a leaf adds.
    roots, outputs : ndarray of int, shape (n_trees,)
        First node of each tree, and the output that its leaf is added to.
    depth : ndarray of int, shape ()
        Longest way from a root to a leaf.
    """

    feature: Array
    threshold: Array
    left: Array
    right: Array
    value: Array
    roots: Array
    outputs: Array
    depth: Array

    def __call__(self, traits: Array) -> Array:
        """Return the sums of leaves, shape (n_rows, n_outputs), for traits of the shape (n_rows, n_traits)."""
        sums = np.zeros((len(traits), int(self.outputs.max()) + 1))
        for row, values in enumerate(traits):
            nodes = self.roots
            for _ in range(int(self.depth)):
                goes_left = values[self.feature[nodes]] <= self.threshold[nodes]
                nodes = np.where(goes_left, self.left[nodes], self.right[nodes])
            np.add.at(sums[row], self.outputs, self.value[nodes])
        return sums

    def arrays(self, name: str) -> dict[str, Array]:
        """Return the arrays under names that begin with `name`, to be stored."""
        return {f"{name} {field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, stored: Mapping[str, Array], name: str) -> Trees:
        """Take the trees called `name` from stored arrays."""
        return cls(**{field.name: stored[f"{name} {field.name}"] for field in fields(cls)})
