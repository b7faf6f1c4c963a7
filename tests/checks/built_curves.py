"""Learning curves and forecasts from explicit figures: what the tests of the checks of training judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.checks.builders import categories, evidence, numbers

from prefit.evidence import CurvePoint, Curves, Evidence, FamilyForecast, Forecast, LearningCurve, Risks

FOUR = ("linear", "boosting", "forest", "neural")


def around(mean: float, half_width: float = 0.02) -> Forecast:
    """Return a forecast with an interval that is as wide on both sides."""
    return Forecast(mean, mean - half_width, mean + half_width)


def forecast(
    held_out: Forecast | float,
    *,
    train: float = 0.95,
    gain: Forecast | None = None,
    rows_needed: tuple[float, float, float] | None = None,
    overfitting: float = 0.1,
    underfitting: float = 0.1,
    constant_prediction: float = 0.01,
) -> FamilyForecast:
    """Return the forecast of a family; risks are low unless given."""
    return FamilyForecast(
        train=around(train),
        held_out=held_out if isinstance(held_out, Forecast) else around(held_out),
        at=(),
        gain_of_doubling=gain or Forecast(0.004, -0.003, 0.011),
        rows_needed=rows_needed,
        risks=Risks(overfitting=overfitting, underfitting=underfitting, constant_prediction=constant_prediction),
    )


def curve(family: str, held_out: float, *, std: float = 0.005, repeats: int = 5, rows: int = 700) -> LearningCurve:
    """Return a curve that rises to a score at its largest size."""
    sizes = (rows // 4, rows // 2, rows)
    scores = (held_out - 0.02, held_out - 0.01, held_out)
    points = [
        CurvePoint(
            rows=size,
            train=0.95,
            held_out=score,
            train_std=0.005,
            held_out_std=std,
            repeats=repeats,
            fit_seconds=0.1,
        )
        for size, score in zip(sizes, scores, strict=True)
    ]
    return LearningCurve(family=family, points=tuple(points))


def curves(
    scores: Mapping[str, float] | float = 0.8,
    *,
    chosen: str | None = None,
    std: float = 0.005,
    repeats: int = 5,
    held_out_rows: int = 1000,
    forecasts: Mapping[str, FamilyForecast] | None = None,
    permuted: float | None = None,
    **facts: Any,
) -> Curves:
    """Return curves of families with these held-out scores and forecasts of the same; `facts` replace fields."""
    by_family = dict.fromkeys(FOUR, scores) if isinstance(scores, float) else dict(scores)
    expected = {family: forecast(score) for family, score in by_family.items()} | dict(forecasts or {})
    best = max(expected, key=lambda family: expected[family].held_out.mean, default="linear")
    given = {
        "metric": "balanced_accuracy",
        "constant": 0.5,
        "planned_rows": 1000,
        "rows_used": 1000,
        "curves": {family: curve(family, score, std=std, repeats=repeats) for family, score in by_family.items()},
        "permuted": None if permuted is None else curve(best, permuted),
        "ceiling": None,
        "held_out_rows": held_out_rows,
        "forecasts": expected,
        "best": best,
        "chosen": chosen or best,
    }
    return Curves(**(given | facts))


def judged_curves(given: Curves, *, shares: tuple[int, ...] = (500, 500), **measured: Any) -> Evidence:
    """Return the evidence of a classification of 1,000 rows with these learning curves."""
    return evidence(numbers("age"), numbers("height"), target=categories("y", shares), curves=given, **measured)


def judged_regression(given: Curves, **measured: Any) -> Evidence:
    """Return the evidence of a regression of 2,000 rows with these learning curves."""
    return evidence(numbers("age"), numbers("height"), target=numbers("y", rows=2000), curves=given, **measured)
