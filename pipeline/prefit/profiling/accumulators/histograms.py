"""How are the numbers of a column distributed, in all rows and in those of each class?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, storage_of
from prefit.profiling.batches import NO_CLASSES, ColumnBatch, TableBatch, union_of
from prefit.profiling.bins import N_BINS, Bins
from prefit.profiling.class_values import ClassHistogram
from prefit.profiling.plan import Plan
from prefit.profiling.scales import NUMERIC

__all__ = ["Histograms"]

_PLACES = N_BINS + 2
_MAX_CELLS = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Histograms:
    """Exact counts of finite numbers in 64 bins between edges told by the first rows, and of those below and above.

    Rows without a label are in no class. The counts by class have at most 2**20 cells (8 MiB): 1,000 classes up to 15
    numeric columns, 79 up to 200, 7 up to 2,000. A target with more classes has none: `overflown`.

    Attributes
    ----------
    max_classes : int
    classes : ndarray of uint64, shape (n_classes,)
        Keys of the classes, ascending.
    totals : ndarray of int64, shape (n_columns, 66)
        Rows of numeric columns, labelled or not.
    counts : ndarray of int64, shape (n_classes, n_columns, 66)
    """

    max_classes: int
    classes: Keys
    totals: NDArray[np.int64]
    counts: NDArray[np.int64]
    overflown: bool = False

    @classmethod
    def empty(cls, plan: Plan) -> Self:
        """Return the identity."""
        n = len(columns_of(plan))
        most = min(plan.max_classes, _MAX_CELLS // (max(n, 1) * _PLACES))
        totals = np.zeros((n, _PLACES), np.int64)
        return cls(most, np.zeros(0, np.uint64), totals, np.zeros((0, *totals.shape), np.int64))

    @classmethod
    def from_batch(cls, batch: TableBatch, before: Self | None = None) -> Self:
        """Count one batch; where a sum with `before` has no classes anyway, without them."""
        none = cls.empty(batch.plan)
        overflown = (before is not None and before.overflown) or len(batch.classes.keys) > none.max_classes
        classes = NO_CLASSES if overflown else batch.classes
        n_classes = len(classes.keys)
        counts = np.zeros((n_classes + 1, *none.totals.shape), np.int64)  # the last of rows without a label
        totals = none.totals.copy()
        rows, codes = classes.others
        first_cells = codes * (_PLACES + 1)
        for of_column, total, (name, place) in zip(
            counts.swapaxes(0, 1), totals, columns_of(batch.plan).items(), strict=True
        ):
            bins, column = batch.plan.column_bins[place], batch.columns[name]
            if bins.first is None or column.numeric.n == 0:
                continue
            total[:], places = _placed(column, bins, rows)
            cells = np.bincount(first_cells + places, minlength=(n_classes + 1) * (_PLACES + 1))
            of_column[:] = cells.reshape(n_classes + 1, -1)[:, :_PLACES]
            of_column[classes.modal] = total - of_column.sum(axis=0)  # the most frequent class is what the others leave
        return cls(none.max_classes, classes.keys, totals, counts[:n_classes], overflown)

    def __add__(self, other: Self) -> Self:
        totals = self.totals + other.totals
        classes = union_of(self.classes, other.classes)
        if self.overflown or other.overflown or len(classes) > self.max_classes:
            return type(self)(self.max_classes, classes[:0], totals, self.counts[:0], overflown=True)
        if len(classes) == len(self.classes) == len(other.classes):
            return type(self)(self.max_classes, classes, totals, self.counts + other.counts)
        counts = np.zeros((len(classes), *totals.shape), np.int64)
        for part in (self, other):
            counts[np.searchsorted(classes, part.classes)] += part.counts
        return type(self)(self.max_classes, classes, totals, counts)

    def sound(self, none: Self) -> bool:
        """Whether stored counts can be summed with `none`."""
        ascending = bool((self.classes[1:] > self.classes[:-1]).all())
        shaped = self.totals.shape == none.totals.shape and self.counts.shape == (len(self.classes), *none.totals.shape)
        return ascending and shaped and self.max_classes == none.max_classes and len(self.classes) <= self.max_classes

    def value(self, plan: Plan, order: Keys) -> dict[str, ClassHistogram]:
        """Return the histogram of every numeric column, those of a feature with classes in the order of their keys."""
        known = len(order) == len(self.classes) and not self.overflown
        ordered = self.counts[np.searchsorted(self.classes, order)] if known else self.counts[:0]
        features = frozenset(plan.features)
        return {
            name: ClassHistogram(
                plan.column_bins[place].edges,
                self.totals[row],
                (ordered if name in features else ordered[:0])[:, row].T.copy(),
            )
            for row, (name, place) in enumerate(columns_of(plan).items())
            if plan.column_bins[place].first is not None
        }


def _placed(column: ColumnBatch, bins: Bins, rows: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.int16]]:
    """Count the rows of each place, and return the places of some rows; a gap is behind all."""
    if column.repeats and column.coded is not None:
        book = column.coded.book
        of_numbers = book.remembered("places", bins, lambda: _places_of(book.numbers, bins))
        totals = np.bincount(of_numbers, column.coded.weights, minlength=_PLACES)[:_PLACES]  # floats, but whole ones
        return totals, of_numbers[column.coded.codes[rows]]
    numbers = column.numeric
    places = numbers.places(bins)
    totals = _counted(places)
    if len(numbers.gaps):  # all of which have one place
        totals[places[numbers.gaps[0]]] -= len(numbers.gaps)
        places[numbers.gaps] = _PLACES
    return totals, places[rows]


def _counted(places: NDArray[np.int16]) -> NDArray[np.int64]:
    """Count the rows of each place, two rows at a time: one count waits for the last, and half as many are made."""
    half = len(places) // 2
    pairs = places[:half] * np.int16(_PLACES)
    pairs += places[half : 2 * half]
    found = np.bincount(pairs, minlength=_PLACES**2).reshape(_PLACES, _PLACES)
    totals: NDArray[np.int64] = found.sum(axis=0) + found.sum(axis=1)
    totals[places[2 * half :]] += 1
    return totals


def _places_of(numbers: NDArray[Any], bins: Bins) -> NDArray[np.int16]:
    """Return the place of each number of a codebook, and of null, which is behind all as what is not finite is."""
    finite = np.isfinite(numbers)
    found = np.full(len(numbers) + 1, _PLACES, np.int16)
    found[:-1][finite] = bins.places(numbers[finite])
    return found


def columns_of(plan: Plan) -> dict[str, int]:
    """Return the numeric columns and their places in the table."""
    return {f.name: place for place, f in enumerate(plan.sample_schema) if storage_of(f.type) in NUMERIC}
