"""The learning-curve panel: one small chart per family, all on the same axes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefit.formats.figures import value, value_span
from prefit.formats.scale import Axis, linear_axis, log_axis
from prefit.wording import count

__all__ = ["HEIGHT", "WIDTH", "CurveChart", "Mark", "curve_charts", "drawn"]

WIDTH, HEIGHT = 460, 290
LEAST_SPAN = 0.05
"""A range of scores is not drawn larger than this one, lest luck looks like a trend."""

LEFT, RIGHT, TOP, BOTTOM = 42, 446, 14, 246
"""Pixels of the plotting area within the drawing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A forecast at one place: mean and the ends of its interval, in pixels."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart:
    """Everything that the template draws of one family, in pixels and path data.

    `train` and `held_out` are the measured curves, each with a band of one standard deviation over the repeats;
    `forecast` continues the held-out curve with its 90 % prediction interval; the marks are the forecasts at the
    planned rows. Lines that have no value are None.
    """

    family: str
    label: str
    x: Axis
    y: Axis
    train: str
    train_band: str
    train_points: tuple[tuple[float, float], ...]
    train_ahead: str
    held_out: str
    held_out_band: str
    held_out_points: tuple[tuple[float, float], ...]
    forecast: str
    forecast_band: str
    planned: float
    held_out_mark: Mark
    train_mark: Mark
    constant: float
    permuted: float | None
    requirement: float | None
    needed: float | None
    ceiling: tuple[float, float] | None


def curve_charts(forecast: Mapping[str, Any]) -> list[CurveChart]:
    """Return a chart per family: the chosen one first, then by forecast.

    Parameters
    ----------
    forecast : mapping
        The ``forecast`` of ``report.json`` as :func:`drawn` returns it.
    """
    families = forecast["families"]
    if not families:
        return []
    x, y = _axes(forecast)
    lacks = {name: abs(forecast["perfect"] - family["held_out"]["mean"]) for name, family in families.items()}
    best_first = sorted(families, key=lambda name: (name != forecast["chosen"], lacks[name]))
    return [_chart(name, families[name], forecast, x, y) for name in best_first]


