"""A record batch, decoded and hashed once for all accumulators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import (
    Keys,
    as_arrow,
    plain,
    union_of,
)
from prefit.profiling.column_batch import ColumnBatch
from prefit.profiling.hashing import splitmix64
from prefit.profiling.lookup import Memo
from prefit.profiling.plan import Plan

__all__ = ["NO_CLASSES", "Classes", "ColumnBatch", "TableBatch", "union_of"]


@dataclass(frozen=True, eq=False)
class Classes:
    """Classes of the target.

    Attributes
    ----------
    keys : ndarray of uint64
        Of the classes, ascending.
    codes : ndarray of int64 or None
        Place of the class of every row in `keys`; rows without a label come after all. None where there is no class.
    """

    keys: Keys
    codes: NDArray[np.int64] | None

    @property
    def n_rows(self) -> NDArray[np.int64]:
        """Rows of each class."""
        if self.codes is None:
            return np.zeros(0, np.int64)
        return np.bincount(self.codes, minlength=len(self.keys) + 1)[: len(self.keys)]

    @cached_property
    def modal(self) -> int:
        """Place of the class with the most rows, that of rows without a label where there are more of them."""
        if self.codes is None or len(self.codes) == 0:
            return len(self.keys)
        return int(np.bincount(self.codes).argmax())

    @cached_property
    def others(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows that are not of the most frequent class, and their codes."""
        if self.codes is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        rows = np.flatnonzero(self.codes != self.modal)
        return rows, self.codes[rows]

    def codes_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the codes of some rows."""
        if self.codes is None:
            return np.full(len(rows), len(self.keys))
        return self.codes if len(rows) == len(self.codes) else self.codes[rows]

    def over(self, known: Keys) -> Classes:
        """Return the same classes as part of more."""
        if len(self.keys) == len(known):
            return self
        places = np.append(np.searchsorted(known, self.keys), len(known))
        return Classes(known, None if self.codes is None else places[self.codes])


NO_CLASSES = Classes(np.zeros(0, np.uint64), None)


class TableBatch:
    """All columns of one batch, and the keys of its rows.

    Attributes
    ----------
    columns : dict of str to ColumnBatch
    positions : ndarray of int64
        0-based row numbers in the whole input.
    plan : Plan
    """

    def __init__(
        self, batch: pa.RecordBatch, first_row: int, plan: Plan, memos: Mapping[str, Memo] | None = None
    ) -> None:
        memos = memos or {}
        self.plan = plan
        self.columns = {
            name: ColumnBatch(batch.column(i), memos.get(name), scale)
            for i, (name, scale) in enumerate(zip(plan.schema.names, plan.column_scales, strict=True))
        }
        self.positions = np.arange(first_row, first_row + batch.num_rows)

    def __len__(self) -> int:
        return len(self.positions)

    @cached_property
    def priorities(self) -> Keys:
        """A hash of seed and row number: the rows with the lowest are sampled."""
        seed = splitmix64(np.array([self.plan.seed % 2**64], np.uint64))
        return splitmix64(splitmix64(self.positions.astype(np.uint64)) ^ seed)

    @cached_property
    def target(self) -> ColumnBatch | None:
        """The column to predict."""
        return None if self.plan.target is None else self.columns[self.plan.target]

    @cached_property
    def classes(self) -> Classes:
        """Classes of this batch."""
        return NO_CLASSES if self.target is None else _classes(self.target)

    def classes_beside(self, known: Keys) -> Classes:
        """Return the classes of this batch and some others."""
        return self.classes.over(union_of(self.classes.keys, known))

    @cached_property
    def row_keys(self) -> Keys:
        """Key of every row, over all columns."""
        features, others = self._sums
        return splitmix64(features + others)

    @cached_property
    def feature_keys(self) -> Keys:
        """Key of every row, over the features only."""
        return splitmix64(self._sums[0])

    def rows(self, places: NDArray[np.int64]) -> pa.Table:
        """Copy the rows at some places of the batch, decoded."""
        some = self._record.take(as_arrow(places))
        arrays = [plain(array) if pa.types.is_dictionary(array.type) else array for array in some.columns]
        return pa.Table.from_arrays(arrays, schema=self.plan.sample_schema)

    @cached_property
    def _record(self) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([column.array for column in self.columns.values()], list(self.columns))

    @cached_property
    def _sums(self) -> tuple[Keys, Keys]:
        """Sums of what the features add to the keys of the rows, and of what the other columns do."""
        features, others = np.zeros(len(self), np.uint64), np.zeros(len(self), np.uint64)
        known, scratch = set(self.plan.features), np.empty(len(self), np.uint64)
        for name, column in self.columns.items():
            sums = features if name in known else others
            sums += column.row_part(name, scratch)
        return features, others


def _classes(target: ColumnBatch) -> Classes:
    if target.coded is not None:
        used = target.coded.used
        classes, places = np.unique(target.coded.book.keys[used], return_inverse=True)
        of_numbers = np.full(len(target.coded.weights), len(classes))
        of_numbers[used] = places
        return Classes(classes, target.coded.spread(of_numbers))
    missing = target.some_missing
    keys = target.keys
    if target.codes is not None:
        used = np.flatnonzero(target.weights)
        used = used if missing is None else used[~np.isin(used, target.codes[missing])]
        classes, places = np.unique(target.entry_keys[used], return_inverse=True)
        of_entries = np.full(len(target.entries) + 1, len(classes))
        of_entries[used] = places
        return Classes(classes, of_entries.take(target.codes, mode="clip"))
    labelled = keys if missing is None else keys[~missing]
    if missing is None and len(labelled) and (found := target.memo.classes_of(labelled)) is not None:
        return Classes(*found)
    classes, places = np.unique(labelled, return_inverse=True)
    target.memo.remember_classes(classes)
    if missing is None:
        return Classes(classes, places)
    codes = np.full(len(target), len(classes))
    codes[~missing] = places
    return Classes(classes, codes)
