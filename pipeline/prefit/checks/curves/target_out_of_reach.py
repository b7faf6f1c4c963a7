"""The check ``target-out-of-reach``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.chosen import chosen_forecast, not_fitted
from prefit.checks.wording import span
from prefit.evidence import Curves, Evidence, Forecast, Requirement
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
    its own. Of another metric than the score, such as ``roc_auc>=0.9`` or ``rmse<=3``, that forecast is judged,
    of the family that may be trained with the best one.

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
        asked = _asked(curves, required)
        if isinstance(asked, Finding):
            yield asked
            return
        status, outlook, remedy = _outlook(asked)
        held_out, metric = asked.forecast, metric_word(required.metric)
        limit = f"{required.limit:g}" + (" at most" if asked.sign < 0 else "")
        shown = f"{held_out.mean:.3f}" if asked.sign > 0 else f"{held_out.mean:.4g}"
        yield Finding(
            check=self.id,
            status=status,
            message=f"{metric} of {limit} is required and {shown} is forecast for family {asked.chosen!r} "
            f"({_span(asked)}): {outlook}.",
            measured=held_out.mean,
            limit=required.limit,
            unit=metric,
            interval=(held_out.low, held_out.high),
            why="" if status == "pass" else "The training would run to its end and its model be turned down.",
            remedy=remedy,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A requirement and the forecasts that it is held against; `sign` is -1 of an error, where less is better."""

    limit: float
    sign: int
    chosen: str
    forecasts: Mapping[str, Forecast]
    rows_needed: tuple[float, float, float] | None
    ceiling: tuple[float, float] | None
    planned_rows: int

    @property
    def forecast(self) -> Forecast:
        """That of the family to be trained."""
        return self.forecasts[self.chosen]

    def meets(self, value: float) -> bool:
        """Return whether a value is as good as the requirement."""
        return self.sign * value >= self.sign * self.limit

    def best(self, ends: tuple[float, float]) -> float:
        """Return the better one of two values."""
        return max(ends, key=lambda value: self.sign * value)


def _asked(curves: Curves, required: Requirement) -> Asked | Finding:
    """Return what is asked for, or why it cannot be judged."""
    check, beside = TargetOutOfReach.id, curves.beside
    if required.metric == curves.metric:
        made = chosen_forecast(curves)
        if made is None:
            return not_fitted(check, curves)
        return Asked(
            limit=required.limit, sign=1, chosen=curves.chosen, ceiling=curves.ceiling, rows_needed=made.rows_needed,
            forecasts={name: family.held_out for name, family in curves.forecasts.items()},
            planned_rows=curves.planned_rows,
        )  # fmt: skip
    if beside is None or beside.name != required.metric:
        message = f"{required.metric!r} is required, but only {curves.metric!r} is forecast."
        return Finding(check=check, status="skip", message=message)
    if beside.chosen is None:
        reasons = "; ".join(f"{name}: {why}" for name, why in beside.failures.items()) or "no family could be trained"
        return Finding(check=check, status="skip", message=f"{required.metric!r} could not be measured: {reasons}.")
    return Asked(
        limit=required.limit, sign=-1 if beside.is_error else 1, chosen=beside.chosen, ceiling=beside.ceiling,
        forecasts={name: family.held_out for name, family in beside.families.items()},
        rows_needed=beside.families[beside.chosen].rows_needed, planned_rows=curves.planned_rows,
    )  # fmt: skip


def _outlook(asked: Asked) -> tuple[Status, str, str]:
    """Judge the forecast: status, what to expect, what to do."""
    forecast = asked.forecast
    if asked.meets(forecast.low) and asked.meets(forecast.high):
        return "pass", "it is met", ""
    if asked.meets(forecast.mean):
        return "pass", "it is met on average, and may be missed by one training", ""
    other = max(asked.forecasts, key=lambda family: asked.sign * float(asked.forecasts[family].mean))
    if asked.meets(asked.forecasts[other].mean):
        remedy = f"Train family {other!r}: `prefit check DATA --model {other}`."
        return "warn", f"it is missed, while family {other!r} meets it on average", remedy
    if asked.rows_needed is not None and isfinite(asked.rows_needed[0]):
        needed, fewest, most = asked.rows_needed
        remedy = f"Collect them: `prefit check DATA --planned-rows {round(needed)}` forecasts the larger training."
        return "warn", f"about {_more(needed, asked)} are needed{_range(fewest, most, asked)}", remedy
    status, outlook = _without_rows(asked)
    return (
        status,
        outlook,
        "Get features closer to the target or cleaner labels, or lower the requirement before training.",
    )


def _without_rows(asked: Asked) -> tuple[Status, str]:
    """Judge a forecast that is too low and reaches the requirement with no number of rows."""
    known = "whether more rows would do is not known" if asked.rows_needed is None else "more rows do not help"
    if asked.meets(asked.best((asked.forecast.low, asked.forecast.high))):
        return "warn", f"it is likely missed, and {known}"
    if asked.ceiling is None:
        return "fail", f"it is out of reach of the planned rows, and {known}"
    ceiling = asked.best(asked.ceiling)
    if asked.meets(ceiling):
        return "warn", f"it is missed as planned; the ceiling of the families may be as good as {ceiling:.3g}"
    return "fail", f"it is out of reach: the ceiling of the families is {ceiling:.3g} at best"


def _span(asked: Asked) -> str:
    """Write the interval of the forecast."""
    if asked.sign > 0:
        return span(asked.forecast.low, asked.forecast.high)
    return f"90 % interval {asked.forecast.low:.4g} to {asked.forecast.high:.4g}"


def _more(needed: float, asked: Asked) -> str:
    """Write how many rows beyond the planned ones are needed."""
    more = max(1, round(needed) - asked.planned_rows)
    return f"{more:,} more row{'' if more == 1 else 's'}"


def _range(fewest: float, most: float, asked: Asked) -> str:
    """Write the 90 % interval of the rows that are needed."""
    top = _more(most, asked) if isfinite(most) else "more than can be forecast"
    return f" (90 % interval {max(0, round(fewest) - asked.planned_rows):,} to {top})"
