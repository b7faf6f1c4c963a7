"""A run beside an earlier report: the ratchet, the drift, and what the formats show of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.baselines.tables import report_on, rows
from tests.conftest import Outcome

import prefit
from prefit.formats.json import render, schema

Run = Callable[..., Outcome]


def drift(report: prefit.Report) -> list[tuple[str, tuple[str, ...]]]:
    """Return what the check against the baseline found: status and columns."""
    return [
        (found.status, found.columns)
        for found in report.findings
        if found.check == "baseline-drift" and found.status != "pass"
    ]


def hollow(table: pa.Table) -> pa.Table:
    """Lose all features of most rows, which is a failure."""
    kept = pa.array([row % 5 == 0 for row in range(table.num_rows)])
    lost = {name: pc.if_else(kept, table[name], None) for name in table.column_names if name != "label"}
    return pa.table(lost | {"label": table["label"]})


def test_next_rows_of_the_same_source_raise_nothing() -> None:
    """Neither drift nor a new finding."""
    report = report_on(rows(seed=1), baseline=report_on(rows()))
    assert drift(report) == []
    assert report.baseline is not None
    assert report.baseline["counts"] == {"new": 0, "worse": 0, "known": 0, "gone": 0, "unjudged": 0}
    assert report.verdict == "ready"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"price": rows(seed=1)["price"].to_numpy() * 100}, ("warn", ("price",))),
        ({"rooms": rows(seed=1)["rooms"].to_numpy() + 1}, ("warn", ("rooms",))),
        ({"price": np.where(np.arange(1000) % 8 == 0, np.nan, rows(seed=1)["price"])}, ("warn", ("price",))),
        ({"town": np.where(np.arange(1000) % 9 == 0, "Wien", rows(seed=1)["town"])}, ("warn", ("town",))),
        ({"town": np.where(np.arange(1000) % 2 == 0, "Bern", rows(seed=1)["town"])}, ("warn", ("town",))),
        ({"note": ["word"] * 1000}, ("warn", ("note",))),
        ({"label": np.where(np.arange(1000) % 3 == 0, "yes", rows(seed=1)["label"])}, ("warn", ("label",))),
        ({"label": np.where(np.arange(1000) % 20 == 0, "maybe", rows(seed=1)["label"])}, ("warn", ("label",))),
        ({"price": [f"{value:.2f}" for value in range(1000)]}, ("fail", ("price",))),
        ({"garden": rows()["rooms"]}, ("warn", ("garden",))),
    ],
)
def test_planted_change_is_found_in_its_column_alone(
    changes: dict[str, Any], found: tuple[str, tuple[str, ...]]
) -> None:
    """Units, ranges, gaps, categories, lengths, labels, types and columns."""
    assert drift(report_on(rows(seed=1, **changes), baseline=report_on(rows()))) == [found]


def test_column_that_is_gone_fails_unless_it_is_dropped_on_purpose() -> None:
    """Code that reads it will stop."""
    less, baseline = rows(seed=1).drop_columns(["town"]), report_on(rows())
    assert drift(report_on(less, baseline=baseline)) == [("fail", ("town",))]
    assert drift(report_on(rows(seed=1), drop=["town"], baseline=baseline)) == []
    rule = {"check": "baseline-drift", "columns": ["town"], "reason": "moved", "owner": "me", "expires": "2999-01-01"}
    assert report_on(less, baseline=baseline, waivers=[rule]).verdict == "ready"


def test_numeric_label_is_compared_by_its_order() -> None:
    """A price to predict that rose by a standard deviation."""
    baseline = report_on(rows(), target="price")
    higher = rows(seed=1, price=rows(seed=1)["price"].to_numpy() * 2.5)
    assert drift(report_on(higher, target="price", baseline=baseline)) == [("warn", ("price",))]


def test_running_numbers_and_dates_may_run_on() -> None:
    """The next rows have later dates and higher ids by nature."""
    days = np.datetime64("2024-01-01") + np.arange(1000)
    before = rows(day=days, key=[f"K{row:06d}" for row in range(1000)])
    after = rows(seed=1, day=days + 1000, key=[f"K{row + 1000:06d}" for row in range(1000)])
    assert drift(report_on(after, baseline=report_on(before))) == []


def test_shown_and_hidden_values_can_be_compared() -> None:
    """One report lists categories, the other their pseudonyms."""
    baseline = report_on(rows(), show_values=True)
    assert drift(report_on(rows(seed=1), baseline=baseline)) == []
    renamed = rows(seed=1, town=np.char.upper(rows(seed=1)["town"].to_numpy().astype(str)))
    assert drift(report_on(renamed, baseline=baseline)) == [("warn", ("town",))]


def test_ratchet_lets_known_failures_pass_and_says_so() -> None:
    """A failure that the baseline has is no reason to stop, a new one and a worse one are."""
    baseline = report_on(hollow(rows()))
    assert baseline.verdict == "not_ready"
    known = report_on(hollow(rows(seed=1)), baseline=baseline, fail_on="new")
    assert (known.verdict, known.exit_code) == ("at_risk", 0)
    assert known.reason.startswith(
        "Nothing fails that is new or worse. Known from the baseline and let pass: empty-rows"
    )
    assert report_on(hollow(rows(seed=1)), baseline=baseline).verdict == "not_ready"
    more = report_on(hollow(rows(seed=1)).drop_columns(["town"]), baseline=baseline, fail_on="new")
    assert (more.verdict, more.exit_code) == ("not_ready", 1)


def test_gone_finding_is_listed_without_its_words() -> None:
    """They may quote values."""
    report = report_on(rows(seed=1), baseline=report_on(hollow(rows()), show_values=True))
    assert report.baseline is not None
    [gone] = [found for found in report.baseline["gone"] if found["check"] == "empty-rows"]
    assert gone["status"] == "fail"
    assert "message" not in gone


def test_cannot_tell_stays_cannot_tell() -> None:
    """A check that was skipped then and now is known, and still did not judge."""
    baseline = report_on(rows())
    skipped = {"check": "outliers", "status": "skip", "columns": [], "measured": None, "limit": None, "unit": ""}
    content = baseline.to_dict() | {"findings": [skipped | {"interval": None, "message": "No rows."}]}
    report = prefit.check(
        rows(seed=1), target="label", level="quick", only=["size", "run"], baseline=content, fail_on="new"
    )
    assert report.baseline is not None
    assert [found["check"] for found in report.baseline["unjudged"]] == ["outliers"]


def test_report_may_replace_its_own_baseline(run: Run, tmp_path: Path) -> None:
    """The baseline is read before the folder is written: the ratchet of a pipeline that keeps one folder."""
    output, data = tmp_path / "readiness", tmp_path / "rows.parquet"
    pq.write_table(rows(), data)
    arguments = ("check", data, "--target", "label", "--level", "quick", "--only", "sparsity", "-o", output)
    assert run(*arguments).code == 0
    pq.write_table(hollow(rows(seed=1)), data)
    assert run(*arguments, "--baseline", output, "--fail-on", "new").code == 1
    assert run(*arguments, "--baseline", output, "--fail-on", "new").code == 0
    report = json.loads((output / "report.json").read_text(encoding="utf-8"))
    assert report["baseline"]["counts"]["known"] >= 1
    jsonschema.validate(report, schema())


def test_configuration_sets_baseline_and_ratchet(run: Run, tmp_path: Path) -> None:
    """As any other option."""
    report_on(hollow(rows())).save(tmp_path / "last")
    pq.write_table(hollow(rows(seed=1)), tmp_path / "rows.parquet")
    config = tmp_path / "prefit.toml"
    config.write_text(f'target = "label"\nlevel = "quick"\nbaseline = "{tmp_path / "last"}"\nfail_on = "new"\n')
    outcome = run("check", tmp_path / "rows.parquet", "--config", config, "--only", "sparsity")
    assert outcome.code == 0
    assert "Since the baseline" in outcome.out
    assert "0 new · 0 worse" in outcome.out


def test_reports_of_many_categories_stay_small_and_comparable() -> None:
    """Of a category at most a hundred values are listed; what the others do is compared in one."""
    rng = np.random.default_rng(0)
    codes = [np.char.add("code-", rng.zipf(1.6, 3000).clip(max=400).astype(str)) for _ in range(2)]
    tables = [pa.table({"code": code, "x": rng.normal(size=3000)}) for code in codes]
    baseline = prefit.check(tables[0], level="quick", columns={"code": "categorical"}, only=["size", "run"])
    report = prefit.check(
        tables[1], level="quick", columns={"code": "categorical"}, only=["size", "run"], baseline=baseline
    )
    listed = baseline.to_dict()["columns"][0]["top"]
    assert len(listed) == 100
    assert drift(report) == []
    assert len(render(report)) < 40_000


def test_order_of_the_rows_and_the_seed_of_the_hash_do_not_matter() -> None:
    """Equal rows give no distance at all."""
    table = rows()
    turned = table.take(np.arange(1000)[::-1])
    report = report_on(turned, baseline=report_on(table))
    assert report.baseline is not None
    assert {column["distance"] for column in report.baseline["drift"]} == {0.0}
