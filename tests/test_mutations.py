"""Mutations: clean data pass in silence, and each check is set off by its own defect, through the whole gate.

A check that nothing sets off guards nothing. So every defect is planted into a table that is fine without it, and the
outcome of the run must change.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from tests.mutations import PLANTS, clean

import prefit
from prefit.checks import by_id
from prefit.finding import Status

PLANTED_HERE = {
    "malformed-rows", "expectation-failed", "expectation-error", "model-failed", "unstable-score",
    "unreadable-partition", "waiver-expired", "history-anomaly", "learning-rate", "initialization",
}  # fmt: skip
"""Checks whose defect lies in a file, a suite, an estimator, a plan, a configuration or the past, not in columns."""

SET_OFF_BY_NOTHING = {"more-data-helps": "it says what more rows would bring, and warns of nothing"}


def firing(report: prefit.Report) -> dict[str, Status]:
    """Return the checks that say anything but pass, with their worst status."""
    return {finding.check: finding.status for finding in reversed(report.findings) if finding.status != "pass"}


def assert_changed(spoilt: prefit.Report, untouched: prefit.Report, check: str) -> None:
    """Assert that the check is silent on clean data and sees its defect, and that this changes counts and verdict."""
    assert firing(untouched) == {}
    assert firing(spoilt).get(check) in ("warn", "fail"), firing(spoilt)
    assert spoilt.counts != untouched.counts
    assert (untouched.verdict, untouched.exit_code) == ("ready", 0)
    assert spoilt.verdict in ("at_risk", "not_ready")


def assert_alone(spoilt: prefit.Report, check: str, columns: set[str]) -> None:
    """Assert that the defect is one finding, of its check and in its columns: nothing else changed the counts."""
    assert list(firing(spoilt)) == [check]
    assert spoilt.counts["fail"] + spoilt.counts["warn"] == 1
    assert {name for finding in spoilt.findings if finding.check == check for name in finding.columns} <= columns


_UNTOUCHED: dict[str, prefit.Report] = {}


def untouched(check: str) -> prefit.Report:
    """Return the run on the clean data of a mutation; those with the same arguments share it."""
    plant = PLANTS[check]
    key = f"{plant.numeric} {plant.tested} {plant.probed} {plant.baselined} {plant.options}"
    if key not in _UNTOUCHED:
        _UNTOUCHED[key] = prefit.check(**plant.data(spoilt=False))
    return _UNTOUCHED[key]


@pytest.mark.parametrize("check", sorted(PLANTS))
def test_defect_sets_off_its_check(check: str) -> None:
    """The check of a defect fires on it and no other does, and nothing fires on the same data without it."""
    spoilt = prefit.check(**PLANTS[check].data(spoilt=True))
    assert_changed(spoilt, untouched(check), check)
    if not PLANTS[check].probed:  # forecasts of one training come together: no signal is also a constant prediction
        assert_alone(spoilt, check, PLANTS[check].touched())


def test_every_check_has_its_mutation() -> None:
    """A new check comes with the defect that sets it off."""
    assert set(by_id()) == {*PLANTS, *PLANTED_HERE, *SET_OFF_BY_NOTHING}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the clean rows as a CSV file."""
    path = tmp_path_factory.mktemp("clean") / "clean.csv"
    pyarrow.csv.write_csv(pa.table(clean()), path)
    return path


def quick(data: Any, **options: Any) -> prefit.Report:
    """Judge by a quick run."""
    return prefit.check(data, target="y", level="quick", **options)


@pytest.mark.filterwarnings("ignore:.*malformed:UserWarning")
def test_broken_lines_set_off_malformed_rows(file: Path, tmp_path: Path) -> None:
    """Two lines with a field too many are lost, and said to be."""
    lines = file.read_text().splitlines()
    lines[100] += ",surplus"
    lines[200] += ",surplus"
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join(lines))
    assert_changed(quick(broken), quick(file), "malformed-rows")


