"""What a report says of its baseline, and a comparison, for the tests of the formats."""

from __future__ import annotations

from typing import Any


def moved(column: str, **changes: Any) -> dict[str, Any]:
    """Return the drift of one column."""
    drift: dict[str, Any] = {
        "column": column,
        "label": False,
        "measure": "values",
        "distance": 0.31,
        "low": 0.27,
        "high": 0.35,
        "chance": 1e-9,
        "missing": 0.02,
        "missing_low": 0.01,
        "missing_high": 0.03,
        "missing_chance": 0.2,
        "shift": 0.8,
        "n_new": 0,
        "n_gone": 0,
        "new_rows": 0.0,
        "new_low": 0.0,
        "new_chance": 1.0,
        "runs_on": False,
    }
    return drift | changes


GONE = {
    "check": "missing-values",
    "status": "warn",
    "columns": ["hours"],
    "measured": 0.3,
    "limit": 0.2,
    "unit": "fraction",
}

BASELINE: dict[str, Any] = {
    "path": "last/report.json",
    "name": "adult.csv",
    "created": "2026-10-23T08:15:00+00:00",
    "verdict": "at_risk",
    "rows": 30_000,
    "fingerprint": "1f2c1be07d3a4e55",
    "fail_on": "any",
    "counts": {"new": 1, "worse": 1, "known": 2, "gone": 1, "unjudged": 1},
    "gone": [GONE],
    "unjudged": [GONE | {"check": "model-failed", "status": "error", "columns": []}],
    "columns_gone": ["zip"],
    "columns_new": ["zip_code"],
    "columns_changed": [{"column": "age", "before": "numbers", "now": "text"}],
    "drift": [
        moved("income", label=True, measure="shares", shift=None, n_new=1, new_rows=0.02, n_gone=2),
        moved("hours"),
        moved("note", measure="lengths", runs_on=True),
        moved("photo", measure=None, shift=None, missing=0.0),
    ],
}

SIDE: dict[str, Any] = {
    "path": "last/report.json",
    "name": "adult.csv",
    "created": "2026-10-23T08:15:00+00:00",
    "verdict": "not_ready",
    "counts": {"fail": 1, "warn": 2, "pass": 30, "skip": 0, "error": 0},
    "rows": 30_000,
    "columns": 12,
    "target": "income",
    "task": "classification",
    "fingerprint": "1f2c1be07d3a4e55",
    "level": "standard",
}

COMPARISON: dict[str, Any] = {
    "comparison_version": 1,
    "prefit_version": "0.1.0",
    "first": SIDE,
    "second": SIDE | {"verdict": "ready", "target": None, "task": None},
    "notes": ["The levels differ (quick and standard)."],
    "counts": BASELINE["counts"],
    "findings": {
        "new": [GONE | {"message": "30 % of `hours` are missing.", "status": "fail"}],
        "worse": [GONE | {"message": ""}],
        "known": [GONE | {"message": "known"}],
        "gone": [GONE | {"message": ""}],
        "unjudged": [GONE | {"message": "", "status": "skip"}],
    },
    "columns_gone": ["zip"],
    "columns_new": ["zip_code"],
    "columns_changed": BASELINE["columns_changed"],
    "forecast": [
        {
            "family": "boosting",
            "metric": "balanced_accuracy",
            "first": {"mean": 0.8, "low": 0.78, "high": 0.82},
            "second": {"mean": 0.7, "low": 0.68, "high": 0.72},
            "change": -0.1,
            "apart": True,
        }
    ],
    "drift": BASELINE["drift"],
}


def hostile_baseline(names: tuple[str, ...]) -> dict[str, Any]:
    """Return a baseline in which every text of the earlier report is hostile."""
    return BASELINE | {
        "path": names[0],
        "name": " ".join(name[:200] for name in names),
        "gone": [GONE | {"check": name, "columns": list(names), "unit": name} for name in names],
        "columns_gone": list(names),
        "columns_new": list(names),
        "columns_changed": [{"column": name, "before": name, "now": name} for name in names],
        "drift": [moved(name) for name in names],
    }


def hostile_comparison(names: tuple[str, ...]) -> dict[str, Any]:
    """Return a comparison in which every text of both reports is hostile."""
    found = [GONE | {"check": name, "columns": list(names), "message": name} for name in names]
    side = SIDE | {"name": names[0], "target": names[1], "task": names[2], "fingerprint": names[3], "level": names[4]}
    changed = hostile_baseline(names)
    return COMPARISON | {
        "first": side,
        "second": side | {"name": " ".join(name[:200] for name in names)},
        "notes": list(names),
        "findings": dict.fromkeys(COMPARISON["findings"], found),
        "forecast": [COMPARISON["forecast"][0] | {"family": name} for name in names],
        **{key: changed[key] for key in ("columns_gone", "columns_new", "columns_changed", "drift")},
    }
