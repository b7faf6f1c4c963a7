"""In how many rows of each class does a feature have a value other than zero, and how many rows have none at all?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling import values
from prefit.profiling.arrays import Keys, Mask
from prefit.profiling.batches import ColumnBatch, TableBatch
from prefit.profiling.plan import Plan

__all__ = ["Support"]

_MAX_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """Exact counts of the rows in which features are neither missing nor zero, class by class.

    Rows without a label are in no class. A target with more than `max_classes` values has no counts: `overflown`.

    Attributes
    ----------
    max_classes : int
    classes : ndarray of uint64, shape (n_classes,)
        Keys of the classes, ascending.
    n_rows : ndarray of int64, shape (n_classes,)
    counts : ndarray of int64, shape (n_classes, n_features)
    n_hollow : int
        Rows, labelled or not, in which every feature is missing or zero.
    """

    max_classes: int
    classes: Keys
    n_rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    n_hollow: int = 0
    overflown: bool = False

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return the identity."""
        n_features = len(plan.features)
        most = min(plan.max_classes, _MAX_CELLS // max(n_features, 1))
        return cls(most, np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros((0, n_features), np.int64))

    @classmethod
    def from_batch(cls, batch: TableBatch, before: Self | None = None) -> Self:
        """Count one batch; where a sum with `before` has no classes anyway, only the hollow rows."""
        none = cls.empty(batch.plan)
        classes, codes = _classes(batch)
        overflown = (before is not None and before.overflown) or len(classes) > none.max_classes
        n_classes = 0 if overflown else len(classes)
        codes = np.minimum(codes, n_classes)
        n_rows = np.bincount(codes, minlength=n_classes + 1)[:n_classes]
        counts = np.zeros((n_classes, none.counts.shape[1]), np.int64)
        hollow = np.full(len(batch), bool(batch.plan.features))
        for place, name in enumerate(batch.plan.features):
            supported = _supported(batch.columns[name])
            if supported.all():
                hollow[:] = False
                counts[:, place] = n_rows
                continue
            hollow &= ~supported
            if n_classes:
                counts[:, place] = np.bincount(codes[supported], minlength=n_classes + 1)[:n_classes]
        return cls(none.max_classes, classes[:n_classes], n_rows, counts, int(np.count_nonzero(hollow)), overflown)

    def __add__(self, other: Self) -> Self:
        n_hollow = self.n_hollow + other.n_hollow
        classes = np.union1d(self.classes, other.classes)
        if self.overflown or other.overflown or len(classes) > self.max_classes:
            nothing = np.zeros((0, self.counts.shape[1]), np.int64)
            return type(self)(self.max_classes, classes[:0], nothing[:, 0], nothing, n_hollow, overflown=True)
        n_rows = np.zeros(len(classes), np.int64)
        counts = np.zeros((len(classes), self.counts.shape[1]), np.int64)
        for part in (self, other):
            at = np.searchsorted(classes, part.classes)
            n_rows[at] += part.n_rows
            counts[at] += part.counts
        return type(self)(self.max_classes, classes, n_rows, counts, n_hollow)

    def sound(self, none: Self) -> bool:
        """Whether stored counts can be summed with `none`."""
        ascending = bool((self.classes[1:] > self.classes[:-1]).all())
        shaped = self.counts.shape == (len(self.classes), none.counts.shape[1])
        sized = self.max_classes == none.max_classes and len(self.classes) <= self.max_classes
        return sized and shaped and ascending and self.classes.shape == self.n_rows.shape

    def value(self, plan: Plan) -> values.ClassSupport | None:
        """Return the counts with the most frequent class first; None without classes."""
        if self.overflown or plan.target is None:
            return None
        order = np.lexsort([self.classes, -self.n_rows])
        return values.ClassSupport(plan.features, self.n_rows[order], self.counts[order].T.copy())


def _classes(batch: TableBatch) -> tuple[Keys, NDArray[np.int64]]:
    """Return the keys of the classes, ascending, and the class of every row; rows without a label come after all."""
    if batch.target is None:
        return np.zeros(0, np.uint64), np.zeros(len(batch), np.int64)
    labelled = ~batch.target.missing
    classes, places = np.unique(batch.target.keys[labelled], return_inverse=True)
    codes = np.full(len(batch), len(classes))
    codes[labelled] = places
    return classes, codes


def _supported(column: ColumnBatch) -> Mask:
    """Return True where a row has a value that is not zero."""
    supported = ~column.missing
    if column.storage in ("number", "boolean", "decimal"):
        rows = slice(None) if column.valid is None else column.valid
        supported[rows] &= column.numbers != 0
    return supported
