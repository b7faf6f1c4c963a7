"""What a probe finds out about rows that nearly repeat others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NearTwins"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearTwins:
    """Rows that nearly, but not exactly, equal another row: of the same table, or of the training data.

    Attributes
    ----------
    n_rows : int
        Distinct rows that were compared.
    n_near, n_extra : int
        Those that have a near twin; those that repeat an earlier one, one less in each group.
    chance : float
        Share of the rows that have such a twin by chance.
    thinning : float
        Rows that stand behind each row that could be a twin: above 1 where a sample was compared, which finds the
        twins of its rows that often more rarely than there are any.
    positions, groups : ndarray of int64
        0-based row numbers of the rows with a twin, and the number of the group of each.
    """

    n_rows: int
    n_near: int
    n_extra: int
    chance: float
    thinning: float
    positions: NDArray[np.int64]
    groups: NDArray[np.int64]
