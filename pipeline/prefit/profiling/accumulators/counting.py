"""Counting the values of a batch, in all and by class: only those that a sample of keys may keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.accumulators.bottom_k import KeyTable, loose_ceiling, ordered_up_to
from prefit.profiling.arrays import Keys
from prefit.profiling.batches import Classes, ColumnBatch
from prefit.profiling.codebook import Coded
from prefit.profiling.hashing import NAN_KEY, NULL_KEY

__all__ = ["KeyedRows", "TalliedNumbers", "cells_of", "counted", "entries_counted", "grouped"]


class TalliedNumbers(NamedTuple):
    """Numbers of a codebook, and how many rows have each, by class: ahead of all that has to be sorted.

    Attributes
    ----------
    keys : ndarray of uint64
    numbers : ndarray
        As Arrow stores them.
    cells : ndarray of int64, shape (n_numbers, n_classes + 1)
        The last column has the rows without a label.
    """

    keys: Keys
    numbers: NDArray[Any]
    cells: NDArray[np.int64]


class KeyedRows(NamedTuple):
    """Rows of a batch that are not counted yet.

    Attributes
    ----------
    keys : ndarray of uint64
        Of their values; neither null nor NaN.
    codes : ndarray of int64
        Place of the class of each, one more than there are classes for rows without a label.
    rows : ndarray of int64
        Their places in the batch.
    """

    keys: Keys
    codes: NDArray[np.int64]
    rows: NDArray[np.int64]


def counted(column: ColumnBatch, classes: Classes, table: KeyTable) -> tuple[KeyTable, KeyedRows]:
    """Count the values of a batch whose keys the table has, and return the rows of others that it would keep.

    Parameters
    ----------
    column : ColumnBatch
        Without `codes`.
    classes : Classes
        Of the rows; those of the column ``by_class`` of the table.
    table : KeyTable
        What was counted before.
    """
    keys, ceiling = column.entry_keys, np.uint64(max(table.ceiling, 0))
    rows = None if table.exact else np.flatnonzero(keys <= ceiling)
    lookup = column.memo.lookup_of(table.keys, table.column("count"), len(keys if rows is None else rows))
    if lookup is not None:
        places, known = lookup.find(keys)
        unknown = np.flatnonzero(~known)
        table = _with(table, _cells(places, classes, len(table.keys), unknown))
        rows = unknown if table.exact else unknown[keys[unknown] <= ceiling]
    elif rows is None:
        rows = np.arange(len(keys))
    found = keys if len(rows) == len(keys) else keys[rows]
    present = (found != NULL_KEY) & (found != NAN_KEY)
    if not present.all():
        found, rows = found[present], rows[present]
    return table, KeyedRows(found, classes.codes_of(rows), rows)


def entries_counted(column: ColumnBatch, classes: Classes, table: KeyTable) -> tuple[KeyTable, KeyTable]:
    """Count the entries of a dictionary that the table has, and others; their column ``first`` names an entry."""
    assert column.codes is not None
    cells = _cells(column.codes, classes, len(column.entries) + 1, None, column.weights_and_null)[:-1]
    used = np.flatnonzero(column.weights)
    keys, counts, cells = column.entry_keys[used], column.weights[used], cells[used, :-1]
    at = np.searchsorted(table.keys, keys)
    if len(table.keys) and (table.keys.take(at, mode="clip") == keys).all():
        count, by_class = table.columns["count"].copy(), table.columns["by_class"].copy()
        np.add.at(count, at, counts)
        np.add.at(by_class, at, cells)
        return replace(table, columns={"count": count, "by_class": by_class}), KeyTable(table.capacity, table.ceiling)
    columns = {"count": counts, "first": used, "by_class": cells}
    return table, KeyTable.of_rows(keys, columns, table.capacity, table.ceiling)


def grouped(some: KeyedRows, n_classes: int, table: KeyTable) -> KeyTable:
    """Count rows by key, as far as the table would keep them; the column ``first`` names a row that has the key."""
    ceiling = loose_ceiling((some.keys,), table.capacity, table.ceiling)
    order = ordered_up_to(some.keys, ceiling)
    columns = {"count": np.ones(len(order), np.int64), "first": some.rows[order]}
    found = KeyTable.of_ordered(some.keys[order], columns, table.capacity, ceiling)
    if len(found.keys) == 0:
        return found
    places = np.repeat(np.arange(len(found.keys)), found.columns["count"])
    cells = _joint(places, some.codes[order[: len(places)]], len(found.keys), n_classes + 1)
    return replace(found, columns={**found.columns, "by_class": cells[:, :-1]})


def cells_of(coded: Coded, classes: Classes) -> NDArray[np.int64]:
    """Count the rows of each number by class; the last column has those without a label."""
    return _cells(coded.codes, classes, len(coded.weights), None, coded.weights)[:-1]


def _cells(
    places: NDArray[Any],
    classes: Classes,
    n_places: int,
    left_out: NDArray[np.int64] | None,
    totals: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Count rows by place and class; shape (n_places, n_classes + 1): the last column has those without a label.

    Only rows of other classes than the most frequent one are looked at one by one.
    """
    if totals is None:
        totals = np.bincount(places, minlength=n_places)
        if left_out is not None and len(left_out):
            totals = totals - np.bincount(places[left_out], minlength=n_places)
    n_columns = len(classes.keys) + 1
    others, codes = classes.others
    if left_out is not None and len(left_out) and len(others):
        stay = np.ones(len(places), np.bool_)
        stay[left_out] = False
        stay = stay[others]
        others, codes = others[stay], codes[stay]
    some = places[others]
    cells = _joint(some, codes, n_places, n_columns)
    cells[:, classes.modal] = totals - np.bincount(some, minlength=n_places)
    return cells


def _joint(places: NDArray[Any], codes: NDArray[np.int64], n_places: int, n_columns: int) -> NDArray[np.int64]:
    joined = places * np.int64(n_columns) + codes
    return np.bincount(joined, minlength=n_places * n_columns).reshape(n_places, n_columns)


def _with(table: KeyTable, cells: NDArray[np.int64]) -> KeyTable:
    columns = {
        "count": table.columns["count"] + cells.sum(axis=1),
        "by_class": table.columns["by_class"] + cells[:, :-1],
    }
    return replace(table, columns=columns)
