"""Why is a label doubted?"""

from __future__ import annotations

import numpy as np

from prefit.evidence.labels import REASONS
from prefit.probes.frame import Array
from prefit.probes.problem import Problem

__all__ = ["reasons"]

NEIGHBOURS = 10
FAR = 3.0
"""A row lies far from all others if its neighbours are farther than the third quartile of such distances by so many
interquartile ranges."""


def reasons(problem: Problem, matrix: Array, suggested: Array) -> Array:
    """Return the place in `REASONS` of each row whose label is not the one that is suggested, 0 for the others.

    Parameters
    ----------
    problem : Problem
    matrix : ndarray, shape (n_rows, n_columns)
        Its features, encoded.
    suggested : ndarray of int, shape (n_rows,)
    """
    contradicted = np.flatnonzero(suggested != problem.target)
    reason = np.zeros(problem.n_rows, dtype=np.int8)
    if not len(contradicted):
        return reason
    reason[contradicted] = REASONS.index("model disagreement")
    distance, near = _nearest(matrix, contradicted)
    agree = (problem.target[near] == problem.target[contradicted][:, None]).mean(axis=1)
    reason[contradicted[agree < 0.5]] = REASONS.index("neighbours")
    reason[contradicted[distance > _far(matrix, problem.n_rows)]] = REASONS.index("outlier")
    conflicting = _in_conflict(problem)
    reason[contradicted[conflicting[contradicted]]] = REASONS.index("conflicting duplicate")
    return reason


def _nearest(matrix: Array, rows: Array) -> tuple[Array, Array]:
    """Return the mean distance of some rows to their nearest neighbours, and which rows these are."""
    from sklearn.neighbors import NearestNeighbors

    filled = _filled(matrix)
    n = min(NEIGHBOURS, len(matrix) - 1)
    distance, near = NearestNeighbors(n_neighbors=n + 1).fit(filled).kneighbors(filled[rows])
    itself = near == rows[:, None]
    itself[~itself.any(axis=1), -1] = True  # where copies crowd it out
    shape = (len(rows), n)
    return distance[~itself].reshape(shape).mean(axis=1), near[~itself].reshape(shape)


def _filled(matrix: Array) -> Array:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    impute = SimpleImputer(strategy="median", keep_empty_features=True)
    return np.asarray(make_pipeline(impute, StandardScaler()).fit_transform(matrix))


def _far(matrix: Array, n_rows: int) -> float:
    """Return the distance to the neighbours beyond which a row is an outlier, from a thousand rows."""
    rows = np.linspace(0, n_rows - 1, min(n_rows, 1_000)).astype(np.int64)
    first, third = np.quantile(_nearest(matrix, rows)[0], [0.25, 0.75])
    return float(third + FAR * (third - first))


def _in_conflict(problem: Problem) -> Array:
    """Say which rows have the same features as a row with another label."""
    _, twin = np.unique(problem.frame.row_keys(), return_inverse=True)
    _, first = np.unique(twin, return_index=True)
    differs = problem.target != problem.target[first][twin]
    return np.asarray(np.bincount(twin, differs, minlength=len(first))[twin] > 0)
