"""One rich report that every format is tested on, and the means to vary it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from prefit.finding import Effect, Finding, Waiver
from prefit.report import Report

HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]>",
    "[bold]loud[/bold]",
    "\x1b[31mred\x1b[0m",
    "two\nlines",
    "\u202egnp.exe",
    "a|b`c`![x](http://example.invalid/x.png)",
    '" onmouseover="alert(1)',
    "</style><style>*{display:none}",
    "{{ 7 * 7 }}{% raw %}",
    "x" * 10_000,
)

FINDINGS = (
    Finding(
        check="target-leakage",
        status="fail",
        message="Column 'capital_code' alone predicts the target with a skill of 0.97; a feature known in time rarely does.",
        columns=("capital_code",),
        measured=0.97,
        limit=0.9,
        unit="skill",
        interval=(0.961, 0.979),
        why="The model will lean on a column that is filled in after the outcome, and will fail where it is not.",
        remedy="Leave the column out with --drop capital_code, or show that its value is known before the outcome.",
        effect=Effect(metric="balanced_accuracy", delta=-0.161, low=-0.184, high=-0.139),
    ),
    Finding(
        check="duplicate-rows",
        status="fail",
        message="12.4 % of the rows repeat an earlier row in every column.",
        measured=0.124,
        limit=0.05,
        unit="fraction",
        interval=(0.119, 0.128),
        why="Copies that fall on both sides of a split make the held-out score look better than it is.",
        remedy="Remove the repeated rows before splitting, or split by group.",
    ),
    Finding(
        check="label-drift",
        status="error",
        message="The check itself failed: ZeroDivisionError: division by zero",
        columns=("income",),
    ),
    Finding(
        check="outliers",
        status="skip",
        message="The quantiles of 'hours' were not computed: partition part-3.parquet could not be read.",
        columns=("hours",),
    ),
    Finding(
        check="missing-values",
        status="warn",
        message="Column 'occupation' has no value in 31.5 % of the rows.",
        columns=("occupation",),
        measured=0.315,
        limit=0.3,
        unit="fraction",
        interval=(0.31, 0.32),
        why="Filled-in values carry little signal and may carry a wrong one.",
        remedy="Find out why the values are missing; add an indicator column or leave the column out.",
    ),
    Finding(
        check="overfitting-risk",
        status="warn",
        message="'boosting' overfits with a probability of 64 %, and 'linear' does as well on unseen rows.",
        measured=0.64,
        limit=0.5,
        unit="probability",
        why="A model that has learnt its training rows by heart fails on new ones.",
        remedy="Regularize: fewer leaves, a lower learning rate, early stopping.",
        effect=Effect(metric="balanced_accuracy", delta=-0.012, low=-0.02, high=-0.004),
    ),
    Finding(
        check="rare-categories",
        status="warn",
        message="41 categories of 'native_country' have fewer than 10 rows.",
        columns=("native_country",),
        measured=41,
        limit=20,
        unit="categories",
        waived=Waiver(reason="Grouped in the feature store", owner="ana@example.org", expires="2027-01-31"),
        new=False,
    ),
    Finding(check="too-few-rows", status="pass", message="Are there enough rows to learn from? Yes: 32,561.", measured=32561, limit=50, unit="rows"),
    Finding(check="single-class", status="pass", message="Does the target have a single class? No."),
    Finding(check="constant-column", status="pass", message="Is a column constant? No."),
    Finding(check="no-signal", status="pass", message="Is there nothing to learn? No.", measured=0.58, limit=0.05, unit="skill", interval=(0.55, 0.61)),
)  # fmt: skip


def family(ceiling: float, train_floor: float, noise: float, risks: tuple[float, float, float]) -> dict[str, Any]:
    """Return the forecast of one family whose curves are power laws."""
    sizes = (100, 250, 630, 1600, 4000, 10_000, 20_000)
    held_out = [ceiling - 1.4 * n**-0.42 for n in sizes]
    train = [train_floor + (1 - train_floor) * (n / 100) ** -0.35 for n in sizes]

    def forecast(rows: int, width: float) -> dict[str, Any]:
        mean = ceiling - 1.4 * rows**-0.42
        return {"rows": rows, "mean": mean, "low": mean - width, "high": mean + 0.8 * width}

    planned = forecast(32_561, noise)
    train_mean = train_floor + (1 - train_floor) * 325.61**-0.35
    return {
        "train": {"mean": train_mean, "low": train_mean - 0.02, "high": min(1.0, train_mean + 0.02)},
        "held_out": {key: planned[key] for key in ("mean", "low", "high")},
        "at": [forecast(50_000, 1.2 * noise), forecast(100_000, 1.6 * noise), forecast(200_000, 2 * noise)],
        "curve": [
            {"rows": n, "train": t, "held_out": h, "train_std": 1.2 / n**0.6, "held_out_std": 2 / n**0.6, "repeats": 3}
            for n, t, h in zip(sizes, train, held_out, strict=True)
        ],
        "rows_needed": None if ceiling < 0.84 else [61_000.0, 38_000.0, 140_000.0],
        "risks": dict(zip(("overfitting", "underfitting", "constant_prediction"), risks, strict=True)),
    }


def column(name: str, kind: str = "numeric", **changes: Any) -> dict[str, Any]:
    """Return a column of the report: numeric with a histogram, unless told otherwise."""
    entry = {
        "name": name, "kind": kind, "kind_reason": "numbers with many distinct values", "role": "feature", "type": "double",
        "rows": 32_561, "missing": 0, "missing_fraction": 0.0, "null": 0, "nan": 0, "infinite": 0, "zero": 12, "empty": 0, "blank": 0,
        "distinct": {"estimate": 21_648.0, "low": 21_400.0, "high": 21_900.0, "exact": False},
        "mean": 38.58, "std": 13.64, "skewness": 0.56, "kurtosis": -0.17,
        "quantiles": {"0.01": 17.0, "0.05": 19.0, "0.25": 28.0, "0.5": 37.0, "0.75": 48.0, "0.95": 63.0, "0.99": 74.0},
        "minimum": None, "maximum": None, "top": [{"value": "#3fa1c2", "count": 898}, {"value": "#77b0aa", "count": 888}],
        "histogram": {"edges": [17.0 + 5 * i for i in range(16)], "counts": [round(4000 * math.exp(-(((i - 4) / 4) ** 2))) for i in range(15)]},
        "lengths": None,
    }  # fmt: skip
    return entry | changes


def category(name: str, counts: tuple[int, ...], **changes: Any) -> dict[str, Any]:
    """Return a categorical column of the report."""
    return column(
        name, "categorical", type="string", kind_reason=f"text with {len(counts)} distinct values",
        distinct={"estimate": float(len(counts)), "low": float(len(counts)), "high": float(len(counts)), "exact": True},
        mean=None, std=None, skewness=None, kurtosis=None, quantiles=None, histogram=None,
        top=[{"value": f"#{7 * i:06x}", "count": n} for i, n in enumerate(counts)],
        lengths={"minimum": 3, "maximum": 21, "mean": 9.4},
    ) | changes  # fmt: skip


FORECAST = {
    "metric": "balanced_accuracy", "planned_rows": 32_561, "ceiling": {"low": 0.86, "high": 0.9}, "constant": 0.5, "permuted": 0.503,
    "requirement": {"metric": "balanced_accuracy", "minimum": 0.82}, "held_out_rows": 9_768, "split": "random", "best": "boosting",
    "chosen": "boosting", "left_out": ["'forest' was not trained on 20,000 rows: 14 s of the budget were left, 21 s needed."],
    "families": {
        "linear": family(0.81, 0.8, 0.015, (0.02, 0.71, 0.01)),
        "boosting": family(0.85, 0.86, 0.02, (0.64, 0.03, 0.004)),
        "forest": family(0.83, 0.99, 0.022, (0.97, 0.04, 0.01)),
        "neural": family(0.82, 0.88, 0.035, (0.38, 0.22, 0.03)),
    },
}  # fmt: skip

COLUMNS = (
    column("age", type="int64"),
    category("workclass", (22696, 2541, 2093, 1836, 1298, 1116, 960, 14, 7)),
    column("fnlwgt", missing=210, missing_fraction=0.00645, null=200, nan=10),
    category("occupation", (4140, 4099, 4066, 3770, 3650, 3295, 2002, 1597), missing=10_256, missing_fraction=0.315, null=10_256),
    category("native_country", (29170, 643, 198, 137, 121, 114, 106, 100)),
    column("capital_code", role="dropped", histogram={"edges": [0.0, 1.0, 2.0], "counts": [29_000, 3_561]}),
    column("note", "text", type="string", kind_reason="12 words on average", mean=None, std=None, skewness=None, kurtosis=None,
           quantiles=None, histogram=None, top=[], lengths={"minimum": 0, "maximum": 4021, "mean": 112.7}),
    column("seen", "datetime", type="timestamp[us, UTC]", role="time", mean=None, std=None, quantiles=None, histogram=None, top=[]),
    column("vector", "embedding", type="fixed_size_list<float>[64]", mean=None, std=None, quantiles=None, histogram=None, top=[]),
    column("blob", "unsupported", type="binary", role="unsupported", mean=None, std=None, quantiles=None, histogram=None, top=[]),
    category("income", (24_720, 7_841), role="target"),
)  # fmt: skip

EXPECTATIONS = {
    "name": "adult", "path": "expectations/adult.json", "counts": {"success": 2, "failed": 1, "error": 1},
    "results": [
        {"expectation": "expect_column_values_to_not_be_null", "column": "age", "success": True, "severity": "critical",
         "observed": None, "unexpected": 0, "unexpected_fraction": 0.0, "positions": [], "error": None},
        {"expectation": "expect_column_values_to_be_between", "column": "hours", "success": False, "severity": "warning",
         "observed": None, "unexpected": 340, "unexpected_fraction": 0.0104, "positions": [10, 28, 77, 1001], "error": None},
        {"expectation": "expect_table_row_count_to_be_between", "column": None, "success": True, "severity": "info",
         "observed": 32_561, "unexpected": None, "unexpected_fraction": None, "positions": [], "error": None},
        {"expectation": "expect_column_to_smell_nice", "column": "note", "success": False, "severity": "critical",
         "observed": None, "unexpected": None, "unexpected_fraction": None, "positions": [], "error": "no such expectation"},
    ],
}  # fmt: skip

REPORT = Report(
    prefit_version="0.1.0",
    created="2026-11-23T08:15:00+00:00",
    dataset={
        "name": "adult.csv", "rows": 32_561, "columns": 11, "target": "income", "task": "classification",
        "fingerprint": "9f2c1be07d3a4e55", "rows_used_by_probes": 29_768,
    },
    findings=FINDINGS,
    forecast=FORECAST,
    columns=COLUMNS,
    expectations=EXPECTATIONS,
    timings=[{"stage": "profile", "seconds": 0.84}, {"stage": "probes", "seconds": 41.3}, {"stage": "checks", "seconds": 0.05}],
    environment={
        "python": "3.11.7", "platform": "Linux x86_64", "versions": {"numpy": "2.3.1", "scikit-learn": "1.7.0", "pyarrow": "21.0.0"},
        "seed": 0, "level": "standard", "budget_seconds": 60,
    },
)  # fmt: skip


def without_target() -> Report:
    """Return a report of a run without a target: no forecast, no expectations, nothing wrong."""
    return replace(
        REPORT,
        dataset=dict(REPORT.dataset) | {"target": None, "task": None, "rows_used_by_probes": None},
        findings=tuple(finding for finding in FINDINGS if finding.status == "pass"),
        forecast=None,
        expectations=None,
    )


def hostile() -> Report:
    """Return a report in which every text that can come from data is hostile."""
    every = " ".join(name[:200] for name in HOSTILE_NAMES)
    findings = tuple(
        Finding(check="mixed-types", status="warn", message=f"Column '{name}' mixes types.", columns=(name,), why=name, remedy=name)
        for name in HOSTILE_NAMES
    )
    results = [dict(EXPECTATIONS["results"][1]) | {"column": name, "error": name} for name in HOSTILE_NAMES]  # type: ignore[call-overload]
    return replace(
        REPORT,
        dataset=dict(REPORT.dataset) | {"name": every, "target": HOSTILE_NAMES[0]},
        findings=(*FINDINGS, *findings),
        columns=[category(name, (9, 3), kind_reason=name, type=name, top=[{"value": name, "count": 9}]) for name in HOSTILE_NAMES],
        forecast=FORECAST | {"families": {name: FORECAST["families"]["linear"] for name in HOSTILE_NAMES[:6]}, "left_out": [every],
                             "best": HOSTILE_NAMES[0], "chosen": HOSTILE_NAMES[0]},
        expectations=EXPECTATIONS | {"name": every, "path": every, "results": results},
        environment={"platform": every, "versions": {HOSTILE_NAMES[0]: "1"}},
    )  # fmt: skip


def wide(n_columns: int) -> Report:
    """Return a report of a wide table, every third column of which has a finding."""
    columns = [
        column(f"sensor_{i:04d}_temperature") if i % 2 else category(f"category_code_{i:04d}", (9000, 8000, 7000, 500))
        for i in range(n_columns)
    ]
    findings = [replace(FINDINGS[4], columns=(entry["name"],)) for entry in columns[::3]]
    return replace(REPORT, columns=columns, findings=(*FINDINGS, *findings))


@pytest.fixture
def report() -> Report:
    """The report of a run in which every status, every kind of column and every part occurs."""
    return REPORT
