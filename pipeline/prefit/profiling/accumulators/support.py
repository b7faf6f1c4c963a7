"""In how many rows of each class does a feature have a value other than zero, and how many rows have none at all?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling import values
from prefit.profiling.arrays import Keys
from prefit.profiling.batches import NO_CLASSES, TableBatch, union_of
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
        overflown = (before is not None and before.overflown) or len(batch.classes.keys) > none.max_classes
        classes = NO_CLASSES if overflown else batch.classes
        n_rows, n_classes = classes.n_rows, len(classes.keys)
        counts = np.repeat(n_rows[:, None], none.counts.shape[1], axis=1)
        hollow = None if batch.plan.features else np.zeros(0, np.int64)
        for place, name in enumerate(batch.plan.features):
            unsupported = batch.columns[name].unsupported
            if hollow is None or len(hollow):
                hollow = unsupported if hollow is None else np.intersect1d(hollow, unsupported, assume_unique=True)
            if n_classes and len(unsupported) and classes.codes is not None:
                counts[:, place] -= np.bincount(classes.codes[unsupported], minlength=n_classes + 1)[:n_classes]
        n_hollow = 0 if hollow is None else len(hollow)
        return cls(none.max_classes, classes.keys, n_rows, counts, n_hollow, overflown)

    def __add__(self, other: Self) -> Self:
        n_hollow = self.n_hollow + other.n_hollow
        classes = union_of(self.classes, other.classes)
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

    @property
    def order(self) -> Keys:
        """Keys of the classes, the most frequent first."""
        return self.classes[self._order]

    @property
    def _order(self) -> NDArray[np.int64]:
        return np.lexsort([self.classes, -self.n_rows])

    def value(self, plan: Plan) -> values.ClassSupport | None:
        """Return the counts with the most frequent class first; None without classes."""
        if self.overflown or plan.target is None:
            return None
        order = self._order
        return values.ClassSupport(plan.features, self.n_rows[order], self.counts[order].T.copy())
