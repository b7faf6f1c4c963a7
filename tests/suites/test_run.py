"""Running a suite: one result for each entry, in order, and nothing passes unjudged."""

from __future__ import annotations

import json
import logging
import os
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from prefit import suites
from prefit.evidence import ExpectationResult, SuiteResult
from prefit.suites import library

TABLE = pa.table(
    {
        "age": pa.array([31, None, 999, 40]),
        "sex": pa.array(["f", "m", "secret", None]),
        "born": pa.array([date(1990, 1, 1), date(1991, 1, 1), date(2030, 1, 1), None]),
        "seen": pa.array([0, 0, 1_900_000_000, None], pa.timestamp("s", tz="Europe/Paris")),
        "score": pa.array([0.1, 0.2, 0.3, float("nan")]),
    }
)


def entry(expectation: str, column: str | None = None, severity: str = "critical", **kwargs: Any) -> dict[str, Any]:
    """Return an entry of a suite."""
    named = kwargs if column is None else {"column": column} | kwargs
    return {"type": expectation, "kwargs": named, "severity": severity}


def run(folder: Path, *entries: dict[str, Any], show_values: bool = False) -> SuiteResult:
    """Run a suite of these entries on the table above."""
    path = folder / "people.json"
    path.write_text(json.dumps({"name": "people", "expectations": entries}))
    return suites.run_suite(TABLE, path, show_values=show_values)


def only(result: SuiteResult) -> ExpectationResult:
    """Return the only result."""
    assert len(result.results) == 1
    return result.results[0]


def test_results_come_in_suite_order_with_their_severity(tmp_path: Path) -> None:
    """Great Expectations groups results by column; prefit gives them back as the suite has them, repeats included."""
    entries = [
        entry("expect_column_values_to_not_be_null", "sex", "warning"),
        entry("expect_column_max_to_be_between", "age", "info", max_value=1000),
        entry("expect_table_row_count_to_equal", value=4),
        entry("expect_column_values_to_not_be_null", "sex", "warning"),
        entry("expect_column_to_exist", "height"),
    ]
    results = run(tmp_path, *entries).results
    assert [result.expectation for result in results] == [given["type"] for given in entries]
    assert [result.severity for result in results] == ["warning", "info", "critical", "warning", "critical"]
    assert [result.success for result in results] == [False, True, True, False, False]


def test_unexpected_rows_are_counted_and_located(tmp_path: Path) -> None:
    """The share is of the rows that were judged: those with a value."""
    result = only(run(tmp_path, entry("expect_column_values_to_be_between", "age", min_value=0, max_value=120)))
    assert (result.n_unexpected, result.positions, result.success) == (1, (2,), False)
    assert result.unexpected_fraction == pytest.approx(1 / 3)
    assert (result.column, result.kwargs) == ("age", {"min_value": 0, "max_value": 120})


@pytest.mark.parametrize("column", ["born", "seen"])
@pytest.mark.parametrize("limit", ["2026-01-01", "2026-01-01T12:00:00"])
def test_dates_compare_with_limits_written_as_text(tmp_path: Path, column: str, limit: str) -> None:
    """JSON has no dates, so their limits are texts, without a zone or with that of the column."""
    result = only(run(tmp_path, entry("expect_column_values_to_be_between", column, max_value=limit)))
    assert (result.n_unexpected, result.positions, result.error) == (1, (2,), None)


def test_nan_counts_as_missing(tmp_path: Path) -> None:
    """A float that is no number is no value."""
    assert only(run(tmp_path, entry("expect_column_values_to_not_be_null", "score"))).positions == (3,)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (entry("expect_column_values_to_not_be_null", "agee"), "'agee' is not a column; .* Did you mean 'age'"),
        (entry("expect_compound_columns_to_be_unique", column_list=["sex", "x"]), "'x' is not a column"),
        (entry("expect_column_values_to_be_between", "sex", min_value=0), r"on 'sex' \(type string\)"),
        (entry("unexpected_rows_expectation", unexpected_rows_query="SELECT x FROM {batch}"), "could not compute it"),
    ],
)
def test_what_cannot_be_judged_is_an_error_and_no_success(tmp_path: Path, given: dict[str, Any], reason: str) -> None:
    """Neither a pass nor a plain failure: the data were not looked at."""
    first, second = run(tmp_path, given, entry("expect_column_to_exist", "age")).results
    assert first.error is not None
    assert not first.success
    assert second.success
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(first.error)


