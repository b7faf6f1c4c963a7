"""Reports that are none, that are damaged, or that are about something else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.baselines.tables import report_on, rows
from tests.conftest import Outcome

import prefit
from prefit.baselines import is_report, read_report
from prefit.errors import PrefitError

Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def entries() -> dict[str, Any]:
    """Return the entries of a report."""
    content: dict[str, Any] = json.loads(json.dumps(report_on(rows()).to_dict()))
    return content


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a file with the next rows."""
    pq.write_table(rows(seed=1), tmp_path / "next.parquet")
    return tmp_path / "next.parquet"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be a readable report"),
        ('{"format_version": 1, "find', "must be a readable report"),
        ("\xff\xfe\x00", "must be a"),
        ("[1, 2]", "which has no format_version"),
        ('{"a": 1}', "which has no format_version"),
        ('{"format_version": "1"}', "whose format_version is '1'"),
        ('{"format_version": true}', "whose format_version is True"),
        ('{"format_version": 99}', "format_version 1 or lower; got .* with 99. Update prefit"),
        ('{"format_version": 1}', "entry 'created' is missing or damaged"),
        ("[" * 100_000, "must be a readable report"),
    ],
)
def test_what_is_no_report_is_refused(run: Run, data: Path, tmp_path: Path, text: str, message: str) -> None:
    """With a message that names the file, exit code 2, and no output."""
    baseline = tmp_path / "report.json"
    baseline.write_bytes(text.encode("latin-1"))
    outcome = run("check", data, "--level", "quick", "--baseline", baseline, "--output", tmp_path / "out")
    assert outcome.code == 2, outcome
    assert str(baseline) in outcome.err
    with pytest.raises(PrefitError, match=message):
        read_report(baseline)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", ["nowhere.json", "empty", "next.parquet/report.json"])
def test_missing_report_is_refused(run: Run, data: Path, tmp_path: Path, place: str) -> None:
    """No file, a folder without one, a path through a file."""
    (tmp_path / "empty").mkdir()
    outcome = run("check", data, "--level", "quick", "--baseline", tmp_path / place)
    assert outcome.code == 2
    assert "where there is none. Make one with 'prefit check DATA --output DIR'" in outcome.err


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("columns", 0, "rows"), "many"),
        (("columns", 0, "name"), ["a"]),
        (("columns", 0, "histogram"), {"edges": [1], "counts": ["x"]}),
        (("columns", 0, "quantiles"), {"half": 1}),
        (("columns", 2, "top"), [{"value": 1}]),
        (("columns", 0, "type"), 7),
        (("findings", 0), {}),
        (("findings", 0, "columns"), None),
        (("dataset",), {}),
        (("dataset", "rows"), None),
        (("columns",), [None]),
        (("created",), "yesterday"),
        (("verdict",), "fine"),
    ],
)
def test_damaged_entry_is_refused(entries: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    """An entry of the wrong type ends the run with a message, never with a pass or a traceback."""
    damaged = json.loads(json.dumps(entries))
    for found in damaged["findings"]:
        found["status"] = "warn" if found["status"] == "pass" else found["status"]
    place = damaged
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(PrefitError, match=r"baseline must (be a report of prefit|hold what prefit wrote)"):
        report_on(rows(seed=1), baseline=damaged)


def test_report_on_other_data_is_refused() -> None:
    """Few columns in common, or another target."""
    other = pa.table({"x": range(100), "y": range(100)})
    with pytest.raises(prefit.UsageError, match=r"same data set; got a report on 'table', which has 0 of 5 columns"):
        report_on(rows(), baseline=prefit.check(other, level="quick"))
    with pytest.raises(prefit.UsageError, match="same target; got a report with target 'town' for 'label'"):
        report_on(rows(), baseline=report_on(rows(), target="town"))


def test_reports_are_told_from_data(tmp_path: Path, data: Path) -> None:
    """By their content, whatever the file is called."""
    report = report_on(rows())
    report.save(tmp_path / "readiness")
    moved = tmp_path / "march.json"
    moved.write_bytes((tmp_path / "readiness" / "report.json").read_bytes())
    (tmp_path / "lines.json").write_text('{"a": 1}\n{"a": 2}\n')
    assert all(map(is_report, [report, report.to_dict(), tmp_path / "readiness", str(moved)]))
    assert not any(map(is_report, [data, tmp_path, "s3://bucket/report", tmp_path / "lines.json", rows(), {"a": [1]}]))


def test_fail_on_new_needs_a_baseline(run: Run, data: Path) -> None:
    """Else nothing would be known, and the option would say nothing."""
    outcome = run("check", data, "--level", "quick", "--fail-on", "new")
    assert outcome.code == 2
    assert "fail_on new needs a report to be new beside" in outcome.err
    assert run("check", data, "--level", "quick", "--fail-on", "old").code == 2
