"""The forecast, as an entry of a report."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prefit.entries.classes import classes
from prefit.entries.plain import finite

if TYPE_CHECKING:
    from prefit.evidence import Curves, Evidence, FamilyForecast, Forecast, LearningCurve, MetricForecast

__all__ = ["forecast"]


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
        "left_out": [*curves.left_out, *_failures(curves)],
        "families": {family: _family(curves, family) for family in curves.forecasts},
        "beside": None if curves.beside is None else _beside(curves.beside),
        "classes": classes(curves.classes, evidence.task.target or "", show_values=evidence.show_values),
    }


def _family(curves: Curves, family: str) -> dict[str, Any]:
    made: FamilyForecast = curves.forecasts[family]
    curve: LearningCurve = curves.curves[family]
    return {
        "train": _interval(made.train),
        "held_out": _interval(made.held_out),
        "at": [{"rows": rows, **_interval(value)} for rows, value in made.at],
        "curve": _points(curve),
        "rows_needed": None if made.rows_needed is None else [finite(rows) for rows in made.rows_needed],
        "risks": asdict(made.risks),
    }


def _beside(metric: MetricForecast) -> dict[str, Any]:
    return {
        "metric": metric.name,
        "constant": metric.constant,
        "perfect": 0.0 if metric.is_error else 1.0,
        "ceiling": None if metric.ceiling is None else {"low": metric.ceiling[0], "high": metric.ceiling[1]},
        "chosen": metric.chosen,
        "families": {
            name: {
                "train": _interval(family.train),
                "held_out": _interval(family.held_out),
                "skill": _interval(family.skill),
                "at": [{"rows": rows, **_interval(value)} for rows, value in family.at],
                "curve": _points(family.curve),
                "rows_needed": None if family.rows_needed is None else [finite(rows) for rows in family.rows_needed],
            }
            for name, family in metric.families.items()
        },
    }


def _points(curve: LearningCurve) -> list[dict[str, Any]]:
    names = ("rows", "train", "held_out", "train_std", "held_out_std", "repeats")
    return [{name: getattr(point, name) for name in names} for point in curve.points]


def _failures(curves: Curves) -> list[str]:
    found = list(curves.failures.items())
    if curves.beside is not None:
        found += curves.beside.failures.items()
    return [f"{family}: {why}" for family, why in found]


def _interval(value: Forecast) -> dict[str, float]:
    return {"mean": float(value.mean), "low": float(value.low), "high": float(value.high)}
