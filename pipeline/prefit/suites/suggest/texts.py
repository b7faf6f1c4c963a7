"""Rules for texts: how long they are, and which form they have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from prefit.profiling.arrays import as_numpy, storage_of
from prefit.suites.suggest.common import MIN_VALUES, has_value_set
from prefit.suites.suggest.entry import Column, Suggested, column_rule
from prefit.suites.suggest.margins import share_limit, share_reason, share_text
from prefit.suites.suggest.patterns import find_pattern

__all__ = ["texts"]

_MIN_DIFFERENT = 20


def texts(column: Column) -> Iterator[Suggested]:
    """Suggest lengths and a form for a column of texts whose values are not listed."""
    if storage_of(column.sample.type) != "text" or column.n_values < MIN_VALUES:
        return
    listed = has_value_set(column) and column.with_values
    present = column.sample.combine_chunks().drop_null()
    lengths = as_numpy(pc.utf8_length(present)).astype(np.int64)
    if not listed:
        yield from _lengths(column, lengths)
        yield from _typical(column, lengths)
    different = pc.unique(present).to_pylist()
    if len(different) < _MIN_DIFFERENT:
        return
    found = find_pattern(different)
    if found is None:
        return
    what, pattern = found
    yield from column_rule(
        column,
        "pattern",
        "expect_column_values_to_match_regex",
        "warning",
        f"Read as {what}: all {len(different):,} different texts of {len(present):,} rows match (rule of three).",
        regex=pattern,
        mostly=share_text(share_limit(0, column.present.looking_at(len(present)))),
    )


def _lengths(column: Column, lengths: NDArray[np.int64]) -> Iterator[Suggested]:
    looked_at = column.present.looking_at(len(lengths))
    shortest, longest = int(lengths.min()), int(lengths.max())
    if shortest == longest:
        n_other, reason = 0, share_reason(0, looked_at)
    else:
        n_other = 2  # the two ends: whatever is drawn alike, the next one lies beyond them so often
        longest = max(longest, int(np.ceil(longest * 1.1)))
        shortest = int(shortest * 0.9) if shortest > 1 else shortest
        reason = f"a tenth beyond what was seen, and beyond that {share_reason(n_other, looked_at)}"
    yield from column_rule(
        column,
        "lengths",
        "expect_column_value_lengths_to_be_between",
        "warning",
        f"Characters: {lengths.min():,} to {lengths.max():,} in {len(lengths):,} rows. Others: {reason}.",
        min_value=shortest,
        max_value=longest,
        mostly=share_text(share_limit(n_other, looked_at)),
    )


def _typical(column: Column, lengths: NDArray[np.int64]) -> Iterator[Suggested]:
    """Suggest that half of the texts stay as long as they are: cut ones do not."""
    looked_at = column.present.looking_at(len(lengths))
    for share in (0.75, 0.5):
        typical = int(np.quantile(lengths, share, method="inverted_cdf"))
        n_shorter = int((lengths < typical).sum())
        limit = share_limit(n_shorter, looked_at)
        if typical > lengths.min() and limit < 0.95:
            yield from column_rule(
                column,
                "long texts",
                "expect_column_value_lengths_to_be_between",
                "info",
                f"Texts shorter than {typical:,} characters: {share_reason(n_shorter, looked_at)}. "
                "Finds texts that were cut.",
                min_value=typical,
                mostly=share_text(limit),
            )
            return
