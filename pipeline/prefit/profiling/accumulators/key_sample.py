"""How many distinct values has a column, and which are the most frequent?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa

from prefit.profiling.accumulators.bottom_k import Z90, KeyTable
from prefit.profiling.accumulators.counting import (
    KeyedRows,
    TalliedNumbers,
    cells_of,
    counted,
    entries_counted,
    grouped,
)
from prefit.profiling.arrays import Keys, as_arrow, no_values, raw_numbers, storage_of, taken, text_bytes
from prefit.profiling.batches import NO_CLASSES, Classes, ColumnBatch, union_of
from prefit.profiling.codebook import Coded, from_raw
from prefit.profiling.hashing import NAN_KEY
from prefit.profiling.plan import Plan
from prefit.profiling.tally import Tally
from prefit.profiling.values import ClassTable, DistinctCount

__all__ = ["KeySample"]

_NO_KEYS = np.zeros(0, np.uint64)
_NO_PLACES = np.zeros(0, np.int64)
_MOST_WAITING = 256


@dataclass(frozen=True, slots=True, eq=False)
class KeySample:
    """The k distinct values with the lowest keys, each with its exact row count; NaN and null are no values.

    Up to k distinct values everything is exact. Beyond, the number of distinct values is estimated with a relative
    standard error of 1/sqrt(k - 2), 1.6 % for k = 4,096.

    Beside its row count, a value has its count in each class of the target, as long as there are at most
    `most_classes` of them; `overflown` beyond.

    Once values are left out, the rows of new ones wait until there are many, as each merging sorts and copies all that
    is held; numbers with a codebook are tallied by it. :meth:`canonical` leaves none waiting.

    Attributes
    ----------
    table : KeyTable
        With the columns ``count`` and, of shape (n_keys, n_classes), ``by_class``.
    values : pyarrow.Array or None
        The values of the keys; None once a key was left out or the values outgrew `value_bytes`.
    value_bytes : int
    classes : ndarray of uint64
        Keys of the classes, ascending.
    most_classes : int
    overflown : bool

    References
    ----------
    Beyer et al. (2007), On synopses for distinct-value estimation under multiset operations,
    doi:10.1145/1247480.1247504.
    """

    table: KeyTable
    values: pa.Array | None
    value_bytes: int
    classes: Keys
    most_classes: int
    overflown: bool = False
    waiting: tuple[KeyedRows, ...] = ()
    tallied: tuple[TalliedNumbers, ...] = ()

    @classmethod
    def empty(cls, plan: Plan, type_: pa.DataType) -> Self:
        """Return the identity for columns of a plain type."""
        return cls(KeyTable(plan.key_capacity), no_values(type_), plan.value_bytes, _NO_KEYS, plan.table_classes)

    @classmethod
    def from_batch(cls, column: ColumnBatch, plan: Plan, classes: Classes = NO_CLASSES) -> Self:
        """Count one batch, whose rows are of some classes."""
        return cls.empty(plan, column.entries.type).extended(column, classes)

    def extended(self, column: ColumnBatch, classes: Classes = NO_CLASSES) -> Self:
        """Return the sum with one more batch, without the work for what the sum would leave out."""
        mine = self._over(union_of(self.classes, classes.keys))
        classes = NO_CLASSES if mine.overflown else classes.over(mine.classes)
        if column.codes is not None:
            mine = mine._settled()
            table, others = entries_counted(column, classes, mine.table)
            return mine._with_found(table, others, column.entries)
        most_cells = mine.table.capacity * max(mine.most_classes, 1)
        if column.coded is not None and len(column.coded.weights) * (len(classes.keys) + 1) <= most_cells:
            return mine._with_tallied(column.coded, classes)
        known, found = counted(column, classes, mine.table)
        if mine.values is not None:
            return mine._with_found(known, grouped(found, len(mine.classes), mine.table), column.entries)
        if len(found.keys) == 0:
            return mine if known is mine.table else replace(mine, table=known)
        mine = replace(mine, table=known, waiting=(*mine.waiting, found))
        return mine._settled(at_least=mine.table.capacity)

    def _with_found(self, known: KeyTable, found: KeyTable, entries: pa.Array) -> Self:
        """Return the sum of the counts `known` and of those found beside them, with their entries."""
        if len(found.keys) == 0 and found.ceiling == known.ceiling:
            return replace(self, table=known)
        first = found.columns.get("first", _NO_PLACES)
        found = replace(found, columns={name: found.columns[name] for name in found.columns if name != "first"})
        return self._sum(known, found, taken(entries, first) if self.values is not None and found.exact else None)

    def _with_tallied(self, coded: Coded, classes: Classes) -> Self:
        """Return the sum with the rows of a batch, counted by the numbers of its codebook."""
        before = self.tallied[0] if self.tallied else None
        if before is not None and not coded.book.extends(before.keys):
            return self._settled()._with_tallied(coded, classes)
        cells = cells_of(coded, classes)
        if before is not None:
            cells[: len(before.cells)] += before.cells
        return replace(self, tallied=(TalliedNumbers(coded.book.keys, coded.book.numbers, cells),))

    def _without_tallied(self) -> Self:
        """Return the same sample with the rows that are counted by numbers among those counted by keys."""
        keys, numbers, cells = self.tallied[0]
        counts = cells.sum(axis=1)
        used = np.flatnonzero((counts > 0) & (keys != NAN_KEY))
        columns = {"count": counts[used], "first": used, "by_class": cells[used, :-1]}
        found = KeyTable.of_rows(keys[used], columns, self.table.capacity, self.table.ceiling)
        entries = no_values(pa.null()) if self.values is None else from_raw(numbers, self.values.type)
        return replace(self, tallied=())._with_found(self.table, found, entries)

    def _settled(self, at_least: int = 0) -> Self:
        """Return the same sample with no row waiting, if so many wait."""
        if self.tallied and at_least == 0:
            return self._without_tallied()._settled()
        if not self.waiting or (
            sum(len(some.keys) for some in self.waiting) < at_least and len(self.waiting) < _MOST_WAITING
        ):
            return self
        joined = KeyedRows(*(np.concatenate(parts) for parts in zip(*self.waiting, strict=True)))
        return replace(self, waiting=())._with_found(
            self.table, grouped(joined, len(self.classes), self.table), no_values(pa.null())
        )

    def __add__(self, other: Self) -> Self:
        union = union_of(self.classes, other.classes)
        mine, theirs = self._over(union, other.overflown)._settled(), other._over(union, self.overflown)._settled()
        return mine._sum(mine.table, theirs.table, theirs.values)

    def _sum(self, mine: KeyTable, theirs: KeyTable, values: pa.Array | None) -> Self:
        """Return this sample, with the counts `mine`, and with other keys and their values."""
        table = mine + theirs
        united = None
        if table.exact and self.values is not None and values is not None:
            united = _values_of(table.keys, (mine.keys, self.values), (theirs.keys, values))
        return replace(self, table=table, values=_bounded(united, self.value_bytes))

    def _over(self, classes: Keys, overflown: bool = False) -> Self:
        """Return the same counts as part of those of more classes, or of none where they are too many."""
        overflown = overflown or self.overflown or len(classes) > self.most_classes
        classes = _NO_KEYS if overflown else classes
        if overflown == self.overflown and len(classes) == len(self.classes):
            return self
        if self.waiting or self.tallied:
            return self._settled()._over(classes, overflown)
        table = self.table
        if len(table.keys):
            by_class = np.zeros((len(table.keys), len(classes)), np.int64)
            if not overflown:
                by_class[:, np.searchsorted(classes, self.classes)] = table.columns["by_class"]
            table = replace(table, columns={**table.columns, "by_class": by_class})
        return replace(self, table=table, classes=classes, overflown=overflown)

    def canonical(self) -> Self:
        """Return the same sample; 0.0 and -0.0 have one key, and which of them came first is no matter."""
        if self.waiting or self.tallied:
            return self._settled().canonical()
        if self.values is None or not pa.types.is_floating(self.values.type):
            return self
        return replace(self, values=as_arrow(raw_numbers(self.values) + 0.0, self.values.type))

    def sound(self, none: Self) -> bool:
        """Whether a stored sample can be summed with `none`."""
        aligned = not (self.waiting or self.tallied) and (
            self.values is None or (self.table.exact and len(self.values) == len(self.table.keys))
        )
        sized = (self.value_bytes, self.most_classes) == (none.value_bytes, none.most_classes)
        classes = len(self.classes) <= (0 if self.overflown else self.most_classes)
        ascending = self.classes.ndim == 1 and bool((self.classes[1:] > self.classes[:-1]).all())
        if len(self.table.keys) == 0:
            return aligned and sized and classes and ascending
        shaped = set(self.table.columns) == {"count", "by_class"} and self.table.columns["by_class"].shape == (
            len(self.table.keys),
            len(self.classes),
        )
        return aligned and sized and classes and ascending and shaped

    @property
    def n_kept(self) -> int:
        """Number of keys in the sample."""
        return len(self._settled().table.keys)

    def distinct(self, n_present: int) -> DistinctCount:
        """Estimate the number of distinct values among `n_present` values."""
        table = self._settled().table
        kept = len(table.keys)
        if table.exact:
            return DistinctCount(float(kept), float(kept), float(kept), exact=True)
        estimate = kept / table.share
        margin = Z90 / math.sqrt(max(kept - 2, 1))
        low, high = max(estimate * (1 - margin), float(kept)), min(estimate * (1 + margin), float(n_present))
        return DistinctCount(min(max(estimate, low), high), min(low, high), high, exact=False)

    def tally(self) -> Tally | None:
        """Return every value with its row count; None when they are not known."""
        if self.waiting or self.tallied:
            return self._settled().tally()
        return None if self.values is None else Tally(self.values, self.table.column("count"), self.table.keys)

    def class_table(self, classes: Keys) -> ClassTable | None:
        """Return the counts in some order of the classes; None where values were not counted by class."""
        if self.waiting or self.tallied:
            return self._settled().class_table(classes)
        if self.overflown or len(classes) != len(self.classes) or len(classes) == 0:
            return None
        count = self.table.column("count")
        order = np.argsort(-count, kind="stable")  # the keys ascend
        at = np.searchsorted(self.classes, classes)
        by_class = self.table.columns.get("by_class", np.zeros((0, len(classes)), np.int64))
        values = self.canonical().values
        return ClassTable(
            values=None if values is None else taken(values, order),
            n_rows=count[order],
            counts=by_class[order][:, at],
            share=self.table.share,
        )


def _values_of(keys: Keys, mine: tuple[Keys, pa.Array], theirs: tuple[Keys, pa.Array]) -> pa.Array:
    """Return the values of the keys of a sum."""
    for known, values in (mine, theirs):
        if len(keys) == len(known):
            return values
    place = np.searchsorted(mine[0], keys)
    found = place < len(mine[0])
    found[found] = mine[0][place[found]] == keys[found]
    place[~found] = len(mine[0]) + np.searchsorted(theirs[0], keys[~found])
    return taken(pa.concat_arrays([mine[1], theirs[1]]), place)


def _bounded(values: pa.Array | None, limit: int) -> pa.Array | None:
    """Return no values where they would take too much: by what they are, not by how Arrow holds them."""
    if values is None or values.type == pa.null():
        return values
    if storage_of(values.type) in ("text", "binary"):
        size = len(text_bytes(values)[1]) + 4 * len(values)
    elif storage_of(values.type) == "nested":
        size = len(values) * 8 if len(values) == 0 else values.take(as_arrow(np.arange(len(values)))).nbytes
    else:
        size = len(values) * values.type.bit_width // 8
    return values if size <= limit else None
