"""How often does each key occur?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, Mask, run_starts

__all__ = ["DistinctKeys", "group_keys"]

_MANY = 2_048


class DistinctKeys(NamedTuple):
    """Distinct keys, how many rows have each, and one entry that has it."""

    keys: Keys
    counts: NDArray[np.int64]
    entries: NDArray[np.int64]


def group_keys(keys: Keys, entries: NDArray[np.int64], weights: NDArray[np.int64] | None) -> DistinctKeys:
    """Count equal keys; `weights` says how many rows each stands for, None for one.

    Where most keys differ, only those are sorted that do not differ in their high bits.
    """
    if weights is None and len(keys) >= _MANY:
        crowded = _crowded(keys)
        if 2 * np.count_nonzero(crowded) < len(keys):
            alone, others = np.flatnonzero(~crowded), np.flatnonzero(crowded)
            singles = DistinctKeys(keys[alone], np.ones(len(alone), np.int64), entries[alone])
            repeated = _sorted_groups(keys[others], entries[others], None)
            return DistinctKeys(*(np.concatenate(parts) for parts in zip(singles, repeated, strict=True)))
    return _sorted_groups(keys, entries, weights)


def _sorted_groups(keys: Keys, entries: NDArray[np.int64], weights: NDArray[np.int64] | None) -> DistinctKeys:
    order = np.argsort(keys)
    ordered = keys[order]
    heads = run_starts(ordered)
    if weights is None:
        counts = np.diff(heads, append=len(keys))
    else:
        counts = np.add.reduceat(weights[order], heads) if len(keys) else weights
    return DistinctKeys(ordered[heads], counts, entries[order[heads]])


def _crowded(keys: Keys) -> Mask:
    """Return True for the keys that have their high bits, 8 to 16 times as many as there are keys, with another."""
    n_bits = (8 * len(keys)).bit_length()
    slots = (keys >> np.uint64(64 - n_bits)).view(np.int64)
    rows, last = np.arange(len(keys)), np.empty(1 << n_bits, np.int32)
    last[slots] = rows
    crowded = np.zeros(1 << n_bits, np.bool_)
    crowded[slots[last[slots] != rows]] = True
    return crowded[slots]
