"""A record batch, decoded and hashed once for all accumulators."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, Mask, plain, raw_numbers, run_starts, storage_of, text_bytes, valid_mask
from prefit.profiling.hashing import NAN_KEY, NULL_KEY, hash_array, salt_of, splitmix64
from prefit.profiling.plan import EVERY_KEY, Plan

__all__ = ["ColumnBatch", "DistinctKeys", "TableBatch", "blank_texts", "group_keys"]

_TRIAL_ROWS = 2_048
_MAY_BE_SPACE = np.isin(np.arange(256), [*b"\t\n\v\f\r\x1c\x1d\x1e\x1f ", 0xC2, 0xE1, 0xE2, 0xE3])
"""First bytes in UTF-8 of all white space."""


class DistinctKeys(NamedTuple):
    """Distinct keys in ascending order, how many rows have each, and one entry that has it."""

    keys: Keys
    counts: NDArray[np.int64]
    entries: NDArray[np.int64]


class ColumnBatch:
    """One column of one batch.

    What is to be looked at are its `entries`: the distinct values of a column that repeats few texts, else all rows.

    Attributes
    ----------
    array : pyarrow.Array
        The rows: plain, or dictionary-encoded texts.
    storage : str
        Storage of the values.
    entries : pyarrow.Array
        Plain values to look at; where `codes` is None they are the rows, nulls included.
    codes : ndarray of int64 or None
        For each row its place in `entries`, -1 for null.
    """

    def __init__(self, array: pa.Array) -> None:
        self.array = _encoded(array)
        self.entries: pa.Array = self.array
        self.codes: NDArray[np.int64] | None = None
        if pa.types.is_dictionary(self.array.type):
            self.entries = plain(self.array.dictionary)
            self.codes = np.asarray(self.array.indices.cast(pa.int64()).fill_null(-1))
        self.storage = storage_of(self.entries.type)

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def valid(self) -> Mask | None:
        """True where a row has a value; None when all have."""
        return valid_mask(self.array)

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """How many rows have each entry; 0 for a null."""
        if self.codes is not None:
            return np.bincount(self.codes + 1, minlength=len(self.entries) + 1)[1:]
        if self.valid is None:
            return np.ones(len(self), np.int64)
        return self.valid.astype(np.int64)

    @cached_property
    def numbers(self) -> NDArray[Any]:
        """Non-null numbers, in their own width; temporal values in their unit, decimals as the nearest float64."""
        entries = self.entries.cast(pa.float64()) if self.storage == "decimal" else self.entries
        values = raw_numbers(entries)
        return values if self.valid is None else values[self.valid]

    @cached_property
    def finite(self) -> NDArray[np.float64]:
        """Non-null finite numbers as float64."""
        floats: NDArray[np.float64] = self.numbers.astype(np.float64, copy=False)
        finite = np.isfinite(floats)
        return floats if finite.all() else floats[finite]

    @cached_property
    def _entry_keys(self) -> Keys:
        return hash_array(self.entries)

    @cached_property
    def keys(self) -> Keys:
        """Key of every row."""
        return self._by_row(self._entry_keys, NULL_KEY)

    @cached_property
    def distinct(self) -> DistinctKeys:
        """Distinct values that are neither null nor NaN."""
        return self._distinct(self._entry_keys != NAN_KEY)

    def distinct_up_to(self, ceiling: int) -> DistinctKeys:
        """Return those of the distinct values whose key is at most `ceiling`: cheap when few are."""
        if ceiling >= EVERY_KEY:
            return self.distinct
        return self._distinct((self._entry_keys <= np.uint64(max(ceiling, 0))) & (self._entry_keys != NAN_KEY))

    def _distinct(self, wanted: Mask) -> DistinctKeys:
        if self.codes is not None or self.valid is not None:
            wanted = wanted & (self.weights > 0)
        used = np.flatnonzero(wanted)
        return group_keys(self._entry_keys[used], used, None if self.codes is None else self.weights[used])

    @cached_property
    def missing(self) -> Mask:
        """True where a row has no value: null, NaN, empty text or white space only."""
        if self.storage == "text":
            blank = (self.lengths == 0) | blank_texts(self.entries)
            return self._by_row(blank, np.True_)
        if self.storage == "null":
            return np.ones(len(self), np.bool_)
        missing: Mask = np.zeros(len(self), np.bool_) if self.valid is None else ~self.valid
        if pa.types.is_floating(self.entries.type):
            missing |= np.isnan(raw_numbers(self.entries))
        return missing

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each text entry in bytes, 0 for null."""
        lengths: NDArray[np.int64] = np.asarray(pc.binary_length(self.entries).cast(pa.int64()).fill_null(0))
        return lengths

    def _by_row(self, of_entries: NDArray[Any], of_null: Any) -> NDArray[Any]:
        """Spread what was found for the entries to the rows."""
        if self.codes is not None:
            return np.append(of_entries, of_null)[self.codes]
        if self.valid is not None:
            of_entries = np.where(self.valid, of_entries, of_null)
        return of_entries


