"""Rules for how often values occur: each class of the target, the most frequent value of another category."""

from __future__ import annotations

from collections.abc import Iterator

from prefit.profiling.arrays import storage_of
from prefit.suites.suggest.common import MIN_VALUES, has_value_set, plain, values_seldom_seen
from prefit.suites.suggest.entry import Column, Suggested, column_rule
from prefit.suites.suggest.margins import share_limit, share_reason, share_text

__all__ = ["class_shares", "common_value"]

_MAX_CLASSES = 30
_LEAST_SHARE = 0.05


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


def common_value(column: Column) -> Iterator[Suggested]:
    """Suggest that the most frequent value of a category stays about as frequent: defaults that fill gaps do not."""
    kind, values = storage_of(column.sample.type), column.profile.top
    listed = kind == "boolean" or (kind == "text" and column.with_values and has_value_set(column))
    if column.is_target or not listed or len(values) < 2 or column.n_values < MIN_VALUES:
        return
    first, *others = (entry.value for entry in values)
    n_first, n_new = values[0].count, values_seldom_seen(column)[1]
    for said, value_set, n_bad in (
        ("fewer", [first], column.n_values - n_first),
        ("more", sorted(others), min(n_first + 2 * n_new, column.n_values)),
    ):
        limit = share_limit(n_bad, column.present)
        if limit <= 1.0 - _LEAST_SHARE:
            yield from column_rule(
                column,
                "common value",
                "expect_column_values_to_be_in_set",
                "info",
                f"{n_first / column.n_values:.1%} of the rows have the most frequent value, and not many {said} will. "
                f"Others than these: {share_reason(n_bad, column.present)}.",
                value_set=plain(value_set),
                mostly=share_text(limit),
            )
