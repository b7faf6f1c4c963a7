"""ydata-profiling on the cases: the alerts of a profile report at default settings.

python -m benchmarks.truth.defects.peers.ydata CASES --output ydata.jsonl

The scatter plots between pairs of columns are off, since no alert comes from them. The report knows no target: what
the mapping calls ``(target)`` is an alert about the column that the case names as its target. Test rows have no
alerts.
"""

from __future__ import annotations

from benchmarks.truth.defects.peers.running import CaseFiles, Fired, Tool, run

__all__ = ["MAPPING", "complaints"]

MAPPING: dict[str, tuple[str, ...]] = {
    "CONSTANT": ("constant-column",),
    "CONSTANT (target)": ("single-class",),
    "CONSTANT_LENGTH": (),
    "DIRTY_CATEGORY": ("inconsistent-categories",),
    "DUPLICATES": ("duplicate-rows",),
    "EMPTY": (),
    "HIGH_CARDINALITY": ("high-cardinality",),
    "HIGH_CORRELATION": ("correlated-features",),
    "HIGH_CORRELATION (target)": ("target-leakage",),
    "IMBALANCE": ("quasi-constant-column",),
    "IMBALANCE (target)": ("class-imbalance",),
    "INFINITE": ("infinite-values",),
    "MISSING": ("missing-values",),
    "MISSING (target)": ("missing-label",),
    "NEAR_DUPLICATES": ("duplicate-rows",),
    "NON_STATIONARY": (),
    "REJECTED": (),
    "SEASONAL": (),
    "SKEWED": ("outliers",),
    "SKEWED (target)": ("skewed-target",),
    "TYPE_DATE": ("date-as-text",),
    "UNIFORM": (),
    "UNIQUE": ("id-column",),
    "UNSUPPORTED": ("mixed-types",),
    "ZEROS": ("sparse-features",),
}


def complaints(case: CaseFiles) -> list[Fired]:
    """Return the alerts of the training table."""
    from ydata_profiling import ProfileReport

    report = ProfileReport(case.table(), progress_bar=False, interactions={"continuous": False})
    return [
        one
        for alert in report.get_description().alerts
        for one in _named(alert.alert_type.name, alert.column_name, (alert.values or {}).get("fields", ()), case.target)
    ]


def _named(alert: str, column: str | None, others: tuple[str, ...], target: str) -> list[Fired]:
    """Name an alert by whether it is about the target."""
    of_target = f"{alert} (target)"
    if alert == "HIGH_CORRELATION" and column is not None:
        if column == target:
            return []  # the same pair is listed under the other column, too
        fired = (
            [Fired(alert, (column, *(other for other in others if other != target)))] if set(others) - {target} else []
        )
        return fired + ([Fired(of_target, (column,))] if target in others else [])
    if column == target:
        return [Fired(of_target if of_target in MAPPING else alert, (column,))]
    return [Fired(alert, () if column is None else (column,))]


if __name__ == "__main__":
    run(Tool("ydata-profiling", "ydata-profiling", MAPPING, complaints))
