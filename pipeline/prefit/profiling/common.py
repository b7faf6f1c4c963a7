"""In how many rows two columns have something in common, for all pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["common_rows"]

_BLOCK_CELLS = 1 << 21


def common_rows(rows: Sequence[NDArray[np.int64]], n_rows: int) -> NDArray[np.int64]:
    """Count the rows that two columns share; on the diagonal those of a column.

    Only rows that several columns have are multiplied, at most 2**24 of them: so far float32 counts exactly.

    Parameters
    ----------
    rows : sequence of ndarray of int64
        Rows of each column, no row twice.
    n_rows : int
        Rows of the batch.

    Examples
    --------
    >>> common_rows([np.array([0, 2]), np.array([2, 3, 4])], 5).tolist()
    [[2, 1], [1, 3]]
    """
    counts = np.bincount(np.concatenate([np.zeros(0, np.int64), *rows]), minlength=n_rows)
    several = np.flatnonzero(counts > 1)
    common = np.zeros((len(rows), len(rows)))
    if len(several):
        masks = np.zeros((len(rows), n_rows), np.bool_)
        for mask, of_column in zip(masks, rows, strict=True):
            mask[of_column] = True
        width = max(1, _BLOCK_CELLS // len(rows))
        for start in range(0, len(several), width):
            some = masks[:, several[start : start + width]].astype(np.float32)
            common += some @ some.T
    np.fill_diagonal(common, [len(of_column) for of_column in rows])
    return common.astype(np.int64)
