"""A column of a record batch, decoded and hashed once for all accumulators."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from prefit.profiling.arrays import (
    Keys,
    Mask,
    plain,
    raw_numbers,
    storage_of,
    taken,
    text_bytes,
    valid_mask,
)
from prefit.profiling.codebook import Coded
from prefit.profiling.grouping import DistinctKeys, group_keys
from prefit.profiling.hashing import NAN_KEY, NULL_KEY, hash_array, hash_texts, row_part
from prefit.profiling.lookup import Memo
from prefit.profiling.numeric import NumericBatch
from prefit.profiling.scales import UNKNOWN, Scale
from prefit.profiling.words import Texts

__all__ = ["ColumnBatch"]

_TRIAL_ROWS = 2_048
_LAST_SPACE = 0x20
_FIRST_BEYOND_ASCII = 0x80
_MAY_BE_SPACE = np.isin(np.arange(256), [*b"\t\n\v\f\r\x1c\x1d\x1e\x1f ", 0xC2, 0xE1, 0xE2, 0xE3])
"""First bytes in UTF-8 of all white space."""


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
        For each row its place in `entries`, behind all for null.
    scale : Scale
        On which the numbers are summed.
    """

    def __init__(self, array: pa.Array, memo: Memo | None = None, scale: Scale = UNKNOWN) -> None:
        self.scale = scale
        self.memo = Memo() if memo is None else memo
        self.array = _encoded(array)
        self.entries: pa.Array = self.array
        self.codes: NDArray[np.int64] | None = None
        if pa.types.is_dictionary(self.array.type):
            self.entries = plain(self.array.dictionary)
            codes = raw_numbers(self.array.indices)
            null = np.int64(len(self.entries))
            self.codes = codes.astype(np.int64) if self.valid is None else np.where(self.valid, codes, null)
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
            return self.weights_and_null[:-1]
        if self.valid is None:
            return np.ones(len(self), np.int64)
        return self.valid.astype(np.int64)

    @cached_property
    def weights_and_null(self) -> NDArray[np.int64]:
        """How many rows have each entry of a dictionary, and how many are null."""
        assert self.codes is not None
        return np.bincount(self.codes, minlength=len(self.entries) + 1)

    @cached_property
    def numbers(self) -> NDArray[Any]:
        """Non-null numbers, in their own width; temporal values in their unit, decimals as the nearest float64."""
        entries = self.entries.cast(pa.float64()) if self.storage == "decimal" else self.entries
        values = raw_numbers(entries)
        return values if self.valid is None else values[self.valid]

    @cached_property
    def numeric(self) -> NumericBatch:
        """The numbers of all rows, gaps closed; of numbers, booleans and decimals only."""
        return NumericBatch.of(self)

    @property
    def repeats(self) -> bool:
        """Whether there is a codebook that has half as many numbers as there are rows at most."""
        return self.coded is not None and 2 * len(self.coded.book) <= len(self)

    @cached_property
    def reach(self) -> float:
        """Greatest absolute finite number on the scale, 0 where there is none."""
        return self.numeric.reach(self.scale)

    @cached_property
    def finite(self) -> NDArray[np.float64]:
        """Non-null finite numbers as float64."""
        floats: NDArray[np.float64] = self.numbers.astype(np.float64, copy=False)
        finite = np.isfinite(floats)
        return floats if finite.all() else floats[finite]

    @cached_property
    def coded(self) -> Coded | None:
        """The rows as places in a codebook, where numbers, times or booleans are few; None elsewhere."""
        if self.codes is not None or self.storage not in ("number", "boolean", "temporal"):
            return None
        gaps = None if self.valid is None else ~self.valid
        return self.memo.coded(raw_numbers(self.entries), gaps, self.entries.type)

    @cached_property
    def entry_keys(self) -> Keys:
        """Key of every entry."""
        if self.coded is not None:
            return self.coded.spread(self.coded.book.keys_and_null)
        if self.storage != "text":
            return hash_array(self.entries)
        keys = hash_texts(self.texts)
        if self.codes is None and self.valid is not None:
            keys[~self.valid] = NULL_KEY
        return keys

    @cached_property
    def keys(self) -> Keys:
        """Key of every row."""
        return self.entry_keys if self.codes is None else self._by_row(self.entry_keys, NULL_KEY)

    def row_part(self, name: str, scratch: Keys | None = None) -> Keys:
        """What this column, if of that name, adds to the keys of the rows; it may stand in `scratch`."""
        if self.coded is not None:
            return self.coded.spread(row_part(self.coded.book.keys_and_null, name), scratch)
        if self.codes is None or len(self.entries) > len(self):
            return row_part(self.keys, name, out=scratch)
        return self._by_row(row_part(self.entry_keys, name), row_part(np.array([NULL_KEY]), name)[0])

    @cached_property
    def distinct(self) -> DistinctKeys:
        """Distinct values that are neither null nor NaN."""
        if self.coded is not None:
            rows = np.zeros(len(self.coded.weights), np.int64)
            rows[self.coded.codes] = np.arange(len(self))
            used = self.coded.used
            found = DistinctKeys(self.coded.book.keys[used], self.coded.weights[used], rows[used])
            return found if self.coded.book.ascending else group_keys(found.keys, found.entries, found.counts)
        wanted = self.entry_keys != NAN_KEY
        if self.codes is not None or self.valid is not None:
            wanted &= self.weights > 0
        used = np.flatnonzero(wanted)
        return group_keys(self.entry_keys[used], used, None if self.codes is None else self.weights[used])

    @cached_property
    def missing(self) -> Mask:
        """True where a row has no value: null, NaN, empty text or white space only."""
        missing = self.some_missing
        return np.zeros(len(self), np.bool_) if missing is None else missing

    @cached_property
    def some_missing(self) -> Mask | None:
        """True where a row has no value; None when all rows have one."""
        if self.storage == "text":
            if self.valid is None and self.lengths.all() and self.blank is None:
                return None
            absent = self.lengths == 0
            missing: Mask | None = self._by_row(absent if self.blank is None else absent | self.blank, np.True_)
            return missing
        if self.storage == "null":
            return np.ones(len(self), np.bool_)
        missing = None if self.valid is None else ~self.valid
        if self.storage == "number" and self.numeric.n_nan:
            nan: Mask = np.isnan(raw_numbers(self.entries))
            return nan if missing is None else nan | missing
        return missing

    @cached_property
    def zeros(self) -> NDArray[np.int64]:
        """Rows that are zero; of numbers, booleans and decimals only."""
        return self.numeric.zeros()

    @cached_property
    def unsupported(self) -> NDArray[np.int64]:
        """Rows that have no value or zero."""
        if self.storage not in ("number", "boolean", "decimal") or len(self.zeros) == 0:
            return self.missing_rows
        if self.some_missing is None:
            return self.zeros
        missing = self.some_missing.copy()
        missing[self.zeros] = True
        return np.flatnonzero(missing)

    @cached_property
    def missing_rows(self) -> NDArray[np.int64]:
        """Rows without a value, ascending."""
        if self.storage in ("number", "boolean", "decimal") and self.numeric.n_above + self.numeric.n_below == 0:
            return self.numeric.gaps
        return np.zeros(0, np.int64) if self.some_missing is None else np.flatnonzero(self.some_missing)

    @cached_property
    def texts(self) -> Texts:
        """The text entries as bytes."""
        return Texts(self.entries)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each text entry in bytes, 0 for null."""
        if self.codes is None and self.valid is not None:
            return self.texts.lengths * self.valid
        return self.texts.lengths

    @cached_property
    def blank(self) -> Mask | None:
        """True where a text entry is white space only, and not empty; None where no byte can be white space."""
        data = self.texts.data
        if data.max(initial=0) < _FIRST_BEYOND_ASCII and data.min(initial=255) > _LAST_SPACE:
            return None
        blank = blank_texts(self.entries)
        return blank if blank.any() else None

    def _by_row(self, of_entries: NDArray[Any], of_null: Any) -> NDArray[Any]:
        """Spread what was found for the entries to the rows."""
        if self.codes is not None:
            return np.append(of_entries, of_null).take(self.codes, mode="clip")
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
        trimmed = pc.utf8_trim_whitespace(taken(texts, suspects))
        blank[suspects] = np.diff(text_bytes(trimmed)[0]) == 0
        valid = valid_mask(texts)
        if valid is not None:
            blank &= valid
    return blank
