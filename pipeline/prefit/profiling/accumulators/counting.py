"""Counting the values of a batch, in all and by class: only those that a sample of keys may keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.accumulators.bottom_k import KeyTable
from prefit.profiling.arrays import Keys
from prefit.profiling.batches import Classes, ColumnBatch
from prefit.profiling.hashing import NAN_KEY, NULL_KEY
from prefit.profiling.plan import EVERY_KEY

__all__ = ["counted"]


def counted(column: ColumnBatch, classes: Classes, table: KeyTable) -> tuple[KeyTable, KeyTable]:
    """Count the values of a batch that are neither null nor NaN, and whose keys the table would keep.

    Parameters
    ----------
    column : ColumnBatch
    classes : Classes
        Of the rows; those of the column ``by_class`` of the table.
    table : KeyTable
        What was counted before.

    Returns
    -------
    known : KeyTable
        The table, with its own keys counted.
    found : KeyTable
        Other keys and their counts; the column ``first`` names an entry that has the key.
    """
    if column.codes is not None:
        return table, _of_entries(column, column.codes, classes, table)
    keys, rows = column.entry_keys, None
    if table.ceiling < EVERY_KEY:
        rows = np.flatnonzero(keys <= np.uint64(max(table.ceiling, 0)))
        keys = keys[rows]
    lookup = column.memo.lookup_of(table.keys, table.column("count"), len(keys))
    if lookup is not None:
        places, known = lookup.find(keys)
        if known.all():
            return _with(table, _cells(places, classes, rows, len(table.keys))), KeyTable(table.capacity, table.ceiling)
        at = np.flatnonzero(known)
        table = _with(table, _cells(places[at], classes, at if rows is None else rows[at], len(table.keys)))
        rest = np.flatnonzero(~known)
        keys, rows = keys[rest], rest if rows is None else rows[rest]
    return table, _of_rows(keys, rows, classes, table)


def _of_rows(keys: Keys, rows: NDArray[np.int64] | None, classes: Classes, table: KeyTable) -> KeyTable:
    present = (keys != NULL_KEY) & (keys != NAN_KEY)
    if not present.all():
        rows = np.flatnonzero(present) if rows is None else rows[present]
        keys = keys[present]
    places = np.arange(len(keys)) if rows is None else rows
    ones = np.ones(len(keys), np.int64)
    found = KeyTable.of_rows(keys, {"count": ones, "first": places}, table.capacity, table.ceiling)
    if len(found.keys) == 0:
        return found
    if found.ceiling < table.ceiling:
        low = keys <= np.uint64(max(found.ceiling, 0))
        keys, places = keys[low], places[low]
    cells = _cells(np.searchsorted(found.keys, keys), classes, places, len(found.keys))
    return replace(found, columns={**found.columns, "by_class": cells[:, :-1]})


def _of_entries(column: ColumnBatch, codes: NDArray[np.int64], classes: Classes, table: KeyTable) -> KeyTable:
    """Count the entries of a dictionary."""
    cells = _cells(codes + 1, classes, None, len(column.entries) + 1)[1:]
    keys, count = column.entry_keys, cells.sum(axis=1)
    used = np.flatnonzero(count)
    columns = {"count": count[used], "first": used, "by_class": cells[used, :-1]}
    return KeyTable.of_rows(keys[used], columns, table.capacity, table.ceiling)


def _cells(places: NDArray[Any], classes: Classes, rows: NDArray[np.int64] | None, n_places: int) -> NDArray[np.int64]:
    """Count rows by place and class; shape (n_places, n_classes + 1): the last column has those without a label."""
    n_columns = len(classes.keys) + 1
    if n_columns == 1 or classes.codes is None:
        cells = np.zeros((n_places, n_columns), np.int64)
        cells[:, -1] = np.bincount(places, minlength=n_places)
        return cells
    codes = classes.codes if rows is None else classes.codes[rows]
    joined = places * np.int64(n_columns) + codes
    return np.bincount(joined, minlength=n_places * n_columns).reshape(n_places, n_columns)


def _with(table: KeyTable, cells: NDArray[np.int64]) -> KeyTable:
    columns = {
        "count": table.columns["count"] + cells.sum(axis=1),
        "by_class": table.columns["by_class"] + cells[:, :-1],
    }
    return replace(table, columns=columns)