def _encoded(array: pa.Array) -> pa.Array:
    """Return texts that repeat as a dictionary, all else plain."""
    if pa.types.is_dictionary(array.type):
        small = len(array.dictionary) <= len(array) and array.dictionary.null_count == 0
        if small and storage_of(array.type.value_type) == "text":
            return array
    array = plain(array)
    if storage_of(array.type) == "text" and len(array) >= _TRIAL_ROWS:
        trial = array[:_TRIAL_ROWS]
        if len(pc.unique(trial)) <= _TRIAL_ROWS // 8:
            return array.dictionary_encode()
    return array


def blank_texts(texts: pa.Array) -> Mask:
    """Return True where a text is white space only, and not empty."""
    blank = np.zeros(len(texts), np.bool_)
    offsets, data = text_bytes(texts)
    filled = np.flatnonzero(np.diff(offsets))
    suspects = filled[_MAY_BE_SPACE[data[offsets[filled]]]]
    if len(suspects):
        trimmed = pc.utf8_trim_whitespace(texts.take(pa.array(suspects)))
        blank[suspects] = np.asarray(pc.equal(pc.binary_length(trimmed), 0).fill_null(False))
    return blank


def group_keys(keys: Keys, entries: NDArray[np.int64], weights: NDArray[np.int64] | None) -> DistinctKeys:
    """Count equal keys; `weights` says how many rows each stands for, None for one."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    heads = run_starts(ordered)
    if weights is None:
        counts = np.diff(heads, append=len(keys))
    else:
        counts = np.add.reduceat(weights[order], heads) if len(keys) else weights
    return DistinctKeys(ordered[heads], counts, entries[order[heads]])


class TableBatch:
    """All columns of one batch, and the keys of its rows.

    Attributes
    ----------
    columns : dict of str to ColumnBatch
    positions : ndarray of int64
        0-based row numbers in the whole input.
    plan : Plan
    """

    def __init__(self, batch: pa.RecordBatch, first_row: int, plan: Plan) -> None:
        self.plan = plan
        self.columns = {name: ColumnBatch(batch.column(i)) for i, name in enumerate(plan.schema.names)}
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
    def row_keys(self) -> Keys:
        """Key of every row, over all columns."""
        features, others = self._salted_sums
        return splitmix64(features + others)

    @cached_property
    def feature_keys(self) -> Keys:
        """Key of every row, over the features only."""
        return splitmix64(self._salted_sums[0])

    def rows(self, mask: Mask) -> pa.Table:
        """Copy the rows where `mask` is True, decoded."""
        kept = pa.array(np.flatnonzero(mask))
        schema = self.plan.sample_schema
        arrays = [plain(column.array.take(kept)) for column in self.columns.values()]
        return pa.Table.from_arrays(arrays, schema=schema)

    @cached_property
    def _salted_sums(self) -> tuple[Keys, Keys]:
        """Sums of the keys of the features, and of the other columns.

        Each column has its salt, from its name: the order of the columns does not matter.
        """
        features, others = np.zeros(len(self), np.uint64), np.zeros(len(self), np.uint64)
        known = set(self.plan.features)
        for name, column in self.columns.items():
            sums = features if name in known else others
            sums += splitmix64(column.keys ^ salt_of(name))
        return features, others
