"""What the texts of a column look like: numbers, dates, damage, spellings of missing, variants of one category."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from prefit.profiling.arrays import as_numpy, filtered, taken, text_bytes, texts_of
from prefit.profiling.facts.patterns import (
    BOOLEANS,
    COMPACT_DATE,
    DAMAGE,
    DATE,
    DATE_STARTS,
    MISSING_SPELLINGS,
    NUMBER,
    NUMBER_STARTS,
)
from prefit.profiling.facts.variants import variant_groups
from prefit.profiling.tally import Tally
from prefit.profiling.values import TextFacts

__all__ = ["text_facts"]

_SHORT_BYTES = 40
_MAX_BYTES = 20_000_000
_MAX_DISGUISED = 20
_NEARLY_ALL = 0.95


def text_facts(sampled: Tally, known: Tally) -> TextFacts:
    """Describe the texts of the row sample.

    Parameters
    ----------
    sampled : Tally
        Distinct texts of the row sample. Of long texts only the most frequent ones are searched, up to 20 MB in all.
    known : Tally
        The same with counts over all rows, where they are known: used for the variants of a category.

    Returns
    -------
    TextFacts
        Empty and blank texts and spellings of missing are not among its `n_values`.
    """
    lengths = _lengths(sampled.values)
    if lengths.sum() >= _MAX_BYTES:
        sampled = sampled.first()
        lengths = _lengths(sampled.values)
        sampled = sampled.where(np.cumsum(lengths) - lengths < _MAX_BYTES)
    trimmed = pc.utf8_trim_whitespace(sampled.values)
    filled = _lengths(trimmed) > 0
    sampled, trimmed = sampled.where(filled), filtered(trimmed, filled)
    missing = _spell_missing(trimmed)
    disguised = sampled.where(missing).most_frequent(_MAX_DISGUISED)
    texts, counts = filtered(trimmed, ~missing), sampled.counts[~missing]
    n_values = int(counts.sum())
    if n_values == 0:
        return TextFacts(n_values=0, disguised=disguised)

    number = _matches(texts, NUMBER, NUMBER_STARTS)
    date = _matches(texts, DATE, DATE_STARTS) & ~number
    compact = _matches(texts, COMPACT_DATE, DATE_STARTS)
    if compact.any() and counts[compact].sum() >= _NEARLY_ALL * counts[number].sum():
        number, date = number & ~compact, date | compact
    lowered = pc.utf8_lower(texts)
    boolean = as_numpy(pc.is_in(lowered, texts_of(sorted(BOOLEANS), lowered.type)))
    damaged = _damaged(texts)

    def share(mask: NDArray[np.bool_]) -> float:
        return float(counts[mask].sum() / n_values)

    kinds = {"number": number, "date": date, "boolean": boolean, "text": ~(number | date | boolean)}
    return TextFacts(
        n_values=n_values,
        numeric_fraction=share(number),
        date_fraction=share(date),
        damaged_fraction=share(damaged),
        disguised=disguised,
        variants=variant_groups(known),
        kind_fractions={kind: share(mask) for kind, mask in kinds.items()},
    )


def _lengths(texts: pa.Array) -> NDArray[np.int64]:
    lengths: NDArray[np.int64] = as_numpy(pc.binary_length(texts).cast(pa.int64()))
    return lengths


def _matches(texts: pa.Array, pattern: str, starts: bytes) -> NDArray[np.bool_]:
    """Match the short texts that start as they must: what is long is neither a number nor a date."""
    offsets, data = text_bytes(texts)
    may_start = np.isin(np.arange(256), list(starts))
    some = np.flatnonzero((np.diff(offsets) <= _SHORT_BYTES) & may_start[data[offsets[:-1]]])
    matched = np.zeros(len(texts), np.bool_)
    matched[some] = as_numpy(pc.match_substring_regex(taken(texts, some), pattern))
    return matched


def _damaged(texts: pa.Array) -> NDArray[np.bool_]:
    """Search for damage, unless all bytes are printable ASCII."""
    data = text_bytes(texts)[1]
    if data.min() >= ord(" ") and data.max() <= ord("~"):
        return np.zeros(len(texts), np.bool_)
    return as_numpy(pc.match_substring_regex(texts, DAMAGE))


def _spell_missing(trimmed: pa.Array) -> NDArray[np.bool_]:
    """Return True for spellings of a missing value; ``Na``, the symbol of sodium, is none."""
    lowered = pc.utf8_lower(trimmed)
    spelt = pc.is_in(lowered, texts_of(sorted(MISSING_SPELLINGS), lowered.type))
    missing: NDArray[np.bool_] = as_numpy(spelt) & ~as_numpy(pc.is_in(trimmed, texts_of(["Na"], trimmed.type)))
    return missing
