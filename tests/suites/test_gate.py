"""Suites through the command line: what cannot be judged never passes, and severities decide the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import Outcome

from prefit import check

COLUMNS = {"age": [30, 41, 999, None] * 20, "select": list(range(80)), 'a "b"': ["x", "y", "z", "z"] * 20}
Run = Callable[..., Outcome]


def entry(expectation: str, severity: str = "critical", **kwargs: Any) -> dict[str, Any]:
    """Return an entry of a suite."""
    return {"type": expectation, "kwargs": kwargs, "severity": severity}


TOO_OLD = entry("expect_column_values_to_be_between", column="age", max_value=120)
BROKEN = {
    "other columns": (entry("expect_column_values_to_not_be_null", column="agee"), "'agee' is not a column; columns: "),
    "unknown expectation": (entry("expect_column_values_to_be_nice", column="age"), "knows no such expectation"),
    "misspelt argument": (TOO_OLD | {"kwargs": {"column": "age", "max": 3}}, "max: extra fields not permitted"),
    "wrong type": (TOO_OLD | {"kwargs": {"column": "age", "max_value": [1]}}, "max_value: value is not a valid"),
    "argument of an older format": (
        {"expectation_type": TOO_OLD["type"], "kwargs": TOO_OLD["kwargs"] | {"parse_strings_as_datetimes": True}},
        "parse_strings_as_datetimes: extra fields not permitted",
    ),
    "values that do not compare": (entry(TOO_OLD["type"], column='a "b"', max_value=3), "could not compute it"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write the rows."""
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table(COLUMNS), path)
    return path


def judged(run: Run, data: Path, content: Any, *options: str) -> tuple[Outcome, dict[str, Any]]:
    """Run the gate with a suite, and return what it did and its report."""
    suite = data.with_suffix(".json")
    suite.write_text(json.dumps(content))
    output = data.parent / "out"
    done = run(
        "check",
        data,
        "--expectations",
        suite,
        "--only",
        "expectations",
        "--output",
        output,
        "--format",
        "json",
        *options,
    )
    report = output / "report.json"
    return done, json.loads(report.read_text()) if report.exists() else {}


@pytest.mark.parametrize("broken", BROKEN)
def test_an_entry_that_cannot_be_judged_is_named_and_the_verdict_cannot_tell(run: Run, data: Path, broken: str) -> None:
    """The other entry holds, and that is not enough."""
    given, complaint = BROKEN[broken]
    done, report = judged(run, data, {"expectations": [given, entry("expect_column_to_exist", column="select")]})
    assert (done.code, report["verdict"]) == (3, "cannot_tell")
    first, second = report["expectations"]["results"]
    assert (first["success"], first["state"] in ("error", "dropped"), second["state"]) == (False, True, "met")
    assert complaint in first["error"]
    [finding] = [finding for finding in report["findings"] if finding["status"] == "error"]
    assert (finding["check"], complaint in finding["message"]) == ("expectation-error", True)


@pytest.mark.parametrize("content", [{"expectations": []}, {}, [], {"expectations": {}}, "x"])
def test_a_suite_without_entries_ends_the_run_before_it_begins(run: Run, data: Path, content: Any) -> None:
    """Nothing would be judged, and that looks like a pass."""
    done, report = judged(run, data, content)
    assert (done.code, report) == (2, {})
    assert "suite" in done.err
    assert "; got " in done.err


@pytest.mark.parametrize(
    ("severity", "verdict", "code", "strict"),
    [("critical", "not_ready", 1, 1), ("warning", "at_risk", 0, 1), ("info", "ready", 0, 0)],
)
def test_severities_decide(run: Run, data: Path, severity: str, verdict: str, code: int, strict: int) -> None:
    """Critical fails, warning warns, info is a remark; the result says how many rows, and which."""
    content = {"expectations": [TOO_OLD | {"severity": severity}]}
    done, report = judged(run, data, content)
    assert (done.code, report["verdict"]) == (code, verdict)
    [result] = report["expectations"]["results"]
    assert (result["state"], result["unexpected"], result["limits"]) == ("failed", 20, {"max_value": 120})
    assert result["positions"][:2] == [2, 6]
    assert (result["unexpected_fraction"], result["observed"]) == (pytest.approx(1 / 3), None)
    assert judged(run, data, content, "--strict")[0].code == strict


def test_a_suite_of_an_older_format_is_judged(run: Run, data: Path) -> None:
    """The spelling of 0.x says the same thing."""
    old = {"expectation_type": TOO_OLD["type"], "kwargs": TOO_OLD["kwargs"] | {"result_format": "BASIC"}, "meta": {}}
    done, report = judged(run, data, {"expectation_suite_name": "people", "expectations": [old]})
    assert (done.code, report["expectations"]["name"], report["expectations"]["counts"]["failed"]) == (1, "people", 1)


def test_odd_names_are_judged_in_data_of_any_kind(tmp_path: Path) -> None:
    """A reserved word and a quote, in a table in memory; a folder gives the suite by the name of the data."""
    kwargs = [{"column": name, "mostly": 0.5} for name in COLUMNS]
    entries = [{"type": "expect_column_values_to_not_be_null", "kwargs": given} for given in kwargs]
    (tmp_path / "people.yaml").write_text(json.dumps({"expectations": entries}))
    report = check(
        pa.table(COLUMNS), expectations=tmp_path / "people.yaml", level="quick", only=["expectations"]
    ).to_dict()
    assert [result["state"] for result in report["expectations"]["results"]] == ["met"] * 3
    assert report["verdict"] == "ready"
