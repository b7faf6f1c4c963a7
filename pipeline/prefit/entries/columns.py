"""What was looked at: the data set and its columns, as entries of a report."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prefit.entries.plain import is_missing, plain
from prefit.profiling.values import ColumnProfile, Profile, ValueCount
from prefit.pseudonyms import pseudonym
from prefit.task import Task

if TYPE_CHECKING:
    from prefit.evidence import (
        Curves,
    )


__all__ = ["MAX_LISTED", "MAX_TABLE", "MAX_TOP", "columns", "dataset"]


MAX_TOP = 10
"""How many of the most frequent values of a column a report lists where it lists many columns."""

MAX_TABLE = 100
MAX_LISTED = 20_000
"""Values of a category, and of all columns together, that a report lists for later ones to be compared with."""


def dataset(name: str, profile: Profile, task: Task, curves: Curves | None = None) -> dict[str, Any]:
    """Say what was looked at."""
    return {
        "name": name,
        "rows": profile.n_rows,
        "columns": len(profile.columns),
        "target": task.target,
        "task": task.kind,
        "fingerprint": profile.fingerprint,
        "rows_used_by_probes": 0 if curves is None else curves.rows_used,
    }


def columns(profile: Profile, task: Task, *, show_values: bool) -> list[dict[str, Any]]:
    """Return the profile of every column, in table order."""
    n_listed = min(MAX_TABLE, max(MAX_TOP, MAX_LISTED // max(1, len(profile.columns))))
    return [_column(column, task, n_listed, show_values) for column in profile.columns.values()]


def _column(column: ColumnProfile, task: Task, n_listed: int, show_values: bool) -> dict[str, Any]:
    numeric = column.numeric
    counted = task.kinds[column.name] in ("categorical", "boolean") or column.name == task.target
    present = [entry for entry in column.top if not is_missing(entry.value)]
    top = present[: n_listed if counted else MAX_TOP]
    return {
        "name": column.name,
        "kind": task.kinds[column.name],
        "kind_reason": task.kind_reasons.get(column.name, ""),
        "role": _role(column.name, task),
        "type": column.type,
        "rows": column.n_rows,
        "missing": column.n_missing,
        "missing_fraction": column.missing_fraction,
        "null": column.n_null,
        "nan": column.n_nan,
        "infinite": column.n_infinite,
        "zero": column.n_zero,
        "empty": column.n_empty,
        "blank": column.n_blank,
        "distinct": asdict(column.distinct),
        "mean": column.mean,
        "std": column.std,
        "skewness": column.skewness,
        "kurtosis": column.kurtosis,
        "quantiles": None if numeric is None else {f"{p:g}": value for p, value in numeric.quantiles.items()},
        "minimum": plain(column.minimum) if show_values else None,
        "maximum": plain(column.maximum) if show_values else None,
        "top": [_counted(entry, column.name, show_values) for entry in top],
        "top_exact": column.top_exact,
        "top_complete": column.top_exact and sum(entry.count for entry in top) == column.n_present,
        "cuts": None if column.cuts is None else asdict(column.cuts),
        "histogram": None if column.histogram is None else asdict(column.histogram),
        "lengths": None if column.lengths is None else asdict(column.lengths),
    }


def _role(name: str, task: Task) -> str:
    roles: dict[str | None, str] = {}
    if task.annotators is not None:
        roles |= dict.fromkeys(task.annotators.columns, "annotator")
    roles |= {task.target: "target", task.group: "group", task.time: "time"} | dict.fromkeys(task.dropped, "dropped")
    return roles.get(name) or ("feature" if name in task.features or task.target is None else "unsupported")


def _counted(entry: ValueCount, column: str, show_values: bool) -> dict[str, Any]:
    value = plain(entry.value)
    return {"value": value if show_values else pseudonym(value, column), "count": entry.count}
