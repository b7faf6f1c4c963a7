"""The entries of ``report.json``, made from the evidence: plain data, no raw cell values unless they may be shown."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from prefit import amount_entry, class_entry
from prefit.amounts import AmountNoise
from prefit.labels import REASONS, TIERS, LabelNoise
from prefit.profiling.values import ColumnProfile, Profile, ValueCount
from prefit.pseudonyms import pseudonym
from prefit.task import Task

if TYPE_CHECKING:
    import pyarrow as pa

    from prefit.evidence import (
        Curves,
        Evidence,
        ExpectationResult,
        FamilyForecast,
        Forecast,
        LearningCurve,
        SuiteResult,
    )

__all__ = ["columns", "dataset", "expectations", "forecast", "label_issues", "label_noise"]

LABEL_ISSUES = "label_issues.parquet"
"""File that holds every row whose label was looked at."""

MAX_TOP = 10
"""How many of the most frequent values of a column a report lists where it lists many columns."""

MAX_TABLE = 100
MAX_LISTED = 20_000
"""Values of a category, and of all columns together, that a report lists for later ones to be compared with."""

_OPEN_LIMITS = frozenset({"regex", "regex_list", "strftime_format", "type_", "type_list"})
"""Arguments of expectations that say how values are built, and quote none."""


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


def forecast(evidence: Evidence) -> dict[str, Any] | None:
    """Return the forecast of every family, None where no curves were made."""
    curves = evidence.curves
    if curves is None:
        return None
    return {
        "metric": curves.metric,
        "planned_rows": curves.planned_rows,
        "ceiling": None if curves.ceiling is None else {"low": curves.ceiling[0], "high": curves.ceiling[1]},
        "constant": curves.constant,
        "permuted": None if curves.permuted is None else curves.permuted.points[-1].held_out,
        "requirement": None if evidence.requirement is None else asdict(evidence.requirement),
        "held_out_rows": curves.held_out_rows,
        "split": curves.split,
        "best": curves.best,
        "chosen": curves.chosen,
        "left_out": list(curves.left_out) + [f"{family}: {why}" for family, why in curves.failures.items()],
        "families": {family: _family(curves, family) for family in curves.forecasts},
        "classes": class_entry.classes(curves.classes, evidence.task.target or "", show_values=evidence.show_values),
    }


def label_noise(evidence: Evidence) -> dict[str, Any] | None:
    """Return how many labels are wrong, None where they were not looked at."""
    noise = evidence.label_noise
    if noise is None:
        return None
    if isinstance(noise, AmountNoise):
        return amount_entry.amount_noise(noise) | {"file": LABEL_ISSUES}
    names = _class_names(evidence, noise)
    return {
        "rate": {"mean": noise.mean, "low": noise.low, "high": noise.high},
        "ambiguity": noise.ambiguity,
        "rows_flagged": int((noise.suspects.tier == TIERS.index("act")).sum()),
        "rows_scored": len(noise.suspects.positions),
        "transitions": [
            asdict(pair) | {"true": names[pair.true], "given": names[pair.given]} for pair in noise.transitions
        ],
        "effects": {
            "drop": None if noise.dropped is None else asdict(noise.dropped),
            "relabel": None if noise.relabelled is None else asdict(noise.relabelled),
        },
        "file": LABEL_ISSUES,
    }


def label_issues(evidence: Evidence) -> pa.Table | None:
    """Return every row whose label was looked at, most suspicious first; None where none was.

    Labels are named by pseudonyms, and numbers left out, unless values may be shown.
    """
    noise = evidence.label_noise
    if noise is None:
        return None
    if isinstance(noise, AmountNoise):
        return amount_entry.amount_issues(noise, show_values=evidence.show_values)
    import pyarrow as pa

    suspects, names = noise.suspects, _class_names(evidence, noise)
    return pa.table(
        {
            "row": suspects.positions,
            "given": pa.DictionaryArray.from_arrays(suspects.given, names),
            "suggested": pa.DictionaryArray.from_arrays(suspects.suggested, names),
            "score": suspects.score,
            "tier": pa.DictionaryArray.from_arrays(suspects.tier, list(TIERS)),
            "reason": pa.DictionaryArray.from_arrays(suspects.reason, list(REASONS)),
        }
    )


def _class_names(evidence: Evidence, noise: LabelNoise) -> list[str]:
    target = evidence.task.target or ""
    return [str(value) if evidence.show_values else pseudonym(value, target) for value in noise.classes]


def expectations(suite: SuiteResult, *, show_values: bool) -> dict[str, Any]:
    """Return the outcome of an expectation suite."""
    return {
        "name": suite.name,
        "path": suite.path,
        "counts": {
            "success": sum(result.success and result.error is None for result in suite.results),
            "failed": sum(not result.success and result.error is None for result in suite.results),
            "error": sum(result.error is not None and result.unjudged in (None, "error") for result in suite.results),
            "not_run": sum(result.unjudged == "not_run" for result in suite.results),
            "dropped": sum(result.unjudged == "dropped" for result in suite.results),
        },
        "results": [_expectation(result, show_values) for result in suite.results],
    }


def _family(curves: Curves, family: str) -> dict[str, Any]:
    made: FamilyForecast = curves.forecasts[family]
    curve: LearningCurve = curves.curves[family]
    return {
        "train": _interval(made.train),
        "held_out": _interval(made.held_out),
        "at": [{"rows": rows, **_interval(value)} for rows, value in made.at],
        "curve": [
            {
                "rows": point.rows,
                "train": point.train,
                "held_out": point.held_out,
                "train_std": point.train_std,
                "held_out_std": point.held_out_std,
                "repeats": point.repeats,
            }
            for point in curve.points
        ],
        "rows_needed": None if made.rows_needed is None else [_finite(rows) for rows in made.rows_needed],
        "risks": asdict(made.risks),
    }


def _interval(value: Forecast) -> dict[str, float]:
    return {"mean": float(value.mean), "low": float(value.low), "high": float(value.high)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _column(column: ColumnProfile, task: Task, n_listed: int, show_values: bool) -> dict[str, Any]:
    numeric = column.numeric
    counted = task.kinds[column.name] in ("categorical", "boolean") or column.name == task.target
    present = [entry for entry in column.top if not _is_missing(entry.value)]
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
        "minimum": _plain(column.minimum) if show_values else None,
        "maximum": _plain(column.maximum) if show_values else None,
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
    value = _plain(entry.value)
    return {"value": value if show_values else pseudonym(value, column), "count": entry.count}


def _is_missing(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())  # noqa: PLR0124 - NaN


def _plain(value: Any) -> Any:
    """Turn a cell value into what JSON can say."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else repr(value)


def _expectation(result: ExpectationResult, show_values: bool) -> dict[str, Any]:
    return {
        "expectation": result.expectation,
        "column": result.column,
        "success": result.success and result.error is None,
        "state": _state(result),
        "severity": result.severity,
        "limits": {
            key: value
            for key, value in result.kwargs.items()
            if show_values or isinstance(value, int | float) or key in _OPEN_LIMITS
        },
        "observed": result.observed if show_values or isinstance(result.observed, int | float | type(None)) else None,
        "unexpected": result.n_unexpected,
        "unexpected_fraction": result.unexpected_fraction,
        "positions": list(result.positions),
        "error": result.error,
    }


def _state(result: ExpectationResult) -> str:
    if result.error is not None:
        return result.unjudged or "error"
    return "met" if result.success else "failed"
