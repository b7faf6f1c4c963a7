"""What the profile knows of several columns together: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["CoMissing"]

_SAME = 0.99


@dataclass(frozen=True, slots=True)
class CoMissing:
    """In how many rows have two columns no value both: exact, over all rows.

    Attributes
    ----------
    columns : tuple of str
        The columns, the target included, that are null, NaN, empty or blank in some row, in table order: the first 500
        of them.
    counts : ndarray of int64, shape (n_columns, n_columns)
        Rows in which both have no value; on the diagonal those of the column itself.
    n_rows : int
        Rows of the table.
    n_left_out : int
        Columns with such rows beyond the first 500.
    """

    columns: tuple[str, ...] = ()
    counts: np.ndarray[Any, np.dtype[np.int64]] = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    n_rows: int = 0
    n_left_out: int = 0

    def together(self) -> tuple[tuple[str, ...], ...]:
        """Return the groups of columns that have no value in the same rows, the largest groups first.

        Of the rows in which the first column of a group or another one of it has no value, at least 99 % are without
        both; of those in which one has a value, at least 99 % have both.

        Examples
        --------
        >>> counts = np.array([[50, 50, 3], [50, 50, 3], [3, 3, 80]])
        >>> CoMissing(("street", "city", "age"), counts, n_rows=100).together()
        (('street', 'city'),)
        """
        own = np.diag(self.counts)
        either = own[:, None] + own - self.counts
        same = (self.counts >= _SAME * either) & (self.n_rows - either >= _SAME * (self.n_rows - self.counts))
        free = np.ones(len(own), np.bool_)
        groups = []
        for first, name in enumerate(self.columns):
            others = np.flatnonzero(same[first] & free)
            if free[first] and len(others) > 1:
                free[others] = False
                groups.append((name, *(self.columns[other] for other in others if other != first)))
        return tuple(sorted(groups, key=len, reverse=True))
