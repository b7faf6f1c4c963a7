"""Which rows are close by their numbers, or by the angle of their embeddings: sorting finds them, not comparing all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from prefit.probes.frame import Array
from prefit.profiling.hashing import splitmix64

__all__ = ["Numbers", "Vectors"]

WINDOW = 3
"""Rows that are compared with each row of a bucket, in which close rows stand together."""

NEIGHBOURS = 6
DIMENSIONS = 4
"""More numbers than this are projected at random before neighbours are sought: what is close stays close."""

TABLES = 8
BITS = 16

WIDE_SPAN = 20.0
"""Ratio of the quartiles of positive values from which their logarithm is compared, so that small ones count too."""

CLOSE_CHORD = 0.2
"""Chord between unit vectors at a cosine of 0.98, the unit of distances."""


class Numbers:
    """Columns of numbers, each in units of the interquartile range of its distinct values.

    Parameters
    ----------
    columns : sequence of ndarray of float64
        Without NaN or infinity.
    """

    def __init__(self, columns: Sequence[Array]) -> None:
        self.values = np.column_stack([_scaled(column) for column in columns])

    def neighbours(self, within: Array, sought: Array, among: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Return the neighbours of the rows `sought` among other rows, and their distances, nearest first.

        Both have the shape (len(sought), :data:`NEIGHBOURS`); the distance is infinite where there is none that agrees
        in `within`.
        """
        from scipy.spatial import KDTree

        reached = np.clip(self.values, -5, 5)
        if reached.shape[1] > DIMENSIONS:
            reached = reached @ rng.normal(size=(reached.shape[1], DIMENSIONS)) / np.sqrt(reached.shape[1])
        apart = np.unique(within, return_inverse=True)[1] * 1e3
        points = np.column_stack([reached, apart])
        tree = KDTree(points[among], balanced_tree=False, compact_nodes=False)
        found = tree.query(points[sought], k=NEIGHBOURS + 1, p=np.inf)[1]  # the row itself may be one of them
        rows = among[np.minimum(found, len(among) - 1)]
        distance = self.distance(np.repeat(sought, NEIGHBOURS + 1), rows.ravel()).reshape(rows.shape)
        distance[(found == len(among)) | (within[rows] != within[sought, None])] = np.inf
        itself = rows == sought[:, None]
        distance[itself] = -1.0
        order = np.argsort(distance, axis=1, kind="stable")
        first = itself.any(axis=1).astype(np.int64)
        order = np.take_along_axis(order, first[:, None] + np.arange(NEIGHBOURS), axis=1)
        return np.take_along_axis(rows, order, axis=1), np.take_along_axis(distance, order, axis=1)

    def distance(self, first: Array, second: Array) -> Array:
        """Return the greatest difference in any column."""
        distance = np.zeros(len(first))
        for column in self.values.T:
            np.maximum(distance, np.abs(column[first] - column[second]), out=distance)
        return distance


class Vectors:
    """Embeddings, compared by the angle that they have as seen from their mean.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_rows, n_dimensions)
        Without NaN.
    """

    def __init__(self, vectors: Array) -> None:
        centred = vectors - vectors.mean(axis=0)
        self.units = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)

    def candidates(self, within: Array, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
        """Yield pairs of rows that agree in `within` and are on one side of 16 random hyperplanes."""
        powers = np.uint64(1) << np.arange(BITS, dtype=np.uint64)
        for _ in range(TABLES):
            drawn = rng.normal(size=(self.units.shape[1], BITS + 1)).astype(np.float32)
            projected = self.units @ drawn
            sides = (projected[:, :BITS] > 0) @ powers
            yield from _neighbours(splitmix64(within ^ splitmix64(sides)), projected[:, BITS])

    def distance(self, first: Array, second: Array) -> Array:
        """Return the chord between the unit vectors, in units of that at a cosine of 0.98."""
        distance = np.empty(len(first))
        step = max(1, 4_000_000 // self.units.shape[1])
        for start in range(0, len(first), step):
            part = slice(start, start + step)
            distance[part] = np.linalg.norm(self.units[first[part]] - self.units[second[part]], axis=1)
        return distance / CLOSE_CHORD


def _neighbours(bucket: Array, place: Array) -> Iterator[tuple[Array, Array]]:
    """Yield the pairs that stand next to each other in a bucket."""
    order = np.lexsort((place, bucket))
    for step in range(1, min(WINDOW + 1, len(order))):
        first, second = order[:-step], order[step:]
        same = bucket[first] == bucket[second]
        yield first[same], second[same]


def _scaled(column: Array) -> Array:
    distinct = np.unique(column)
    low, high = np.quantile(distinct, (0.25, 0.75))
    if distinct[0] > 0 and high > WIDE_SPAN * low:
        return _scaled(np.log(column))
    spread = high - low or distinct[-1] - distinct[0] or 1.0
    return np.asarray((column - np.median(distinct)) / spread)
