"""The forecast, as an entry of a report."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prefit.entries.classes import classes
from prefit.entries.plain import finite

if TYPE_CHECKING:
    from prefit.evidence import (
        Curves,
        Evidence,
        FamilyForecast,
        Forecast,
        LearningCurve,
    )


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
        "left_out": list(curves.left_out) + [f"{family}: {why}" for family, why in curves.failures.items()],
        "families": {family: _family(curves, family) for family in curves.forecasts},
        "classes": classes(curves.classes, evidence.task.target or "", show_values=evidence.show_values),
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
        "rows_needed": None if made.rows_needed is None else [finite(rows) for rows in made.rows_needed],
        "risks": asdict(made.risks),
    }


def _interval(value: Forecast) -> dict[str, float]:
    return {"mean": float(value.mean), "low": float(value.low), "high": float(value.high)}
