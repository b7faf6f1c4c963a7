"""Stable 64-bit keys of Arrow values: equal values have equal keys, whatever the batch, the width or the encoding.

Numbers are keyed by the bits of their float64 where it is exact, and by their integer otherwise, through splitmix64,
which is a bijection: two float64 never share a key. 1, 1.0, True and int8(1) have one key, so have 0.0 and -0.0, and
all NaN; integers beyond 2**53 keep all their digits. Times are keyed by their instant, whatever the unit. Texts and
lists are keyed by a sum of mixed words, so that they are hashed by columns of words and never value by value.

The keys are part of saved states: a change of any key is a change of :data:`HASH_VERSION`.

References
----------
Steele, Lea, Flood (2014), Fast splittable pseudorandom number generators, doi:10.1145/2660193.2660195.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, list_lengths, plain, raw_numbers, storage_of, valid_mask
from prefit.profiling.words import KEPT_BYTES, MOST_WORDS, Texts

__all__ = ["HASH_VERSION", "NAN_KEY", "NULL_KEY", "hash_array", "hash_texts", "row_part", "salt_of", "splitmix64"]

HASH_VERSION = 2
NULL_KEY = np.uint64(0x9AE16A3B2F90404F)
"""Key of a null, of whatever type."""

_NAN_BITS = np.uint64(0x7FF8000000000000)
_EXACT = 2**53
_BIG_POSITIVE, _BIG_NEGATIVE = np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F)
_STEP, _LENGTH = np.uint64(0xE7037ED1A0B428DB), np.uint64(0x8EBC6AF09C88C6E3)
_FIRST_STEPS = np.arange(1, MOST_WORDS + 1, dtype=np.uint64) * _STEP
_BLOCK = 1 << 18  # words or list items that are hashed at a time: bounds the memory of long texts and embeddings
_MIXED_AT_ONCE = 1 << 14  # keys that stay in the cache of a core while they are mixed
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def splitmix64(values: Keys, out: Keys | None = None) -> Keys:
    """Mix every 64-bit value; a bijection.

    Parameters
    ----------
    values : ndarray of uint64
    out : ndarray of uint64, optional
        Contiguous, and of the same shape; may be `values`.

    Returns
    -------
    ndarray of uint64
        `out`, else a new array.
    """
    mixed: Keys = np.add(values, np.uint64(0x9E3779B97F4A7C15), out=out)
    flat = mixed.reshape(-1)
    scratch = np.empty(min(len(flat), _MIXED_AT_ONCE), np.uint64)
    for start in range(0, len(flat), _MIXED_AT_ONCE):
        some = flat[start : start + _MIXED_AT_ONCE]
        shifted = scratch[: len(some)]
        some ^= np.right_shift(some, np.uint64(30), out=shifted)
        some *= np.uint64(0xBF58476D1CE4E5B9)
        some ^= np.right_shift(some, np.uint64(27), out=shifted)
        some *= np.uint64(0x94D049BB133111EB)
        some ^= np.right_shift(some, np.uint64(31), out=shifted)
    return mixed


NAN_KEY: np.uint64 = splitmix64(np.array([_NAN_BITS]))[0]
"""Key of every NaN."""


@lru_cache(maxsize=16_384)
def salt_of(name: str) -> np.uint64:
    """Return the 64-bit salt of a name, so that equal values in two columns have two keys."""
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def row_part(keys: Keys, name: str, out: Keys | None = None) -> Keys:
    """Return what the keys of a column add to the keys of the rows: the order of the columns must not matter.

    The multiplier of a column is odd and follows from its name, so that no two columns make up for each other but by
    the chance of any 64-bit hash: keys are as good as random already.
    """
    return np.multiply(keys, salt_of(name) | np.uint64(1), out=out)


def hash_array(array: pa.Array) -> Keys:
    """Return the key of every value.

    Parameters
    ----------
    array : pyarrow.Array
        Of any type, sliced or not.

    Returns
    -------
    ndarray of uint64
        As long as `array`; :data:`NULL_KEY` where it is null.

    Examples
    --------
    >>> one, same = hash_array(pa.array([1], pa.int8())), hash_array(pa.array([1.0]))
    >>> bool(one[0] == same[0])
    True
    """
    if pa.types.is_dictionary(array.type):
        return _hash_dictionary(array)
    array = plain(array)
    storage = storage_of(array.type)
    if storage == "null":
        return np.full(len(array), NULL_KEY)
    keys = _HASHES[storage](array)
    valid = valid_mask(array)
    if valid is not None:
        keys[~valid] = NULL_KEY
    return keys


def _hash_dictionary(array: pa.DictionaryArray) -> Keys:
    entries = np.append(hash_array(array.dictionary), NULL_KEY)
    codes = raw_numbers(array.indices)
    valid = valid_mask(array.indices)
    if valid is not None:
        codes = np.where(valid, codes, len(entries) - 1)
    keys: Keys = entries.take(codes)
    return keys


def _hash_fixed(array: pa.Array) -> Keys:
    return _hash_numbers(raw_numbers(array))


def _hash_numbers(values: NDArray[Any]) -> Keys:
    with np.errstate(invalid="ignore"):  # signalling NaN are NaN, and may stand where there is no value
        floats = np.add(values, 0.0, dtype=np.float64)  # -0.0 becomes 0.0
        missing = values.dtype.kind == "f" and bool(np.isnan(floats.max(initial=-np.inf)))
    bits = floats.view(np.uint64)
    if values.dtype.kind == "f":
        if missing:
            bits[np.isnan(floats)] = _NAN_BITS
    elif values.dtype.itemsize == 8:
        _keep_digits(bits, values)
    return splitmix64(bits, out=bits)


def _keep_digits(bits: Keys, values: NDArray[Any]) -> None:
    """Put the integer itself where its float64 is not exact: it has more than 53 significant bits."""
    if len(values) == 0 or (values.max() <= _EXACT and values.min() >= -_EXACT):
        return
    big = np.flatnonzero((values > _EXACT) | (values < -_EXACT))
    negative = values[big] < 0
    size = values[big].astype(np.uint64)
    size[negative] = np.uint64(0) - size[negative]
    inexact = size // (size & (np.uint64(0) - size)) > np.uint64(_EXACT)
    salts = np.where(negative, _BIG_NEGATIVE, _BIG_POSITIVE)
    bits[big[inexact]] = (size ^ salts)[inexact]


def _hash_temporal(array: pa.Array) -> Keys:
    values = raw_numbers(array).astype(np.int64)
    if pa.types.is_date32(array.type):
        seconds, nanos = values * 86_400, np.zeros(1, np.int64)
    else:
        per_second = _PER_SECOND["ms" if pa.types.is_date64(array.type) else array.type.unit]
        seconds, rest = np.divmod(values, per_second)
        nanos = rest * (10**9 // per_second)
    return splitmix64(_hash_numbers(seconds) + nanos.astype(np.uint64) * _STEP)


def _hash_decimals(array: pa.Array) -> Keys:
    """Key decimals of up to 15 digits as the float64 of equal text, longer ones by their digits and scale."""
    scale = array.type.scale
    try:
        array = array.cast(pa.decimal128(38, scale))
    except pa.ArrowInvalid:  # the key of a value must not depend on the values beside it
        short = np.array([value is None or value.adjusted() + scale < 38 for value in array.to_pylist()])
        keys = np.zeros(len(array), np.uint64)
        keys[short] = _hash_decimals(array.filter(pa.array(short)))
        keys[~short] = _hash_by_text(array.filter(pa.array(~short)))
        return keys
    data = array.buffers()[1]
    if data is None or len(array) == 0:
        return np.zeros(len(array), np.uint64)
    words = np.frombuffer(data, np.int64, count=2 * len(array), offset=array.offset * 16).reshape(-1, 2)
    low, high = words[:, 0], words[:, 1]
    short = (high == low >> 63) & (np.abs(low) <= 10**15)
    keys = _hash_numbers(low / 10.0**scale)
    if not short.all():
        salt = splitmix64(high.astype(np.uint64) + np.uint64(scale % 256))
        keys[~short] = splitmix64(low.astype(np.uint64) ^ salt)[~short]
    return keys


def _hash_bytes(array: pa.Array) -> Keys:
    return hash_texts(Texts(array))


def hash_texts(texts: Texts) -> Keys:
    """Key texts and binaries: the sum of their mixed 8-byte words, each salted by its place."""
    sums, mixed = np.zeros(len(texts), np.uint64), np.empty(len(texts), np.uint64)
    for place, words in enumerate(texts.words):
        present = None if texts.shortest > 8 * place else texts.lengths > 8 * place
        if present is None or 2 * np.count_nonzero(present) > len(texts):
            splitmix64(np.add(words, _FIRST_STEPS[place], out=mixed), out=mixed)
            if present is not None:
                np.putmask(mixed, ~present, np.uint64(0))
            sums += mixed
        else:
            rows = np.flatnonzero(present)
            sums[rows] += splitmix64(words[rows] + _FIRST_STEPS[place])
    n_first = len(texts.words)
    if texts.longest > 8 * n_first:
        rows = np.flatnonzero(texts.lengths > 8 * n_first)
        sums[rows] += _sums_of_tails(texts.words_anywhere(), texts.offsets[rows], texts.lengths[rows], n_first)
    sums ^= texts.lengths.view(np.uint64) * _LENGTH
    return splitmix64(sums, out=sums)


def _sums_of_tails(words: Keys, starts: NDArray[np.int64], lengths: NDArray[np.int64], n_first: int) -> Keys:
    """Sum the mixed words after the first ones, a block of words at a time, whatever texts it falls on."""
    n_words = -(-lengths // 8) - n_first
    ends = np.cumsum(n_words)
    begins = ends - n_words
    sums = np.zeros(len(starts), np.uint64)
    for begin in range(0, int(ends[-1]), _BLOCK):
        end = min(begin + _BLOCK, int(ends[-1]))
        some = np.arange(np.searchsorted(ends, begin, side="right"), np.searchsorted(ends, end) + 1)
        counts = np.minimum(ends[some], end) - np.maximum(begins[some], begin)
        place = np.arange(begin, end) - np.repeat(begins[some], counts) + n_first
        at = np.repeat(starts[some], counts) + 8 * place
        kept = KEPT_BYTES[np.minimum(np.repeat(lengths[some], counts) - 8 * place, 8)]
        mixed = splitmix64((words[at] & kept) + (place + 1).astype(np.uint64) * _STEP)
        sums[some] += np.add.reduceat(mixed, np.cumsum(counts) - counts)
    return sums


def _hash_nested(array: pa.Array) -> Keys:
    type_ = array.type
    if pa.types.is_struct(type_):
        sums = np.zeros(len(array), np.uint64)
        for field, child in zip(type_, array.flatten(), strict=True):
            sums += splitmix64(hash_array(child) ^ salt_of(field.name))
        return splitmix64(sums)
    if pa.types.is_list(type_) or pa.types.is_large_list(type_) or pa.types.is_fixed_size_list(type_):
        return _hash_lists(array)
    return _hash_by_text(array)


def _hash_lists(array: pa.Array) -> Keys:
    lengths = list_lengths(array)
    if lengths.sum() > _BLOCK and len(array) > 1:
        middle = len(array) // 2
        return np.concatenate([_hash_lists(array[:middle]), _hash_lists(array[middle:])])
    items = hash_array(array.flatten())
    filled = np.flatnonzero(lengths)
    sums = np.zeros(len(array), np.uint64)
    if len(items):
        heads = (np.cumsum(lengths) - lengths)[filled]
        place = np.arange(len(items)) - np.repeat(heads, lengths[filled])
        sums[filled] = np.add.reduceat(splitmix64(items + (place + 1).astype(np.uint64) * _STEP), heads)
    return splitmix64(sums ^ (lengths.astype(np.uint64) * _LENGTH))


def _hash_by_text(array: pa.Array) -> Keys:
    """Key what has no faster way (maps, unions, intervals, decimals beyond 38 digits) by its Python text."""
    return _hash_bytes(pa.array([repr(value) for value in array.to_pylist()], pa.large_string()))


_HASHES = {
    "number": _hash_fixed,
    "boolean": _hash_fixed,
    "temporal": _hash_temporal,
    "decimal": _hash_decimals,
    "text": _hash_bytes,
    "binary": _hash_bytes,
    "nested": _hash_nested,
}
