"""Reports for the tests of all formats: one in which everything occurs, and variations of it."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
from tests.formats.sample_baseline import BASELINE, hostile_baseline
from tests.formats.sample_columns import COLUMNS, category, column
from tests.formats.sample_findings import FINDINGS
from tests.formats.sample_forecast import BESIDE, FORECAST

from prefit.checks import by_id
from prefit.checks.pages import guide
from prefit.finding import Finding
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

EXPECTATIONS = {
    "name": "adult",
    "path": "expectations/adult.json",
    "counts": {"success": 2, "failed": 1, "error": 1},
    "results": [
        {
            "expectation": "expect_column_values_to_not_be_null",
            "column": "age",
            "success": True,
            "severity": "critical",
            "observed": None,
            "unexpected": 0,
            "unexpected_fraction": 0.0,
            "positions": [],
            "error": None,
        },
        {
            "expectation": "expect_column_values_to_be_between",
            "column": "hours",
            "success": False,
            "severity": "warning",
            "observed": None,
            "unexpected": 340,
            "unexpected_fraction": 0.0104,
            "positions": [10, 28, 77, 1001],
            "error": None,
        },
        {
            "expectation": "expect_table_row_count_to_be_between",
            "column": None,
            "success": True,
            "severity": "info",
            "observed": 32_561,
            "unexpected": None,
            "unexpected_fraction": None,
            "positions": [],
            "error": None,
        },
        {
            "expectation": "expect_column_to_smell_nice",
            "column": "note",
            "success": False,
            "severity": "critical",
            "observed": None,
            "unexpected": None,
            "unexpected_fraction": None,
            "positions": [],
            "error": "no such expectation",
        },
    ],
}

REMEDIES = [
    {
        "remedy": "early-stopping",
        "causes": ["overfitting-risk"],
        "title": "Stop before it learns the rows by heart",
        "code": "LGBMClassifier(n_estimators=90, learning_rate=0.05)",
        "family": "boosting",
        "status": "helps",
        "effect": {"metric": "balanced_accuracy", "delta": 0.018, "low": 0.006, "high": 0.031},
        "rows": 20_000,
        "message": "Held-out score 0.83 instead of 0.81.",
        "why": "",
    },
    {
        "remedy": "indicators",
        "causes": ["missing-values"],
        "title": "Add a column that says what is missing",
        "code": "SimpleImputer(add_indicator=True)",
        "family": "linear",
        "status": "does_not_help",
        "effect": {"metric": "balanced_accuracy", "delta": 0.001, "low": -0.004, "high": 0.006},
        "rows": 20_000,
        "message": "The interval holds 0.",
        "why": "",
    },
]

LABEL_NOISE = {
    "rate": {"mean": 0.021, "low": 0.012, "high": 0.034},
    "ambiguity": 0.06,
    "rows_flagged": 214,
    "wrong_of_flagged": 187.4,
    "rows_to_review": 96,
    "rows_scored": 32_561,
    "rows_of_rate": 10_000,
    "transitions": [{"true": "#bb02", "given": "#aa01", "mean": 0.03, "low": 0.02, "high": 0.05}],
    "effects": {"drop": {"metric": "balanced_accuracy", "delta": 0.004, "low": 0.001, "high": 0.008}, "relabel": None},
    "file": "label_issues.parquet",
}

ISSUES = pa.table(
    {
        "row": [812, 5, 9_001, 44],
        "given": ["#aa01", "#aa01", "#bb02", "#bb02"],
        "suggested": ["#bb02", "#bb02", "#aa01", "#bb02"],
        "score": [0.998, 0.91, 0.62, 0.01],
        "tier": ["act", "act", "review", "ok"],
        "reason": ["model disagreement", "model disagreement", "", ""],
    }
)

CHECKS = guide(by_id()[check] for check in (*dict.fromkeys(finding.check for finding in FINDINGS), "mixed-types"))

REPORT = Report(
    prefit_version="0.1.0",
    created="2026-11-23T08:15:00+00:00",
    dataset={
        "name": "adult.csv",
        "rows": 32_561,
        "columns": 11,
        "target": "income",
        "task": "classification",
        "fingerprint": "9f2c1be07d3a4e55",
        "rows_used_by_probes": 29_768,
    },
    findings=FINDINGS,
    checks=CHECKS,
    forecast=FORECAST,
    label_noise=LABEL_NOISE,
    remedies=REMEDIES,
    columns=COLUMNS,
    expectations=EXPECTATIONS,
    baseline=BASELINE,
    timings=[
        {"stage": "profile", "seconds": 0.84},
        {"stage": "probes", "seconds": 41.3},
        {"stage": "checks", "seconds": 0.05},
    ],
    environment={
        "python": "3.11.7",
        "platform": "Linux x86_64",
        "versions": {"numpy": "2.3.1", "scikit-learn": "1.7.0", "pyarrow": "21.0.0"},
        "seed": 0,
        "level": "standard",
        "budget_seconds": 60,
    },
)


def without_target() -> Report:
    """Return a report of a run without a target: no forecast, no expectations, nothing wrong."""
    return replace(
        REPORT,
        dataset=dict(REPORT.dataset) | {"target": None, "task": None, "rows_used_by_probes": None},
        findings=tuple(finding for finding in FINDINGS if finding.status == "pass"),
        forecast=None,
        expectations=None,
        baseline=None,
        label_noise=None,
        remedies=(),
    )


def with_suspects() -> Report:
    """Return a report of a run that looked at labels."""
    return replace(REPORT, label_issues=ISSUES)


def with_metric() -> Report:
    """Return a report with another metric beside the score, an error that is required to stay below 8,000."""
    required = {"metric": "rmse", "minimum": None, "maximum": 8_000.0}
    return replace(REPORT, forecast=FORECAST | {"beside": BESIDE, "requirement": required})


def hostile() -> Report:
    """Return a report in which every text that can come from data is hostile."""
    every = " ".join(name[:200] for name in HOSTILE_NAMES)
    findings = tuple(
        Finding(
            check="mixed-types",
            status="warn",
            message=f"Column '{name}' mixes types.",
            columns=(name,),
            why=name,
            remedy=name,
        )
        for name in HOSTILE_NAMES
    )
    broken = dict(EXPECTATIONS["results"][1])  # type: ignore[call-overload]
    results = [
        broken | {"column": name, "error": name, "limits": {"regex": name, "mostly": 0.9}} for name in HOSTILE_NAMES
    ]
    return replace(
        REPORT,
        dataset=dict(REPORT.dataset) | {"name": every, "target": HOSTILE_NAMES[0]},
        findings=(*FINDINGS, *findings),
        columns=[
            category(name, (9, 3), kind_reason=name, type=name, top=[{"value": name, "count": 9}])
            for name in HOSTILE_NAMES
        ],
        forecast=FORECAST
        | {
            "families": dict.fromkeys(HOSTILE_NAMES[:6], FORECAST["families"]["linear"]),
            "left_out": [every],
            "best": HOSTILE_NAMES[0],
            "chosen": HOSTILE_NAMES[0],
            "beside": BESIDE
            | {"families": dict.fromkeys(HOSTILE_NAMES[:6], BESIDE["families"]["linear"]), "chosen": HOSTILE_NAMES[0]},
        },
        expectations=EXPECTATIONS | {"name": every, "path": every, "results": results},
        baseline=hostile_baseline(HOSTILE_NAMES),
        label_issues=pa.table({name: list(HOSTILE_NAMES) for name in ("row", "given", HOSTILE_NAMES[1])}),
        remedies=[REMEDIES[0] | {"title": every, "code": every, "family": every, "causes": [HOSTILE_NAMES[0]]}],
        environment={"platform": every, "versions": {HOSTILE_NAMES[0]: "1"}},
    )


def wide(n_columns: int) -> Report:
    """Return a report of a wide table, every third column of which has a finding."""
    columns = [
        column(f"sensor_{i:04d}_temperature") if i % 2 else category(f"category_code_{i:04d}", (9000, 8000, 7000, 500))
        for i in range(n_columns)
    ]
    findings = [replace(FINDINGS[4], columns=(entry["name"],)) for entry in columns[::3]]
    return replace(REPORT, columns=columns, findings=(*FINDINGS, *findings))
