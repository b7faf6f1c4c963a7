"""What a report says of its baseline: plain data, and no raw value of either table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from prefit.baselines.content import Content
from prefit.baselines.matching import Matched
from prefit.errors import UsageError
from prefit.evidence.comparisons import BaselineDrift, ColumnDrift

__all__ = ["changed_columns", "check_same_data", "entry", "short", "worst_first"]

LEAST_COMMON = 0.2
"""Share of the columns of the smaller table that both must have, to be two states of one data set."""


def check_same_data(
    baseline: Content,
    columns: Sequence[str],
    target: str | None,
    left_out: Sequence[str] = (),
    *,
    name: str = "baseline",
) -> None:
    """Refuse the report of another data set: everything would be new and gone.

    Raises
    ------
    UsageError
        If few columns are in both, or the targets differ.
    """
    known = [column["name"] for column in baseline.entries["columns"] if column["name"] not in left_out]
    common = set(known) & set(columns)
    if len(common) < LEAST_COMMON * min(len(known), len(columns)) or not common:
        raise UsageError(
            f"{name} must be about the same data set; got a report on {baseline.entries['dataset']['name']!r}, which "
            f"has {len(common)} of {len(columns)} columns in common. Name an earlier report on these data."
        )
    before = baseline.entries["dataset"]["target"]
    if before is not None and target is not None and before != target:
        raise UsageError(
            f"{name} must have the same target; got a report with target {before!r} for {target!r}. Name a report "
            "with that target, or leave it out."
        )


def entry(baseline: Content, matched: Matched, drift: BaselineDrift, *, fail_on: str) -> dict[str, Any]:
    """Return the entry ``baseline`` of a report.

    Messages of the baseline are left out: they may quote values that this report must not show.
    """
    dataset = baseline.entries["dataset"]
    return {
        "path": baseline.path,
        "name": dataset["name"],
        "created": baseline.entries["created"],
        "verdict": baseline.entries["verdict"],
        "rows": dataset["rows"],
        "fingerprint": dataset["fingerprint"],
        "fail_on": fail_on,
        "counts": matched.counts,
        "gone": [short(found) for found in matched.gone],
        "unjudged": [short(found) for found in matched.unjudged],
        "columns_gone": list(drift.gone),
        "columns_new": list(drift.added),
        "columns_changed": changed_columns(drift),
        "drift": [asdict(column) for column in worst_first(drift)],
    }


def changed_columns(drift: BaselineDrift) -> list[dict[str, str]]:
    """Return the columns that hold another kind of values."""
    return [{"column": name, "before": before, "now": now} for name, (before, now) in drift.changed.items()]


def short(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a finding of another report may say here."""
    return {key: found[key] for key in ("check", "status", "columns", "measured", "limit", "unit")}


def worst_first(drift: BaselineDrift) -> list[ColumnDrift]:
    """Order the columns: the label, then by what surely moved."""
    return sorted(drift.columns, key=lambda column: (not column.label, -max(column.low, column.missing_low)))
