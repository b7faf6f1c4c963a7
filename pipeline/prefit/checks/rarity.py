"""How many rows are in categories that hardly any other row shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from prefit.checks.columns import ONE_HOT_LIMIT, all_counted, present_top
from prefit.evidence import Evidence
from prefit.profiling.values import ColumnProfile

__all__ = ["MAX_RARE_FRACTION", "MIN_ROWS_PER_VALUE", "mostly_rare", "rare_fraction"]

MIN_ROWS_PER_VALUE = 10
"""Rows that a category needs to be learnt from: two in each of five folds."""

MAX_RARE_FRACTION = 0.5
"""Share of the values in such small categories above which the column as a whole cannot be learnt from."""

_EVIDENT = 3
"""Rows of the sample from which on a category is taken for as frequent as it is there."""


def rare_fraction(evidence: Evidence, column: ColumnProfile, min_rows: float) -> float:
    """Return the share of the rows that are in categories of fewer than `min_rows` rows.

    Exact where all values were counted or the sample holds all rows. Else the categories that are evidently frequent
    are told apart in the sample, and the rest count as rare when they have fewer rows on average.
    """
    if not column.n_present:
        return 0.0
    counts = np.array([entry.count for entry in present_top(column)], dtype=np.float64)
    if not all_counted(column):
        sampled = _sampled(evidence, column)
        n_sampled = evidence.profile.sample.table.num_rows
        if n_sampled == column.n_rows:
            counts = sampled
        elif sampled.size:
            counts = sampled[sampled >= _EVIDENT] * column.n_rows / n_sampled
    rare = float(counts[counts < min_rows].sum())
    rest = max(column.n_present - float(counts.sum()), 0.0)
    n_others = column.distinct.estimate - counts.size
    if n_others >= 1 and rest / n_others < min_rows:
        rare += rest
    return rare / column.n_rows


def mostly_rare(
    evidence: Evidence,
    column: ColumnProfile,
    *,
    max_values: int = ONE_HOT_LIMIT,
    min_rows: float = MIN_ROWS_PER_VALUE,
    max_fraction: float = MAX_RARE_FRACTION,
) -> bool:
    """Whether a column has many categories, and most of its values are in one that too few rows share."""
    if column.distinct.low <= max_values:
        return False
    return rare_fraction(evidence, column, min_rows) * column.n_rows > max_fraction * column.n_present


def _sampled(evidence: Evidence, column: ColumnProfile) -> NDArray[np.float64]:
    """Return how often each value occurs in the sample, missing ones left out."""
    import pyarrow.compute as pc

    table = evidence.profile.sample.table
    if column.name not in table.column_names:
        return np.zeros(0)
    values = table[column.name].drop_null()
    if column.n_empty + column.n_blank:
        values = values.filter(pc.greater(pc.binary_length(pc.utf8_trim_whitespace(values)), 0))
    return np.asarray(pc.value_counts(values).field("counts"), dtype=np.float64)
