"""``prefit compare``: two reports, two data sets, or one of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.baselines.tables import report_on, rows
from tests.conftest import Outcome

import prefit
from prefit.formats.json import schema

Run = Callable[..., Outcome]


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """Return the folder of a report, and a file with rows of which some prices are a hundredfold."""
    report_on(rows()).save(tmp_path / "march")
    dearer = rows(seed=1, price=rows(seed=1)["price"].to_numpy() * 100)
    pq.write_table(dearer, tmp_path / "april.parquet")
    return tmp_path / "march", tmp_path / "april.parquet"


def test_report_and_data_are_compared(run: Run, tmp_path: Path, places: tuple[Path, Path]) -> None:
    """The data are judged as the report was; the screen and both files say what changed."""
    outcome = run("compare", *places, "--output", tmp_path / "out")
    assert outcome.code == 0, outcome
    assert "NEW" in outcome.out
    assert "baseline-drift" in outcome.out
    content = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema("comparison"))
    assert content["drift"][1]["column"] == "price"
    assert content["second"]["target"] == "label"
    assert "price" in (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")


def test_two_reports_and_two_tables_say_the_same() -> None:
    """A report holds all that a comparison takes."""
    tables = rows(), rows(seed=1, rooms=rows()["rooms"].to_numpy() + 2)
    of_reports = prefit.compare(*(prefit.check(table, target="label", level="quick") for table in tables))
    of_tables = prefit.compare(*tables, target="label")
    assert of_reports.entries["drift"] == of_tables.entries["drift"]
    assert of_reports.entries["findings"] == of_tables.entries["findings"]
    assert "rooms" in of_tables._repr_html_()


def test_fail_on_makes_the_exit_code_that_of_the_second(run: Run, places: tuple[Path, Path]) -> None:
    """0 without it; with it a column that is gone is a failure that is new."""
    less = places[1].with_name("less.parquet")
    pq.write_table(rows(seed=1).drop_columns(["town"]), less)
    assert run("compare", places[0], less).code == 0
    assert run("compare", places[0], less, "--fail-on", "new").code == 1
    assert run("compare", places[0], places[1], "--fail-on", "new").code == 0


def test_same_rows_differ_in_nothing(run: Run, places: tuple[Path, Path]) -> None:
    """And the screen says that they are the same."""
    outcome = run("compare", places[0], places[0])
    assert outcome.code == 0
    assert "Both are about the same rows." in outcome.out
    assert "0 new · 0 worse" in outcome.out


def test_forecasts_are_compared_where_both_have_them() -> None:
    """The same labels, and then labels by chance."""
    learnt = rows(400, label=["yes" if price > 1 else "no" for price in rows(400)["price"].to_pylist()])
    kept = [prefit.check(table, target="label", budget="2s") for table in (learnt, rows(400))]
    found = prefit.compare(*kept).entries["forecast"]
    assert found
    assert found[0]["change"] < -0.2
    assert found[0]["apart"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["march", "other.parquet"], "target 'label' is not a column; columns: x"),
        (["march", "nowhere.parquet"], "nowhere.parquet"),
        (["broken/report.json", "april.parquet"], "A must be a readable report"),
        (["march", "newer/report.json"], "B must have format_version 1 or lower"),
        (["march", "april.parquet", "--target", "town"], "target must be that of the report; got 'town'"),
        (["march", "april.parquet", "--fail-on", "never"], "fail_on must be one of"),
        (["march", "april.parquet", "--level", "quik"], "Did you mean 'quick'"),
        (["march", "march", "--seed", "3"], "seed says how data are read and judged; got two reports"),
        (["april.parquet", "april.parquet", "--memory", "much"], "memory must be"),
        (["march"], "Missing argument"),
    ],
)
def test_wrong_usage_is_refused(
    run: Run,
    tmp_path: Path,
    places: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    """Exit code 2, a message, and no output."""
    monkeypatch.chdir(tmp_path)
    pq.write_table(pa.table({"x": range(100)}), tmp_path / "other.parquet")
    for name, text in (("broken", '{"format_version'), ("newer", '{"format_version": 2}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_text(text)
    outcome = run("compare", *arguments, "--output", "out")
    assert outcome.code == 2, outcome
    assert message in outcome.err
    assert not (tmp_path / "out").exists()


def test_values_of_a_report_that_shows_them_stay_there() -> None:
    """The messages of such a report are left out."""
    shown = report_on(rows(town=["secret-town"] * 999 + ["b"]), show_values=True, only=["integrity"])
    again = prefit.compare(report_on(rows(), only=["integrity"]), shown)
    assert any("secret-town" in found.message for found in shown.findings) or shown.counts["warn"]
    assert "secret-town" not in json.dumps(again.to_dict())


def test_data_without_a_common_column_are_refused() -> None:
    """Everything would be gone and new."""
    with pytest.raises(prefit.UsageError, match="the first report must be about the same data set; got a report on"):
        prefit.compare(rows().select(["price"]), rows().select(["rooms"]))


def test_options_reach_the_runs_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    """From Python as from a file; what says nothing of a comparison is an error."""
    config = tmp_path / "prefit.toml"
    config.write_text('target = "label"\nlevel = "deep"\nbaseline = "none"\n[checks.baseline-drift]\nmax_share = 0.9\n')
    found = prefit.compare(rows(), rows(seed=1), config=config, drop=["note"], memory="4GB", workers=1)
    assert (found.entries["second"]["target"], found.entries["second"]["level"]) == ("label", "quick")
    assert "note" not in {column["column"] for column in found.entries["drift"]}
    with pytest.raises(prefit.UsageError, match="option 'histroy' does not exist here; options: budget, checks"):
        prefit.compare(rows(), rows(), histroy="sqlite:///x.db")


def test_limits_and_waivers_of_the_configuration_judge_the_drift(tmp_path: Path) -> None:
    """As they do in a run beside a baseline."""
    less = rows(seed=1).drop_columns(["town"])
    rule = {"check": "baseline-drift", "columns": ["town"], "reason": "moved", "owner": "me", "expires": "2999-01-01"}
    assert prefit.compare(rows(), less, fail_on="new").exit_code == 1
    assert prefit.compare(rows(), less, fail_on="new", waivers=[rule]).exit_code == 0
    moved = rows(seed=1, rooms=rows()["rooms"].to_numpy() + 2)
    assert prefit.compare(rows(), moved).entries["counts"]["new"] == 1
    limits = {"baseline-drift": {"max_share": 0.99}}
    assert prefit.compare(rows(), moved, checks=limits).entries["counts"]["new"] == 0
