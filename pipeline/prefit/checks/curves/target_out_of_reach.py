"""The check ``target-out-of-reach``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.chosen import chosen_forecast, not_fitted
from prefit.checks.wording import span
from prefit.evidence import Curves, Evidence, FamilyForecast
from prefit.finding import Finding, Status
from prefit.wording import metric_word

__all__ = ["TargetOutOfReach"]


@dataclass(frozen=True)
class TargetOutOfReach:
    """Will the required score be missed?

    What it measures
    ----------------
    The score required by ``--require "METRIC>=X"`` against the forecast held-out score of the family to be
    trained (mean and 90 % prediction interval) and against the ceiling of all families. There is no limit of
    its own.

    - mean at or above the requirement: it passes; the message says whether the whole interval is above.
    - mean below: it warns, with the rows that are needed where the forecast reaches the requirement within its
      range.
    - the whole interval below, and the ceiling too, or no ceiling known and no number of rows that would do: it
      fails.

    Why it hurts training
    ---------------------
    The training runs to its end and its model is turned down.

    Example
    -------
    Required 0.90; forecast 0.86 (0.84 to 0.88) with 5,000 rows, 0.90 with about 21,000: about 16,000 more rows
    are needed.

    What to do
    ----------
    Collect the rows that are named, train the family that reaches the requirement, or get features and labels
    that raise the ceiling. Otherwise lower the requirement before training, not after.

    When it may be a false alarm
    ----------------------------
    When the planned model is stronger than the probes, which use the defaults of their libraries.

    References
    ----------
    Mahmood et al. (2022), How much more data do I need? CVPR, arXiv:2207.01725.
    """

    id: ClassVar[str] = "target-out-of-reach"
    stage: ClassVar[Stage] = "curves"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("curves", "requirement")

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding: met, missed as planned, or out of reach."""
        curves, required = evidence.curves, evidence.requirement
        assert curves is not None
        assert required is not None
        if required.metric != curves.metric:
            message = f"{required.metric!r} is required, but only {curves.metric!r} is forecast."
            yield Finding(check=self.id, status="skip", message=message)
            return
        forecast = chosen_forecast(curves)
        if forecast is None:
            yield not_fitted(self.id, curves)
            return
        status, outlook, remedy = _outlook(curves, forecast, required.minimum)
        held_out, metric = forecast.held_out, metric_word(curves.metric)
        yield Finding(
            check=self.id,
            status=status,
            message=f"{metric} of {required.minimum:g} is required and {held_out.mean:.3f} is forecast for family "
            f"{curves.chosen!r} ({span(held_out.low, held_out.high)}): {outlook}.",
            measured=held_out.mean,
            limit=required.minimum,
            unit=metric,
            interval=(held_out.low, held_out.high),
            why="" if status == "pass" else "The training would run to its end and its model be turned down.",
            remedy=remedy,
        )


def _outlook(curves: Curves, forecast: FamilyForecast, minimum: float) -> tuple[Status, str, str]:
    """Judge the forecast: status, what to expect, what to do."""
    if forecast.held_out.low >= minimum:
        return "pass", "it is met", ""
    if forecast.held_out.mean >= minimum:
        return "pass", "it is met on average, and may be missed by one training", ""
    other = max(curves.forecasts, key=lambda family: float(curves.forecasts[family].held_out.mean))
    if curves.forecasts[other].held_out.mean >= minimum:
        remedy = f"Train family {other!r}: `prefit check DATA --model {other}`."
        return "warn", f"it is missed, while family {other!r} meets it on average", remedy
    if forecast.rows_needed is not None and isfinite(forecast.rows_needed[0]):
        needed, fewest, most = forecast.rows_needed
        remedy = f"Collect them: `prefit check DATA --planned-rows {round(needed)}` forecasts the larger training."
        return "warn", f"about {_more(needed, curves)} are needed{_range(fewest, most, curves)}", remedy
    status, outlook = _without_rows(curves, forecast, minimum)
    return (
        status,
        outlook,
        "Get features closer to the target or cleaner labels, or lower the requirement before training.",
    )


def _without_rows(curves: Curves, forecast: FamilyForecast, minimum: float) -> tuple[Status, str]:
    """Judge a forecast that is too low and reaches the requirement with no number of rows."""
    known = "whether more rows would do is not known" if forecast.rows_needed is None else "more rows do not help"
    if forecast.held_out.high >= minimum:
        return "warn", f"it is likely missed, and {known}"
    if curves.ceiling is None:
        return "fail", f"it is out of reach of the planned rows, and {known}"
    ceiling = curves.ceiling[1]
    if ceiling >= minimum:
        return "warn", f"it is missed as planned; the ceiling of the families may be as high as {ceiling:.3f}"
    return "fail", f"it is out of reach: the ceiling of the families is at most {ceiling:.3f}"


def _more(needed: float, curves: Curves) -> str:
    """Write how many rows beyond the planned ones are needed."""
    more = max(1, round(needed) - curves.planned_rows)
    return f"{more:,} more row{'' if more == 1 else 's'}"


def _range(fewest: float, most: float, curves: Curves) -> str:
    """Write the 90 % interval of the rows that are needed."""
    top = _more(most, curves) if isfinite(most) else "more than can be forecast"
    return f" (90 % interval {max(0, round(fewest) - curves.planned_rows):,} to {top})"
