"""Run an expectation suite on a table: every entry is judged or says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from prefit.errors import did_you_mean
from prefit.evidence import ExpectationResult, SuiteResult
from prefit.suites.library import build, quiet_library, validate
from prefit.suites.load import SuiteEntry, load_suite

__all__ = ["run_suite"]

_AGGREGATES = frozenset(
    {
        "expect_column_chisquare_test_p_value_to_be_greater_than",
        "expect_column_kl_divergence_to_be_less_than",
        "expect_column_mean_to_be_between",
        "expect_column_pair_cramers_phi_value_to_be_less_than",
        "expect_column_proportion_of_non_null_values_to_be_between",
        "expect_column_proportion_of_unique_values_to_be_between",
        "expect_column_stdev_to_be_between",
        "expect_column_type_to_be",
        "expect_column_unique_value_count_to_be_between",
        "expect_column_values_to_be_in_type_list",
        "expect_column_values_to_be_of_type",
        "expect_table_column_count_to_be_between",
        "expect_table_column_count_to_equal",
        "expect_table_columns_to_match_ordered_list",
        "expect_table_columns_to_match_set",
        "expect_table_row_count_to_be_between",
        "expect_table_row_count_to_equal",
    }
)
"""Expectations whose observed value is never the value of a cell."""


def run_suite(table: pa.Table, suite_path: str | Path, *, name: str = "", show_values: bool = False) -> SuiteResult:
    """Run a Great Expectations suite on all rows of a table.

    Nothing is printed, written or sent, and a Great Expectations context of the caller stays the current one.

    Parameters
    ----------
    table : pyarrow.Table
    suite_path : path
        A suite (JSON), or a folder with ``<name>.json`` in it.
    name : str, optional
        Name of the data set; needed for a folder.
    show_values : bool, default False
        Whether results may hold values of cells: observed minima, maxima, sets and unexpected values, and the
        messages of Great Expectations, which quote values.

    Returns
    -------
    SuiteResult
        One result for each entry of the suite, in its order. An entry that could not be judged, because the column is
        not there or the values cannot be compared, has an `error` and is no success.

    Raises
    ------
    UsageError
        If the suite cannot be read, is empty, or has an entry that Great Expectations does not know or accept.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import TemporaryDirectory
    >>> text = '{"expectations": [{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "age"}}]}'
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "people.json"); n_bytes = path.write_text(text)
    ...     result = run_suite(pa.table({"age": [31, None, 58, 40]}), path)
    >>> result.results[0].success, result.results[0].unexpected_fraction, result.results[0].positions
    (False, 0.25, (1,))
    """
    suite = load_suite(suite_path, dataset=name)
    with quiet_library() as gx:
        expectations = [build(gx, suite, number, table.schema) for number in range(len(suite.entries))]
        absent = [_absent_columns(entry, table.column_names) for entry in suite.entries]
        to_run = [expectation for expectation, missing in zip(expectations, absent, strict=True) if not missing]
        outcomes = validate(gx, suite.name, to_run, table) if to_run else {}
    results = tuple(
        _unjudged(entry, f"{missing!r} is not a column; columns: {did_you_mean(missing, table.column_names)}")
        if missing
        else _result(entry, outcomes[number], table, show_values)
        for number, (entry, missing) in enumerate(zip(suite.entries, absent, strict=True))
    )
    return SuiteResult(name=suite.name, path=suite.path, results=results)


def _absent_columns(entry: SuiteEntry, columns: Sequence[str]) -> str | None:
    """Return the first column that the entry speaks of and the table does not have."""
    if entry.expectation == "expect_column_to_exist":
        return None
    kwargs = entry.kwargs
    named = [kwargs.get("column"), kwargs.get("column_A"), kwargs.get("column_B"), *(kwargs.get("column_list") or ())]
    return next((column for column in named if isinstance(column, str) and column not in columns), None)


def _result(entry: SuiteEntry, outcome: Any, table: pa.Table, show_values: bool) -> ExpectationResult:
    described = outcome.to_json_dict()
    messages = _exception_messages(described["exception_info"])
    if messages:
        return _unjudged(entry, _reason(entry, messages[0], table, show_values))
    found = described["result"]
    percent = found.get("unexpected_percent")
    observed = found.get("observed_value")
    if show_values:
        observed = found.get("partial_unexpected_list") if observed is None else observed
    return ExpectationResult(
        expectation=entry.expectation,
        column=entry.kwargs.get("column"),
        kwargs={key: value for key, value in entry.kwargs.items() if key != "column"},
        success=bool(described["success"]),
        severity=entry.severity,
        observed=observed if show_values or entry.expectation in _AGGREGATES else None,
        n_unexpected=found.get("unexpected_count"),
        unexpected_fraction=None if percent is None else percent / 100,
        positions=tuple(int(row) for row in found.get("partial_unexpected_index_list") or ()),
    )


def _unjudged(entry: SuiteEntry, reason: str) -> ExpectationResult:
    return ExpectationResult(
        expectation=entry.expectation,
        column=entry.kwargs.get("column"),
        kwargs={key: value for key, value in entry.kwargs.items() if key != "column"},
        success=False,
        severity=entry.severity,
        observed=None,
        n_unexpected=None,
        unexpected_fraction=None,
        positions=(),
        error=reason,
    )


def _exception_messages(info: Mapping[str, Any]) -> list[str]:
    """Return the messages of raised exceptions; the record is nested by metric where a metric raised."""
    nested: list[Mapping[str, Any]] = [value for value in info.values() if isinstance(value, dict)]
    return [str(raised.get("exception_message")) for raised in nested or [info] if raised.get("raised_exception")]


def _reason(entry: SuiteEntry, message: str, table: pa.Table, show_values: bool) -> str:
    """Say why an entry could not be judged; the library's own message may quote cells."""
    column = entry.kwargs.get("column")
    of_what = f" on {column!r} (type {table.schema.field(column).type})" if isinstance(column, str) else ""
    hint = message if show_values else "The rule may not fit the column; with --show-values its own message is shown."
    return f"Great Expectations could not compute it{of_what}. {hint}"
