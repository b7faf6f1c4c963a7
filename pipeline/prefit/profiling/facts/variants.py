"""Categories that differ only by case, white space or Unicode form."""

from __future__ import annotations

import unicodedata
from collections import defaultdict

import pyarrow.compute as pc

from prefit.profiling.arrays import as_numpy
from prefit.profiling.tally import Tally
from prefit.profiling.values import ValueCount, VariantGroup

__all__ = ["variant_groups"]

_MAX_DISTINCT = 1_000
_MAX_BYTES = 100
_MAX_GROUPS = 100


def variant_groups(tally: Tally) -> tuple[VariantGroup, ...]:
    """Group spellings of one category.

    Parameters
    ----------
    tally : Tally
        Distinct texts; more than 1,000 of them are no categories, and give no group. Texts beyond 100 bytes are
        passed over.

    Returns
    -------
    tuple of VariantGroup
        Those with the most rows first; within a group the most frequent spelling first.
    """
    if len(tally.values) > _MAX_DISTINCT:
        return ()
    short = tally.where(as_numpy(pc.binary_length(tally.values)) <= _MAX_BYTES)
    groups: defaultdict[str, list[ValueCount]] = defaultdict(list)
    for entry in short.most_frequent(_MAX_DISTINCT):
        folded = _folded(entry.value)
        if folded:
            groups[folded].append(entry)
    variants = [VariantGroup(tuple(entries)) for entries in groups.values() if len(entries) > 1]
    variants.sort(key=lambda group: -sum(entry.count for entry in group.values))
    return tuple(variants[:_MAX_GROUPS])


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())
