"""The whole run: levels, roles, what could not be measured, and the same answer every time."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pyarrow as pa
import pytest

import prefit
from prefit.errors import InputError, UsageError
from prefit.formats.json import schema

QUICK = {"target": "label", "level": "quick"}


@pytest.fixture(scope="module")
def report(signal: pa.Table) -> prefit.Report:
    """Return a standard run on learnable data."""
    return prefit.check(signal, target="label", budget="4s", require="balanced_accuracy>=0.6")


def test_learnable_data_are_not_refused(report: prefit.Report) -> None:
    """Data that three families can learn exit with 0."""
    assert report.verdict in ("ready", "at_risk"), report.reason
    assert report.exit_code == 0
    assert report.counts["skip"] == report.counts["error"] == 0


def test_report_meets_its_schema(report: prefit.Report) -> None:
    """The content of ``report.json`` is what the shipped schema says."""
    jsonschema.validate(json.loads(json.dumps(report.to_dict())), schema())


def test_forecast_speaks_of_all_families(report: prefit.Report) -> None:
    """Each family has a curve, a forecast with an interval, and risks that are probabilities."""
    assert report.forecast is not None
    assert set(report.forecast["families"]) == {"linear", "boosting", "forest", "neural"}
    for made in report.forecast["families"].values():
        assert made["held_out"]["low"] <= made["held_out"]["mean"] <= made["held_out"]["high"]
        assert all(0 <= risk <= 1 for risk in made["risks"].values())
        assert [point["rows"] for point in made["curve"]] == sorted(point["rows"] for point in made["curve"])


def test_equal_runs_give_equal_reports(report: prefit.Report, signal: pa.Table) -> None:
    """Nothing but times differs between two runs on equal input."""
    again = prefit.check(signal, target="label", budget="4s", require="balanced_accuracy>=0.6")
    assert _timeless(again) == _timeless(report)


def _timeless(report: prefit.Report) -> dict[str, object]:
    return {key: value for key, value in report.to_dict().items() if key not in ("created", "timings")}


def test_quick_level_makes_no_curves(signal: pa.Table) -> None:
    """The checks of the curves do not apply at that level, and are not listed as passed."""
    quick = prefit.check(signal, **QUICK)
    assert quick.forecast is None
    assert not {"no-signal", "overfitting-risk"} & {finding.check for finding in quick.findings}
    assert "target-leakage" in {finding.check for finding in quick.findings}


def test_without_target_only_the_data_are_judged(signal: pa.Table) -> None:
    """No check that needs a target is listed."""
    judged = {finding.check for finding in prefit.check(signal).findings}
    assert "constant-column" in judged
    assert not {"class-imbalance", "target-leakage", "no-signal"} & judged


def test_failed_probe_cannot_tell(signal: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash of a measurement is a reason, never a pass."""

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("boom at 'sesame' of 'colour'")

    monkeypatch.setattr("prefit.probes.single_features", crash)
    report = prefit.check(signal, **QUICK)
    assert report.verdict == "cannot_tell"
    assert report.exit_code == 3
    skipped = [finding for finding in report.findings if finding.status == "skip"]
    assert {finding.check for finding in skipped} == {"target-leakage", "missingness-leakage"}
    assert "boom at '…' of 'colour'" in skipped[0].message  # a column is named, a cell is not


