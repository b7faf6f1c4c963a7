"""Which rows stand for each class, however rare it is?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling import values
from prefit.profiling.accumulators.row_sample import Rows, no_rows
from prefit.profiling.arrays import Keys, Mask, run_starts
from prefit.profiling.batches import TableBatch
from prefit.profiling.plan import Plan

__all__ = ["ClassSample"]

_MAX_ROWS = 65_536
_MAX_CHUNKS = 64


@dataclass(frozen=True, slots=True, eq=False)
class ClassSample:
    """Of each class the rows with the lowest priority, the same however the table was cut.

    Rows without a label are in no class. Every class gets `per_class` rows, fewer when there are so many classes that
    65,536 rows would not do. A target with more than `max_classes` values has no class sample: `overflown`. Some more
    rows are held for a while, as cutting at every merge would copy too much.
    """

    per_class: int
    max_classes: int
    rows: Rows
    labels: Keys
    overflown: bool = False

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return the identity."""
        return cls(plan.class_rows, plan.max_classes, Rows.empty(plan), np.zeros(0, np.uint64))

    @classmethod
    def from_batch(cls, batch: TableBatch, before: Self | None = None) -> Self:
        """Draw from one batch; rows that a sum with `before` would leave out anyway may be left out."""
        none = cls.empty(batch.plan)
        if batch.target is None:
            return none
        classes = batch.classes
        if (before is not None and before.overflown) or len(classes.keys) > none.max_classes:
            return none._overflow()
        if classes.codes is None or len(classes.keys) == 0:
            return none
        limits = np.full(len(classes.keys), np.uint64(2**64 - 1)) if before is None else before._limits(classes.keys)
        chosen = np.flatnonzero(batch.priorities < np.append(limits, np.uint64(0)).take(classes.codes))
        labels = classes.keys[classes.codes[chosen]]
        low = none._lowest(labels, batch.priorities[chosen])
        return cls(none.per_class, none.max_classes, Rows.of_batch(batch, chosen[low]), labels[low])

    def __add__(self, other: Self) -> Self:
        if self.overflown or other.overflown:
            return self._overflow()
        if len(other.labels) == 0 or len(self.labels) == 0:
            return self if len(self.labels) else other
        rows, labels = self.rows + other.rows, np.concatenate([self.labels, other.labels])
        n_classes = len(np.unique(labels, return_index=True)[0])
        if n_classes > self.max_classes:
            return self._overflow()
        merged = type(self)(self.per_class, self.max_classes, rows, labels)
        many = len(labels) > n_classes * self._quota(n_classes) + self.per_class
        return merged._kept() if many or rows.table.column(0).num_chunks > _MAX_CHUNKS else merged

    def _kept(self) -> Self:
        """Return the same sample without the rows that are held for a while."""
        low = self._lowest(self.labels, self.rows.priorities)
        rows = self.rows.where(low)
        return type(self)(self.per_class, self.max_classes, rows, self.labels[low])

    def canonical(self) -> Self:
        """Return the same sample in table order, without the rows that are held for a while."""
        low = np.flatnonzero(self._lowest(self.labels, self.rows.priorities))
        order = low[np.argsort(self.rows.positions[low], kind="stable")]
        rows = self.rows.taken(order)
        return type(self)(self.per_class, self.max_classes, rows, self.labels[order], self.overflown)

    def sound(self, none: Self) -> bool:
        """Whether a stored sample can be summed with `none`."""
        empty = not self.overflown or len(self.rows) == 0
        sized = (self.per_class, self.max_classes) == (none.per_class, none.max_classes)
        return sized and empty and self.labels.shape == (len(self.rows),)

    def _overflow(self) -> Self:
        nothing = Rows(no_rows(self.rows.table.schema), np.zeros(0, np.int64), np.zeros(0, np.uint64))
        return type(self)(self.per_class, self.max_classes, nothing, np.zeros(0, np.uint64), overflown=True)

    def _quota(self, n_classes: int) -> int:
        return min(self.per_class, _MAX_ROWS // max(n_classes, 1))

    def _lowest(self, labels: Keys, priorities: Keys) -> Mask:
        """Return True for the rows that are among the first of their class."""
        order = np.lexsort([priorities, labels])
        heads = run_starts(labels[order])
        sizes = np.diff(heads, append=len(labels))
        rank = np.arange(len(labels)) - np.repeat(heads, sizes)
        low = np.zeros(len(labels), np.bool_)
        low[order[rank < self._quota(len(heads))]] = True
        return low

    def _limits(self, labels: Keys) -> NDArray[np.uint64]:
        """Return, for each label, the priority that a row must beat to be kept."""
        everything = np.uint64(2**64 - 1)
        low = self._lowest(self.labels, self.rows.priorities)
        classes, place, counts = np.unique(self.labels[low], return_inverse=True, return_counts=True)
        if len(classes) == 0:
            return np.full(len(labels), everything)
        worst = np.zeros(len(classes), np.uint64)
        np.maximum.at(worst, place, self.rows.priorities[low])
        worst[counts < self._quota(len(classes))] = everything
        at = np.minimum(np.searchsorted(classes, labels), len(classes) - 1)
        return np.where(classes[at] == labels, worst[at], everything)

    def value(self) -> values.RowSample | None:
        """Return the sampled rows in table order; None when there are too many classes."""
        if self.overflown:
            return None
        rows = self.canonical().rows
        return values.RowSample(rows.table, rows.positions)
