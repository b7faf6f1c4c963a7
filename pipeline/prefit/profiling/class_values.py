"""What the profile knows of the values of features in each class of the target: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["ClassSupport", "ClassTable"]


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
