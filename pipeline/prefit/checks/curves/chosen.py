"""What the checks say of the family that is to be trained, and of the families that could be trained instead."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from prefit.checks.wording import span
from prefit.evidence import Curves, FamilyForecast
from prefit.evidence.remedies import Remedy
from prefit.finding import Effect, Finding
from prefit.wording import metric_word, rows
from prefit.wording import probability as shown

__all__ = ["best_alternative", "chosen_forecast", "judge_risk", "not_fitted"]


def chosen_forecast(curves: Curves) -> FamilyForecast | None:
    """Return the forecast of the family to be trained; None when it could not be fitted."""
    return curves.forecasts.get(curves.chosen)


def not_fitted(check: str, curves: Curves) -> Finding:
    """Return the finding of a check that has no forecast of the chosen family to judge."""
    message = f"Family {curves.chosen!r} could not be trained, so there is no forecast to judge; see `model-failed`."
    return Finding(check=check, status="skip", message=message)


def best_alternative(curves: Curves) -> tuple[str, Effect] | None:
    """Return the other family that surely gains most over the chosen one, and the gain of its held-out score.

    The intervals of both forecasts are added in quadrature. Both are scored on the same rows, so that the true
    interval of the gain is narrower: what is called a gain here is one.
    """
    chosen = curves.forecasts[curves.chosen].held_out
    gains: dict[str, Effect] = {}
    for family, forecast in curves.forecasts.items():
        other = forecast.held_out
        delta = other.mean - chosen.mean
        low = delta - math.hypot(other.mean - other.low, chosen.high - chosen.mean)
        high = delta + math.hypot(other.high - other.mean, chosen.mean - chosen.low)
        if family != curves.chosen:
            gains[family] = Effect(metric=curves.metric, delta=delta, low=low, high=high)
    return max(gains.items(), key=lambda gain: gain[1].low, default=None)


def judge_risk(
    check: str,
    event: Literal["overfitting", "underfitting"],
    curves: Curves,
    *,
    limit: float,
    why: str,
    remedy: str,
    remedies: Sequence[Remedy] = (),
) -> Iterator[Finding]:
    """Judge a risk of the chosen family: a warning only where something better can be had.

    Better is a family whose forecast is surely higher, or one of the `remedies` that was tried and surely helps.
    """
    forecast = chosen_forecast(curves)
    if forecast is None:
        yield not_fitted(check, curves)
        return
    probability = getattr(forecast.risks, event)
    scores = f"train {forecast.train.mean:.3f}, held-out {forecast.held_out.mean:.3f}"
    said = f"{event.capitalize()} of family {curves.chosen!r} has probability {shown(probability)} ({scores})"
    better = best_alternative(curves)
    tried = _surest(check, remedies)
    if probability > limit and tried is not None and tried.effect is not None:
        yield Finding(
            check=check,
            status="warn",
            message=f"{said}, and a remedy was tried that gains {tried.effect.delta:+.3f} {metric_word(curves.metric)} "
            f"({span(tried.effect.low, tried.effect.high, sign=True)}) on {rows(tried.n_rows)}: "
            f"{tried.title[0].lower()}{tried.title[1:]}.",
            measured=probability,
            limit=limit,
            unit="probability",
            why=why,
            remedy=f"{tried.title}: `{tried.code}`.",
            effect=tried.effect,
        )
        return
    if probability > limit and better is not None and better[1].low > 0:
        family, gain = better
        yield Finding(
            check=check,
            status="warn",
            message=f"{said}, and family {family!r} is forecast to score {gain.delta:+.3f} "
            f"{metric_word(curves.metric)} better ({span(gain.low, gain.high, sign=True)}).",
            measured=probability,
            limit=limit,
            unit="probability",
            why=why,
            remedy=f"Train family {family!r} instead: `prefit check DATA --model {family}`. {remedy}",
            effect=gain,
        )
        return
    harmless = (
        ", and costs nothing: no other family, and nothing that was tried against it, is surely better"
        if probability > limit
        else ""
    )
    yield Finding(
        check=check, status="pass", message=f"{said}{harmless}.", measured=probability, limit=limit, unit="probability"
    )


def _surest(check: str, remedies: Sequence[Remedy]) -> Remedy | None:
    """Return the remedy for a check that surely gains most among those that surely help."""
    helping = [remedy for remedy in remedies if check in remedy.causes and remedy.outcome == "helps"]
    return max(helping, key=lambda remedy: remedy.effect.low if remedy.effect else 0.0, default=None)
