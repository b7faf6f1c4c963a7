"""Predictions of rows that do not depend on how many others are predicted with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from prefit.probes.frame import Array

__all__ = ["steadily"]

BLOCK_ROWS = 256
"""Rows that linear algebra is given at once, always as many: the last bit of a sum depends on it."""

SUMMING = ("coef_", "n_samples_fit_")
"""What models have that take sums over all columns of many rows at once: linear ones, and nearest neighbours."""


def steadily(model: Any, method: str, matrix: Array) -> Array:
    """Return what a method of a fitted model says of rows, to the last bit the same wherever the rows are cut.

    Parameters
    ----------
    model : estimator or Pipeline
    method : str
        ``"predict"`` or ``"predict_proba"``.
    matrix : ndarray, shape (n_rows, n_columns)
        One row at least.
    """
    predict = getattr(model, method)
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    if not any(hasattr(last, name) for name in SUMMING):
        return np.asarray(predict(matrix))
    full = np.vstack([matrix, np.repeat(matrix[-1:], -len(matrix) % BLOCK_ROWS, axis=0)])
    blocks = [predict(full[start : start + BLOCK_ROWS]) for start in range(0, len(full), BLOCK_ROWS)]
    return np.concatenate(blocks)[: len(matrix)]
