"""Run an expectation suite on all rows of a table: every entry is judged or says why not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from prefit.evidence import ExpectationResult, SuiteResult, Unjudged
from prefit.suites.custom import quotes_no_values
from prefit.suites.judging import raised
from prefit.suites.library import Refusal, quiet_library
from prefit.suites.load import SuiteEntry, load_suite
from prefit.suites.order import judge_all
from prefit.suites.rows import ROW, Rows

__all__ = ["MEMORY_BYTES", "run_suite"]

MEMORY_BYTES = 500_000_000
"""Memory that a run may take where nobody says otherwise, the libraries included."""

_AGGREGATES = frozenset(
    {
        "expect_column_kl_divergence_to_be_less_than",
        "expect_column_mean_to_be_between",
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


_OUT_OF_MEMORY = "OutOfMemoryException"
"""What DuckDB calls it when a query does not fit into its limit, even by spilling."""


def run_suite(
    data: pa.Table | Rows,
    suite_path: str | Path,
    *,
    name: str = "",
    show_values: bool = False,
    memory_bytes: int = MEMORY_BYTES,
) -> SuiteResult:
    """Run a Great Expectations suite on all rows of a table.

    The rows are judged by SQL in bounded memory; what only Python can judge, in memory if the columns fit. Nothing is
    printed, nothing written outside a temporary folder, nothing sent, and a Great Expectations context of the caller
    stays the current one.

    Parameters
    ----------
    data : pyarrow.Table or Rows
    suite_path : path
        A suite (JSON or YAML), or a folder with ``<name>.json`` or ``<name>.yaml`` in it.
    name : str, optional
        Name of the data set; needed for a folder.
    show_values : bool, default False
        Whether results may hold values of cells: observed minima, maxima, sets and unexpected values, and the
        messages of Great Expectations, which quote values.
    memory_bytes : int, default 500 MB
        Memory that the process may take, about.

    Returns
    -------
    SuiteResult
        One result for each entry of the suite, in its order. An entry that could not be judged, because the column is
        not there or the values cannot be compared, has an `error` and is no success.

    Raises
    ------
    UsageError
        If the suite cannot be read or is empty.

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
    rows = Rows.of_table(data) if isinstance(data, pa.Table) else data
    with TemporaryDirectory(prefix="prefit-", ignore_cleanup_errors=True) as folder, quiet_library() as gx:
        outcomes = judge_all(gx, suite.entries, rows, Path(folder), memory_bytes)
        results = tuple(
            _result(entry, outcomes[number], rows.schema, show_values) for number, entry in enumerate(suite.entries)
        )
    return SuiteResult(name=suite.name, path=suite.path, results=results)


def _result(entry: SuiteEntry, outcome: Any, schema: pa.Schema, show_values: bool) -> ExpectationResult:
    if isinstance(outcome, Refusal):
        return _unjudged(entry, outcome.kind, outcome.reason)
    messages = raised(outcome)
    if any(_OUT_OF_MEMORY in message for message in messages):
        return _unjudged(entry, "not_run", "it takes more memory than is left for it. Give more --memory.")
    if messages:
        return _unjudged(entry, "error", _reason(entry, messages[0], schema, show_values))
    found = json.loads(json.dumps(outcome.to_json_dict()["result"], default=_plain))
    percent = found.get("unexpected_percent")
    observed = found.get("observed_value")
    if show_values:
        observed = found.get("partial_unexpected_list") if observed is None else observed
    return ExpectationResult(
        expectation=entry.expectation,
        column=entry.kwargs.get("column"),
        kwargs={key: value for key, value in entry.kwargs.items() if key != "column"},
        success=bool(outcome.success),
        severity=entry.severity,
        observed=observed if show_values or _is_aggregate(entry.expectation) else None,
        n_unexpected=found.get("unexpected_count"),
        unexpected_fraction=None if percent is None else percent / 100,
        positions=_positions(found.get("partial_unexpected_index_list") or ()),
    )


def _is_aggregate(expectation: str) -> bool:
    return expectation in _AGGREGATES or quotes_no_values(expectation)


def _plain(value: Any) -> Any:
    """Return the number of Python in a number of numpy, which Great Expectations leaves in nested lists."""
    return value.item() if isinstance(value, np.generic) else str(value)


def _positions(found: Sequence[Any]) -> tuple[int, ...]:
    """Return the positions of unexpected rows: pandas gives numbers, SQL rows with the column of positions."""
    return tuple(int(row[ROW] if isinstance(row, Mapping) else row) for row in found)


def _unjudged(entry: SuiteEntry, kind: Unjudged, reason: str) -> ExpectationResult:
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
        unjudged=kind,
    )


def _reason(entry: SuiteEntry, message: str, schema: pa.Schema, show_values: bool) -> str:
    """Say why an entry could not be judged; the library's own message may quote cells."""
    if quotes_no_values(entry.expectation):
        return message
    column = entry.kwargs.get("column")
    of_what = f" on {column!r} (type {schema.field(column).type})" if isinstance(column, str) else ""
    hint = message if show_values else "The rule may not fit the column; with --show-values its own message is shown."
    return f"Great Expectations could not compute it{of_what}. {hint}"
