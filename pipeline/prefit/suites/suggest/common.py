"""Rules for columns of any kind: type, missing values, sets of values, uniqueness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from prefit.profiling.arrays import storage_of
from prefit.suites.suggest.entry import Column, Suggested, column_rule
from prefit.suites.suggest.margins import share_limit, share_reason, share_text

__all__ = ["MIN_VALUES", "has_value_set", "missing", "plain", "storage", "unique", "value_set", "values_seldom_seen"]

MIN_VALUES = 20
"""Rows with a value, below which nothing is said of values."""

_MAX_SET = 100
_MAX_NUMBERS = 20
_ROWS_PER_VALUE = 5
_MOST_UNSEEN = 0.2

_INTEGERS = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
_NULLABLE = [f"{sign}Int{bits}Dtype" for sign in ("", "U") for bits in (8, 16, 32, 64)]
_TYPES: Mapping[str, list[str]] = {
    "whole numbers": [*_INTEGERS, *_NULLABLE, "SMALLINT", "INTEGER", "BIGINT", "NUMERIC"],
    "numbers": ["float32", "float64", "Float32Dtype", "Float64Dtype", "REAL", "FLOAT", "DOUBLE_PRECISION", "NUMERIC"],
    "booleans": ["bool", "BooleanDtype", "BOOLEAN"],
    "times": ["datetime64[ns]", "datetime64[us]", "datetime64[ms]", "datetime64[s]", "TIMESTAMP", "DATETIME"],
}
"""Names by which Great Expectations knows the types of pandas and of SQL; it has none for pandas' texts."""


def storage(column: Column) -> Iterator[Suggested]:
    """Suggest the type, as a family of widths; texts are told by their lengths and values."""
    type_ = column.sample.type
    family = (
        "whole numbers" if pa.types.is_integer(type_)
        else "numbers" if pa.types.is_float32(type_) or pa.types.is_float64(type_)
        else "booleans" if pa.types.is_boolean(type_)
        else "times" if pa.types.is_timestamp(type_) and type_.tz is None
        else None
    )  # fmt: skip
    if family is None:
        return
    names = list(_TYPES[family])
    if family == "whole numbers" and column.profile.n_null:
        names.append("float64")
    notes = f"Stored as {type_}: {family} of any width, by the names of pandas and of SQL."
    if family == "whole numbers" and column.profile.n_null:
        notes += " pandas reads whole numbers with gaps as float64."
    yield from column_rule(
        column, "type", "expect_column_values_to_be_in_type_list", "critical", notes, type_list=names
    )


def missing(column: Column) -> Iterator[Suggested]:
    """Suggest the share of rows without a value."""
    n_missing = column.profile.n_rows - column.n_values
    if column.n_values == 0:
        yield from column_rule(
            column,
            "missing",
            "expect_column_values_to_be_null",
            "info",
            f"All of {column.profile.n_rows:,} rows are null. Delete this entry once the column is filled.",
            mostly=share_text(share_limit(0, column.batches)),
        )
        return
    yield from column_rule(
        column,
        "missing",
        "expect_column_values_to_not_be_null",
        "warning" if n_missing else "critical",
        f"Null: {share_reason(n_missing, column.batches)}.",
        mostly=share_text(share_limit(n_missing, column.batches)),
    )


def has_value_set(column: Column) -> bool:
    """Whether the values are so few that they can be listed, and those yet unseen so rare that it means something."""
    profile, limit = column.profile, _MAX_SET
    listed = storage_of(column.sample.type)
    if column.kind in ("text", "id-like", "datetime", "unsupported", "embedding") and not column.is_target:
        return False
    if listed == "number":
        if profile.n_infinite or profile.numeric is None or not profile.numeric.integer_valued:
            return False
        limit = _MAX_NUMBERS
    elif listed != "text":
        return False
    n_distinct = len(profile.top)
    return (
        column.n_values >= MIN_VALUES
        and not column.runs_on
        and profile.top_exact
        and 0 < n_distinct <= limit
        and n_distinct == round(profile.distinct.estimate)
        and column.n_values >= _ROWS_PER_VALUE * n_distinct
        and share_limit(values_seldom_seen(column)[1], column.present) <= _MOST_UNSEEN
    )


def value_set(column: Column) -> Iterator[Suggested]:
    """Suggest the set of values, with what Good and Turing say of those yet unseen."""
    if not has_value_set(column) or (storage_of(column.sample.type) == "text" and not column.with_values):
        return
    values = sorted(plain([entry.value for entry in column.profile.top]))
    times, n_rare = values_seldom_seen(column)
    yield from column_rule(
        column,
        "values",
        "expect_column_values_to_be_in_set",
        "warning" if n_rare else "critical",
        f"{len(values):,} different values in {column.n_values:,} rows. Values seen {times}, which tell how many rows "
        f"will hold one yet unseen (Good-Turing): {share_reason(n_rare, column.present)}.",
        value_set=values,
        mostly=share_text(share_limit(n_rare, column.present)),
    )


def plain(values: Iterable[Any]) -> list[Any]:
    """Return values as JSON shows them best: whole numbers without a decimal point."""
    return [int(value) if isinstance(value, float) and value == int(value) else value for value in values]


def unique(column: Column) -> Iterator[Suggested]:
    """Suggest that an identifier stands in one row only."""
    profile = column.profile
    if column.kind != "id-like" or column.n_values < MIN_VALUES:
        return
    exact = profile.distinct.exact
    if exact and profile.distinct.estimate < column.n_values:
        return
    if np.unique(np.array([entry.count for entry in profile.top])).max(initial=1) > 1 and profile.top_exact:
        return
    how = "all values differ" if exact else f"about {profile.distinct.estimate:,.0f} different values"
    yield from column_rule(
        column,
        "unique",
        "expect_column_values_to_be_unique",
        "critical",
        f"An identifier: {how} in {column.n_values:,} rows.",
        mostly=1.0 if exact else 0.99,
    )


def values_seldom_seen(column: Column) -> tuple[str, int]:
    """Count the values seen once, or twice if there is none: by Good and Turing so many rows would hold a new one."""
    once, twice = (sum(entry.count == count for entry in column.profile.top) for count in (1, 2))
    return ("once", once) if once or not twice else ("twice", twice)
