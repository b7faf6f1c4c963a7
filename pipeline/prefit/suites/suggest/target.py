"""Rules for the column to predict: the share of each class."""

from __future__ import annotations

from collections.abc import Iterator

from prefit.profiling.arrays import storage_of
from prefit.suites.suggest.common import MIN_VALUES, plain
from prefit.suites.suggest.entry import Column, Suggested, column_rule
from prefit.suites.suggest.margins import share_limit, share_reason, share_text

__all__ = ["class_shares"]

_MAX_CLASSES = 30


def class_shares(column: Column) -> Iterator[Suggested]:
    """Suggest that no class becomes rarer than luck allows; so none can become much more frequent either."""
    classes = column.profile.top
    is_text = storage_of(column.sample.type) == "text"
    if column.n_values < MIN_VALUES or not column.profile.top_exact or (is_text and not column.with_values):
        return
    if not 2 <= len(classes) <= _MAX_CLASSES or column.n_values < 5 * len(classes):
        return
    for entry in sorted(classes, key=lambda entry: entry.value):
        n_other = column.n_values - entry.count
        limit = share_limit(n_other, column.present)
        if limit < 1.0:
            yield from column_rule(
                column,
                "class share",
                "expect_column_values_to_be_in_set",
                "warning",
                f"{entry.count / column.n_values:.1%} of the rows are of this class. Others: "
                f"{share_reason(n_other, column.present)}.",
                value_set=plain([entry.value]),
                mostly=share_text(limit),
            )