def test_values_of_cells_are_kept_only_on_request(tmp_path: Path) -> None:
    """Observed minima, unexpected values and the library's own messages quote cells."""
    entries = (
        entry("expect_column_max_to_be_between", "age", max_value=120),
        entry("expect_column_values_to_be_in_set", "sex", value_set=["f", "m"]),
        entry("expect_column_mean_to_be_between", "age", max_value=120),
    )
    hidden, shown = run(tmp_path, *entries), run(tmp_path, *entries, show_values=True)
    assert "secret" not in repr(hidden)
    assert [result.observed for result in hidden.results] == [None, None, pytest.approx(1070 / 3)]
    assert [result.observed for result in shown.results] == [999, ["secret"], pytest.approx(1070 / 3)]


@pytest.mark.parametrize(
    ("given", "kind", "complaint"),
    [
        (entry("expect_column_value_to_not_be_null", "age"), "dropped", "mean 'expect_column_values_to_not_be_null'"),
        (entry("expect_column_values_to_be_between", "age", min_valu=3), "error", "min_valu: extra fields not permi"),
        (entry("expect_column_values_to_not_be_null", "age", mostly=95), "error", "mostly: ensure this value is less"),
        (entry("expect_column_values_to_not_be_null"), "error", "column: field required"),
        (entry("expect_column_values_to_be_between", "age", min_value="x"), "error", "min_value: "),
        (
            entry("expect_column_values_to_match_regex", "sex", regex="(f|m"),
            "error",
            "got regex: missing ), unterminat",
        ),
    ],
)
def test_entries_that_great_expectations_drops_or_refuses_are_named(
    tmp_path: Path, given: dict[str, Any], kind: str, complaint: str
) -> None:
    """They are no pass and hinder no other entry."""
    first, second = run(tmp_path, entry("expect_column_to_exist", "age"), given).results
    assert (first.success, second.success, second.unjudged) == (True, False, kind)
    assert complaint in str(second.error)


def test_a_lost_result_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should Great Expectations judge fewer entries than it was given, the run fails."""
    build = library.build
    monkeypatch.setattr("prefit.suites.order.build", lambda gx, given, _, kwargs: build(gx, given, 0, kwargs))
    with pytest.raises(RuntimeError, match="judged 2 of 1 expectations"):
        run(tmp_path, entry("expect_column_to_exist", "age"), entry("expect_column_to_exist", "sex"))


def test_values_that_do_not_fit_into_memory_are_reported_as_not_run(tmp_path: Path) -> None:
    """What only Python can judge says that it was not judged, and why."""
    table = pa.table({"text": [f"{number:0100d}" for number in range(300_000)]})
    path = tmp_path / "s.json"
    entries = [entry(f"expect_column_values_to_be_{kind}", "text") for kind in ("increasing", "unique")]
    path.write_text(json.dumps({"expectations": entries}))
    first, second = suites.run_suite(table, path, memory_bytes=1).results
    assert (first.unjudged, first.success, second.success) == ("not_run", False, True)
    assert "'text' of all rows in memory; got more than the 24 MB" in str(first.error)


def test_a_run_leaves_no_trace(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing printed, logged, written or sent, and the caller's environment, filters and context are as before."""
    working = tmp_path / "working"
    working.mkdir()
    monkeypatch.chdir(working)
    monkeypatch.delenv("GX_ANALYTICS_ENABLED", raising=False)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection was tried"))
    with library.quiet_library() as gx:
        mine = gx.get_context(mode="ephemeral")
        before = dict(os.environ)
        filters = list(warnings.filters)
        run(tmp_path, entry("expect_column_values_to_be_between", "sex", min_value=0))
        from great_expectations.data_context.data_context.context_factory import project_manager

        assert project_manager._project is mine
        assert list(warnings.filters) == filters
        assert dict(os.environ) == before
    assert list(working.iterdir()) == []
    assert logging.getLogger("great_expectations").propagate
    assert (capfd.readouterr(), caplog.records) == (("", ""), [])