def drawn(forecast: Mapping[str, Any], metric: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a forecast as the charts read it: that of the score, or of the metric that stands beside it."""
    if metric is None:
        return {**forecast, "perfect": 1.0}
    beside = {**forecast, **metric, "permuted": None}
    return beside | {"limit": _limit(beside)}


def _axes(forecast: Mapping[str, Any]) -> tuple[Axis, Axis]:
    families = forecast["families"].values()
    rows = [point["rows"] for family in families for point in (*family["curve"], *family["at"])]
    rows = [n for n in (*rows, forecast["planned_rows"]) if n > 0]
    scores = [forecast["constant"], *(each for family in families for each in _scores(family))]
    scores += [each for each in (forecast["permuted"], _limit(forecast)) if each is not None]
    scores += list(forecast["ceiling"].values()) if forecast["ceiling"] else []
    finite = [each for each in scores if math.isfinite(each)]
    least = LEAST_SPAN * (1.0 if forecast["perfect"] else forecast["constant"])
    return log_axis(min(rows), 1.06 * max(rows), LEFT, RIGHT), linear_axis(finite, BOTTOM, TOP, least)


def _scores(family: Mapping[str, Any]) -> Iterator[float]:
    """Yield every score that the chart of a family has to hold."""
    for point in family["curve"]:
        yield from (point[name] for name in ("train", "held_out") if point[name] is not None)
    for forecast in (*family["at"], family["held_out"], family["train"]):
        yield from (forecast["mean"], forecast["low"], forecast["high"])


def _limit(forecast: Mapping[str, Any]) -> float | None:
    """Return what is required of the metric of a forecast: at least so much, or of an error at most."""
    requirement = forecast["requirement"]
    if not requirement or requirement["metric"] != forecast["metric"]:
        return None
    minimum: float | None = requirement["minimum"]
    return requirement.get("maximum") if minimum is None else minimum


def _chart(name: str, family: Mapping[str, Any], forecast: Mapping[str, Any], x: Axis, y: Axis) -> CurveChart:
    train, held_out = (_measured(family, which) for which in ("train", "held_out"))
    ahead = _ahead(family, _at_planned(family["held_out"], forecast), held_out)
    permuted, limit, ceiling = forecast["permuted"], _limit(forecast), forecast["ceiling"]
    planned = x.at(max(forecast["planned_rows"], 1))
    return CurveChart(
        family=name,
        label=_label(name, family, forecast, held_out),
        x=x,
        y=y,
        train=_line(train, x, y),
        train_band=_band(train, x, y),
        train_points=_points(train, x, y),
        train_ahead=_line([*train[-1:], _at_planned(family["train"], forecast)], x, y),
        held_out=_line(held_out, x, y),
        held_out_band=_band(held_out, x, y),
        held_out_points=_points(held_out, x, y),
        forecast=_line(ahead, x, y),
        forecast_band=_band(ahead, x, y),
        planned=planned,
        held_out_mark=_mark(family["held_out"], planned, y),
        train_mark=_mark(family["train"], planned, y),
        constant=y.at(forecast["constant"]),
        permuted=None if permuted is None else y.at(permuted),
        requirement=None if limit is None else y.at(limit),
        needed=None if limit is None else _needed(family, x),
        ceiling=None if ceiling is None else (y.at(ceiling["high"]), y.at(ceiling["low"])),
    )


def _needed(family: Mapping[str, Any], x: Axis) -> float | None:
    """Return where the rows stand at which the requirement is met; None where they are not known or not drawn."""
    rows = (family["rows_needed"] or [None])[0]
    return x.at(rows) if rows is not None and rows > 0 and x.low <= math.log10(rows) <= x.high else None


_Point = tuple[float, float, float, float]
"""Rows, mean, low, high."""


def _measured(family: Mapping[str, Any], which: str) -> list[_Point]:
    found = [(point["rows"], point[which], point[f"{which}_std"] or 0.0) for point in family["curve"]]
    return [(rows, mean, mean - std, mean + std) for rows, mean, std in found if mean is not None and rows > 0]


def _ahead(family: Mapping[str, Any], planned: _Point, measured: Sequence[_Point]) -> list[_Point]:
    """Return the forecast from the last measurement on; there its interval is that of the repeats."""
    known = [*((at["rows"], at["mean"], at["low"], at["high"]) for at in family["at"]), planned]
    last = list(measured[-1:])
    return last + sorted({point[0]: point for point in known if not last or point[0] > last[0][0]}.values())


def _at_planned(made: Mapping[str, float], forecast: Mapping[str, Any]) -> _Point:
    return max(forecast["planned_rows"], 1), made["mean"], made["low"], made["high"]


def _line(points: Sequence[_Point], x: Axis, y: Axis) -> str:
    return "M" + "L".join(f"{x.at(rows):g} {y.at(mean):g}" for rows, mean, _, _ in points) if len(points) > 1 else ""


def _band(points: Sequence[_Point], x: Axis, y: Axis) -> str:
    if len(points) < 2:
        return ""
    upper = [f"{x.at(rows):g} {y.at(high):g}" for rows, _, _, high in points]
    lower = [f"{x.at(rows):g} {y.at(low):g}" for rows, _, low, _ in reversed(points)]
    return f"M{'L'.join(upper + lower)}Z"


def _points(points: Sequence[_Point], x: Axis, y: Axis) -> tuple[tuple[float, float], ...]:
    return tuple((x.at(rows), y.at(mean)) for rows, mean, _, _ in points)


def _mark(made: Mapping[str, float], x: float, y: Axis) -> Mark:
    return Mark(x, y.at(made["mean"]), y.at(made["low"]), y.at(made["high"]))


def _label(name: str, family: Mapping[str, Any], forecast: Mapping[str, Any], measured: Sequence[_Point]) -> str:
    """Say what the chart shows, for those who do not see it."""
    held_out, train, perfect = family["held_out"], family["train"], forecast["perfect"]
    seen = f"held-out {value(measured[-1][1], perfect)} after {count(measured[-1][0])} rows; " if measured else ""
    shown = f"{value(held_out['mean'], perfect)} ({value_span(held_out, perfect)})"
    ahead = f"forecast {shown} after {count(forecast['planned_rows'])} rows"
    return f"Learning curve of {name}: {seen}{ahead}, {value(train['mean'], perfect)} on training rows."