def test_crashed_check_cannot_tell(signal: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that raises is an error on the first line, and the others still judge."""
    from prefit.checks.integrity.constant_column import ConstantColumn

    def crash(*_: object) -> None:
        raise ZeroDivisionError("'sesame'")

    monkeypatch.setattr(ConstantColumn, "judge", crash)
    report = prefit.check(signal, **QUICK)
    assert report.verdict == "cannot_tell"
    assert report.counts["error"] == 1
    assert "sesame" not in json.dumps(report.to_dict())


def test_only_and_skip_select_checks(signal: pa.Table) -> None:
    """Stages and ids may be mixed, each alone or with commas between them."""
    report = prefit.check(signal, **QUICK, only=["size", "constant-column"], skip=["too-many-features"])
    assert {finding.check for finding in report.findings} >= {"too-few-rows", "constant-column"}
    assert "too-many-features" not in {finding.check for finding in report.findings}
    same = prefit.check(signal, **QUICK, only="size, constant-column", skip="too-many-features")
    assert same.findings == report.findings


def test_selection_that_leaves_nothing_is_refused(signal: pa.Table) -> None:
    """A gate that judges nothing must not pass."""
    with pytest.raises(UsageError, match="only must leave a check"):
        prefit.check(signal, **QUICK, only=["curves"])


@pytest.mark.parametrize(
    "given",
    [
        {"require": "balanced_accuracy>=0.6", "skip": ["curves"]},
        {"metric": "roc_auc", "only": ["size"]},
        {"expectations": "suite.json", "only": ["size"]},
        {"expectations": "suite.json", "skip": ["expectation-error"]},
        {"test": {"a": [1]}, "only": ["size"]},
    ],
    ids=["requirement", "metric", "suite", "errors of a suite", "test data"],
)
def test_what_no_check_would_look_at_is_refused(signal: pa.Table, given: dict[str, object]) -> None:
    """It would seem to have passed."""
    with pytest.raises(UsageError, match=f"{next(iter(given))} needs checks that look at it"):
        prefit.check(signal, target="label", **given)


def test_test_data_may_lack_what_the_model_does_not_get(signal: pa.Table) -> None:
    """Overlap is looked for among the features; it is found, too."""
    train, test = signal.slice(0, 400), signal.slice(400).drop_columns(["c"])
    assert prefit.check(train, **QUICK, drop=["c"], test=test).counts["skip"] == 0
    report = prefit.check(signal, **QUICK, drop=["c"], test=test)
    assert "split-overlap" in {finding.check for finding in report.findings if finding.status == "fail"}


def test_test_data_may_have_more_columns(signal: pa.Table) -> None:
    """A column of theirs alone is a warning, and overlap is found beside it."""
    test = signal.slice(400).append_column("prediction", pa.array(np.arange(signal.num_rows - 400) / 7))
    report = prefit.check(signal.slice(0, 400), **QUICK, test=test)
    assert (report.counts["skip"], report.counts["fail"]) == (0, 0)
    assert "schema-mismatch" in {finding.check for finding in report.findings if finding.status == "warn"}
    report = prefit.check(signal, **QUICK, test=test)
    assert "split-overlap" in {finding.check for finding in report.findings if finding.status == "fail"}


def test_unlabelled_test_data_are_judged_by_their_features(signal: pa.Table) -> None:
    """Rows to be predicted are no fault, and what needs labels is not listed as passed."""
    report = prefit.check(signal.slice(0, 400), **QUICK, test=signal.slice(400).drop_columns(["label"]))
    judged = {finding.check for finding in report.findings}
    assert report.counts["skip"] == report.counts["fail"] == 0
    assert {"schema-mismatch", "split-overlap", "split-drift", "unseen-categories"} <= judged
    assert not {"label-drift", "unseen-class"} & judged


def test_limits_can_be_configured(signal: pa.Table) -> None:
    """A field of a check is its configuration key."""
    limits = {"missing-values": {"max_fraction": 0.01}}
    report = prefit.check(signal, **QUICK, checks=limits)
    found = {finding.check: finding for finding in report.findings}["missing-values"]
    assert found.status == "warn"
    assert found.columns == ("c",)


def test_unknown_limit_is_refused(signal: pa.Table) -> None:
    """A misspelt limit must not be ignored."""
    with pytest.raises(UsageError, match="max_fraction"):
        prefit.check(signal, **QUICK, checks={"missing-values": {"max_fracton": 0.01}})


@pytest.mark.parametrize(
    "csv", [{"delimitter": ";"}, {"delimiter": 5}, {"header": "false"}, {"null_values": "NA"}, {"null_values": [1]}]
)
def test_options_of_csv_files_are_checked(signal: pa.Table, csv: dict[str, object]) -> None:
    """A value that means nothing is refused, and not read as another one."""
    with pytest.raises(UsageError, match=next(iter(csv))):
        prefit.check(signal, **QUICK, csv=csv)


def test_kinds_can_be_overridden(signal: pa.Table) -> None:
    """The kind that the user gives wins, and the report says so."""
    report = prefit.check(signal, **QUICK, columns={"colour": "text"})
    assert {column["name"]: column["kind"] for column in report.columns}["colour"] == "text"


def test_kind_of_the_target_decides_the_task() -> None:
    """A number that the user calls a category is a class, however many of them there are."""
    table = pa.table({"x": list(range(600)), "mark": [k % 15 for k in range(600)]})
    asked = {"target": "mark", "level": "quick", "only": ["classes"]}
    assert prefit.check(table, **asked).dataset["task"] == "regression"
    assert prefit.check(table, **asked, columns={"mark": "categorical"}).dataset["task"] == "classification"


def test_dropped_columns_are_no_features(signal: pa.Table) -> None:
    """They stay in the profile with their role."""
    report = prefit.check(signal, **QUICK, drop=["colour"])
    assert {column["name"]: column["role"] for column in report.columns}["colour"] == "dropped"


def test_no_rows_are_refused(signal: pa.Table) -> None:
    """An empty table cannot be judged."""
    with pytest.raises(InputError, match="at least one row"):
        prefit.check(signal.slice(0, 0), **QUICK)


def test_values_stay_out_of_the_report(signal: pa.Table) -> None:
    """No category, class or extreme value appears unless it is asked for."""
    secret = signal.set_column(3, "colour", pa.array(["sesame", "plugh", "xyzzy"] * 200))
    hidden = json.dumps(prefit.check(secret, **QUICK).to_dict())
    shown = json.dumps(prefit.check(secret, **QUICK, show_values=True).to_dict())
    assert "plugh" not in hidden
    assert "plugh" in shown


def test_progress_names_the_stages(signal: pa.Table) -> None:
    """Each stage is told from 0 to 1."""
    told: dict[str, float] = {}
    prefit.check(signal, **QUICK, progress=lambda stage, share: told.update({stage: share}))
    assert told.keys() >= {"profile", "single features"}
    assert set(told.values()) == {1.0}


def test_requirement_that_no_rows_reach_is_said(signal: pa.Table) -> None:
    """A required score beyond the forecast is a finding, and the rows that it needs are null, not infinite."""
    report = prefit.check(signal, target="label", budget="4s", require="balanced_accuracy>=0.99")
    found = {finding.check: finding for finding in report.findings}["target-out-of-reach"]
    assert found.status in ("warn", "fail")
    assert report.forecast is not None
    assert report.forecast["families"]["linear"]["rows_needed"] == [None, None, None]


def test_running_number_and_later_dates_are_no_drift() -> None:
    """A split by time has other row numbers and dates; neither the features nor the model may be accused for them."""
    rng = np.random.default_rng(0)
    days = np.datetime64("2020-01-01") + np.arange(1_000).astype("timedelta64[D]")
    rows = pa.table({"row_id": np.arange(1_000), "day": days, "x": rng.normal(size=1_000)})
    report = prefit.check(rows[:700], test=rows[700:], level="quick", only=["split-drift"])
    (finding,) = report.findings
    assert (finding.status, set(finding.columns)) == ("pass", {"row_id", "day"})


def test_a_shifted_feature_is_named() -> None:
    """One feature that moved by a standard deviation is the drift."""
    rng = np.random.default_rng(0)
    train, test = ({f"x{i}": rng.normal(size=n) for i in range(5)} for n in (700, 300))
    report = prefit.check(pa.table(train), test=pa.table(test | {"x3": test["x3"] + 1}), only=["split-drift"])
    (finding,) = report.findings
    assert (finding.status, finding.columns) == ("warn", ("x3",))


@pytest.mark.parametrize("words", [False, True])
def test_another_kind_of_values_is_one_finding(signal: pa.Table, words: bool) -> None:
    """A column of texts where training has numbers, or the other way round, does not drift as well."""
    place = signal.column_names.index("a")
    written = signal.set_column(place, "a", pa.array([f"v{number:.0f}" for number in signal["a"].to_pylist()]))
    train, test = (written, signal) if words else (signal, written)
    report = prefit.check(train.slice(0, 400), **QUICK, test=test.slice(400), only=["splits"])
    assert [finding.check for finding in report.findings if finding.status != "pass"] == ["schema-mismatch"]


@pytest.mark.parametrize("stored", [pa.timestamp("s"), pa.timestamp("ns"), pa.timestamp("us", tz="UTC"), pa.date64()])
def test_dates_of_another_resolution_do_not_drift(signal: pa.Table, stored: pa.DataType) -> None:
    """The same days are the same, however finely they are stored."""
    days = np.datetime64("2024-01-01") + np.random.default_rng(0).integers(0, 300, signal.num_rows)
    dated = signal.append_column("day", pa.array(days))
    test = dated.slice(400)
    test = test.set_column(test.num_columns - 1, "day", test["day"].cast(pa.timestamp("ms")).cast(stored))
    report = prefit.check(dated.slice(0, 400), **QUICK, test=test, only=["splits"])
    assert {finding.status for finding in report.findings} == {"pass"}


def test_huge_numbers_to_predict_are_a_finding() -> None:
    """Models that compute in single precision cannot hold them; no warning of numpy reaches the user."""
    size = np.random.default_rng(0).normal(size=300)
    report = prefit.check(
        pa.table({"size": size, "amount": 1e300 * size}),
        target="amount",
        budget="1s",
        only=["model-failed", "training"],
    )
    failed = next(finding for finding in report.findings if finding.check == "model-failed")
    assert failed.status in ("warn", "fail")
    assert "too large" in failed.message
    assert report.training is not None
