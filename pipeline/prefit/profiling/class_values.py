"""What the profile knows of the values of features in each class of the target: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["ClassHistogram", "ClassSupport", "ClassTable"]


@dataclass(frozen=True, slots=True)
class ClassSupport:
    """In how many rows of each class a feature has a value other than zero.

    Classes are the same as in `Profile.class_counts`, in the same order: `n_rows` has shape (n_classes,), `counts`
    (n_features, n_classes).
    """

    features: tuple[str, ...]
    n_rows: np.ndarray[Any, np.dtype[np.int64]]
    counts: np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class ClassHistogram:
    """In how many rows of each class do the finite numbers of a column lie between edges: exact, over all rows.

    Classes are the same as in `Profile.class_support`, in the same order; rows without a label are in none. There are
    64 bins of equal width, a power of two; they span the middle 98 % of about 1,024 of the first rows, and as much
    again at most. A bin holds its lower edge. Unlike those of :class:`~prefit.profiling.values.Histogram` the edges
    tell values of the data: they are not for reports.

    Attributes
    ----------
    edges : tuple of float
        65 of them.
    n_rows : ndarray of int64, shape (66,)
        Rows, labelled or not, below the first edge, in each bin, and from the last edge on.
    counts : ndarray of int64, shape (66, n_classes)
        No classes for the target and columns that are no features, nor where there are too many: more than 1,000 in
        tables of up to 15 numeric columns, 79 of 200, 7 of 2,000.
    """

    edges: tuple[float, ...]
    n_rows: np.ndarray[Any, np.dtype[np.int64]]
    counts: np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class ClassTable:
    """In how many rows of each class do the values of a column stand?

    Classes are the same as in `Profile.class_support`, in the same order; rows without a label are in none.

    Attributes
    ----------
    values : pyarrow.Array or None
        The values, most frequent first; None where only their hashes are known: the table of a column with more
        distinct values than are counted exactly. Null and NaN are no values.
    n_rows : ndarray of int64, shape (n_values,)
        Rows of each value, labelled or not.
    counts : ndarray of int64, shape (n_values, n_classes)
    share : float
        Probability with which a distinct value is in the table, with all its rows: 1 where none was left out.
    """

    values: pa.Array | None
    n_rows: np.ndarray[Any, np.dtype[np.int64]]
    counts: np.ndarray[Any, np.dtype[np.int64]]
    share: float

    @property
    def exact(self) -> bool:
        """Whether no value was left out."""
        return self.share == 1.0
