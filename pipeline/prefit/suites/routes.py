"""By what an entry is judged: in SQL only where the outcome is the one that pandas gives.

Where it would not be: types are those of pandas; rows with a null in one of several columns are compared in pandas and
passed over in SQL; values of different kinds are never equal in pandas and cast in SQL, be they in two columns or in a
column and a set; and a quantile is another one of two neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any, Literal

import pyarrow as pa
from pyarrow import types

from prefit.suites.load import SuiteEntry
from prefit.suites.regexes import with_regexes

__all__ = ["Route", "needed_columns", "only_in_sql", "route_of"]

Route = Literal["schema", "types", "sql", "memory"]

_ON_SCHEMA = frozenset(
    {
        "expect_column_to_exist",
        "expect_table_column_count_to_be_between",
        "expect_table_column_count_to_equal",
        "expect_table_columns_to_match_ordered_list",
        "expect_table_columns_to_match_set",
    }
)
_ON_NUMBERS = frozenset(
    {
        "expect_column_mean_to_be_between",
        "expect_column_median_to_be_between",
        "expect_column_stdev_to_be_between",
        "expect_column_sum_to_be_between",
        "expect_column_value_z_scores_to_be_less_than",
    }
)
_IN_MEMORY = frozenset(
    {
        "expect_column_quantile_values_to_be_between",
        "expect_column_values_to_be_dateutil_parseable",
        "expect_column_values_to_be_decreasing",
        "expect_column_values_to_be_increasing",
        "expect_column_values_to_be_json_parseable",
        "expect_column_values_to_match_json_schema",
        "expect_column_values_to_match_strftime_format",
    }
)
_TYPES = frozenset(
    {
        "expect_column_type_to_be",
        "expect_column_values_to_be_in_type_list",
        "expect_column_values_to_be_of_type",
    }
)
_IGNORED = frozenset({"either_value_is_missing", "any_value_is_missing"})
_PYTHON: Mapping[str, Set[type]] = {"number": {int, float}, "string": {str}, "bool": {bool}}
_OF_SQL = frozenset({"unexpected_rows_expectation", "expect_query_results_to_match_comparison"})


def route_of(entry: SuiteEntry, schema: pa.Schema, able: frozenset[str], *, in_postgresql: bool = False) -> Route:
    """Return by what an entry is judged; SQL is tried where nothing speaks against it and it is `able` to."""
    if entry.expectation in _ON_SCHEMA:
        return "schema"
    if only_in_sql(entry):
        return "sql"
    if entry.expectation in _TYPES and all(_is_one_in_pandas(schema.field(name).type) for name in entry.columns):
        return "types"
    kinds = {_kind(schema.field(name).type) for name in entry.columns}
    unlike = (
        entry.expectation in _IN_MEMORY | _TYPES
        or not able.issuperset(entry.columns)
        or (entry.expectation in _ON_NUMBERS and not kinds <= {"number", "decimal"})
        or not _are_of(entry.kwargs.get("value_set"), kinds)
        or (len(entry.columns) > 1 and (len(kinds) > 1 or entry.kwargs.get("ignore_row_if") not in _IGNORED))
        or with_regexes(entry.kwargs, in_postgresql=in_postgresql) is None
        or (entry.kwargs.get("row_condition") is not None and entry.kwargs.get("condition_parser") == "pandas")
    )
    return "memory" if unlike else "sql"


def only_in_sql(entry: SuiteEntry) -> bool:
    """Return whether an entry is a query, which pandas does not know."""
    return entry.expectation in _OF_SQL


def needed_columns(entry: SuiteEntry, schema: pa.Schema) -> Sequence[str]:
    """Return the columns that an entry may read: those that it names, or all where a condition or a query may."""
    alone = entry.expectation.startswith("expect_") and not any(
        isinstance(value, str | dict) and key in {"row_condition", "unexpected_rows_query", "query"}
        for key, value in entry.kwargs.items()
    )
    return entry.columns if alone and (entry.columns or "row_count" in entry.expectation) else tuple(schema.names)


def _are_of(values: Any, kinds: Set[str]) -> bool:
    """Return whether the values of a set are of the kind of the columns: SQL takes the text 5 for the number."""
    if not isinstance(values, list):
        return True
    return all({type(value) for value in values} <= _PYTHON.get(kind, frozenset()) for kind in kinds)


def _is_one_in_pandas(kind: pa.DataType) -> bool:
    """Return whether pandas takes a column as one type that the values do not decide, but for there being nulls."""
    if types.is_dictionary(kind):
        return _is_one_in_pandas(kind.value_type)
    return any(is_kind(kind) for is_kind in (types.is_boolean, types.is_integer, types.is_floating, types.is_string))


def _kind(kind: pa.DataType) -> str:
    if types.is_integer(kind) or types.is_floating(kind):
        return "number"
    if types.is_timestamp(kind) or types.is_date(kind):
        return "moment"
    return "decimal" if types.is_decimal(kind) else str(kind)