def test_damaged_file_of_several_sets_off_unreadable_partition(tmp_path: Path) -> None:
    """Its rows are lost, and the other files alone cannot make the data ready."""
    table = pa.table(clean())
    for part in range(4):
        rows = table.num_rows // 4
        pq.write_table(table.slice(part * rows, rows), tmp_path / f"{part}.parquet", compression="none")
    kept = quick(tmp_path)
    damaged = tmp_path / "2.parquet"
    content = bytearray(damaged.read_bytes())
    content[4:400] = bytes(396)
    damaged.write_bytes(content)
    spoilt = quick(tmp_path)
    assert firing(kept) == {}
    assert firing(spoilt)["unreadable-partition"] == "error"
    assert spoilt.counts != kept.counts
    assert (kept.verdict, spoilt.verdict, spoilt.exit_code) == ("ready", "cannot_tell", 3)


def suite(folder: Path, **kwargs: Any) -> Path:
    """Write a suite that bounds a column."""
    entry = {"type": "expect_column_values_to_be_between", "kwargs": kwargs, "severity": "warning"}
    path = folder / "suite.json"
    path.write_text(json.dumps({"name": "suite", "expectations": [entry]}))
    return path


@pytest.mark.parametrize(
    ("check", "spoilt"),
    [
        ("expectation-failed", {"column": "a", "min_value": 0, "max_value": 1}),
        ("expectation-error", {"column": "town", "min_value": 0, "max_value": 1}),
    ],
)
def test_suite_sets_off_its_checks(tmp_path: Path, check: str, spoilt: dict[str, Any]) -> None:
    """A bound that the rows break fails, and one that cannot be judged is an error."""
    data = pa.table(clean())
    report = quick(data, expectations=suite(tmp_path, **spoilt))
    kept = quick(data, expectations=suite(tmp_path, column="a", min_value=-9, max_value=9))
    assert firing(kept) == {}
    assert check in firing(report)
    assert report.counts != kept.counts


def test_crashing_family_sets_off_model_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that cannot be fitted is reported, beside those that can."""
    from sklearn.linear_model import LogisticRegression

    def crash(*_: object, **__: object) -> None:
        raise ValueError("no fit today")

    kept = untouched("no-signal")  # before the crash is planted: other tests share it
    monkeypatch.setattr(LogisticRegression, "fit", crash)
    assert_changed(prefit.check(**PLANTS["no-signal"].data(spoilt=False)), kept, "model-failed")


def test_requirement_on_the_edge_sets_off_unstable_score() -> None:
    """A score that is met by a hair may be missed by the next training."""
    kept = untouched("no-signal")
    assert kept.forecast is not None
    expected = kept.forecast["families"]["linear"]["held_out"]["mean"]
    plan = PLANTS["no-signal"].data(spoilt=False) | {"require": f"balanced_accuracy>={expected - 0.002:.4f}"}
    assert_changed(prefit.check(**plan), kept, "unstable-score")


@pytest.mark.parametrize(
    ("check", "plan"),
    [
        ("learning-rate", {"optimizer": "sgd", "learning_rate": 50.0}),
        ("initialization", {"depth": 10, "activation": "sigmoid"}),
    ],
)
def test_plan_that_cannot_train_sets_off_its_check(check: str, plan: dict[str, Any]) -> None:
    """The default plan is fine on clean data; one that departs from it is told what it loses."""
    given = {"data": pa.table(clean()), "target": "y", "only": [check]}
    assert_changed(prefit.check(**given, plan=plan), prefit.check(**given), check)


def test_old_waiver_sets_off_waiver_expired() -> None:
    """A waiver whose day has passed fails, one that still holds does not."""
    rule = {"check": "id-column", "reason": "needed for the join", "owner": "ada"}
    data = pa.table(clean())
    old, held = (quick(data, waivers=[rule | {"expires": day}]) for day in (dt.date(2020, 1, 1), dt.date(2999, 1, 1)))
    assert_changed(old, held, "waiver-expired")


def test_lost_rows_set_off_history_anomaly(tmp_path: Path) -> None:
    """A batch of two thirds of the rows that all earlier ones had is fine in itself, and strange beside them."""
    told = {"history": f"sqlite:///{tmp_path / 'history.db'}", "name": "batches"}
    for seed in range(10, 18):
        quick(pa.table(clean(seed=seed)), **told)
    kept = quick(pa.table(clean()), **told)
    assert_changed(quick(pa.table(clean(400)), **told), kept, "history-anomaly")
