"""The panel of a planned training: the range test of its learning rate, and the gradient of each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefit.formats.scale import Axis, linear_axis, log_axis

__all__ = ["HEIGHT", "WIDTH", "GradientChart", "RangeChart", "TrainingCharts", "training_charts"]

WIDTH, HEIGHT = 460, 250
LEFT, RIGHT, TOP, BOTTOM = 50, 446, 14, 206
"""Pixels of the plotting area within the drawing."""

WORST = 3.0
"""Times the first loss at which the curve of a range test is cut: what diverges would flatten all that came before."""

SMALLEST = 1e-12
"""Gradients are not drawn as smaller than this share of the largest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeChart:
    """Loss while the learning rate grows, in pixels and path data; `low` and `high` bound the advised range.

    They are None where no rate was tried, or none that was does anything: then none is advised.
    """

    x: Axis
    y: Axis
    line: str
    low: float | None
    high: float | None
    planned: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientChart:
    """Norm of the gradient of each layer, in pixels and path data; no `advised` where no other start is advised."""

    x: Axis
    y: Axis
    planned: str
    planned_points: tuple[tuple[float, float], ...]
    advised: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCharts:
    """What can be drawn of a planned training."""

    rates: RangeChart | None
    gradients: GradientChart | None


def training_charts(training: Mapping[str, Any]) -> TrainingCharts:
    """Return the charts of a planned training.

    Parameters
    ----------
    training : mapping
        The ``training`` of ``report.json``.
    """
    advice = training.get("advice") or {}
    rate, start = advice.get("learning_rate"), advice.get("initialization")
    return TrainingCharts(
        rates=None if rate is None else _rates(rate),
        gradients=None if start is None else _gradients(start["gradient"], start["gradient_advised"]),
    )


def _rates(rate: Mapping[str, Any]) -> RangeChart | None:
    first = rate["curve"][0][1] if rate["curve"] else 0.0
    points = [(at, min(loss, WORST * first)) for at, loss in rate["curve"] if loss is not None and first > 0]
    if len(points) < 3:
        return None
    advised = [rate["low"], rate["high"]] if rate.get("learns", True) and not rate["untried"] else []
    ends = [points[0][0], points[-1][0], rate["planned"], *advised]
    x = log_axis(min(ends), max(ends), LEFT, RIGHT)
    y = linear_axis([loss for _, loss in points], BOTTOM, TOP)
    return RangeChart(
        x=x,
        y=y,
        line=_line(points, x, y),
        low=x.at(rate["low"]) if advised else None,
        high=x.at(rate["high"]) if advised else None,
        planned=x.at(rate["planned"]),
        label=f"Loss while the learning rate grows; {_range(advised)}, {rate['planned']:.2g} is planned.",
    )


def _range(advised: Sequence[float]) -> str:
    return f"rates from {advised[0]:.2g} to {advised[1]:.2g} are advised" if advised else "no range is advised"


def _gradients(planned: Sequence[float | None], advised: Sequence[float | None]) -> GradientChart | None:
    known = [value for value in (*planned, *advised) if value]
    if len(planned) < 2 or not known:
        return None
    floor = max(min(known), SMALLEST * max(known))
    x = linear_axis([1.0, float(len(planned))], LEFT, RIGHT)
    y = log_axis(floor / 2, 2 * max(known), BOTTOM, TOP)
    drawn, other = ([(float(k), max(v or 0.0, floor)) for k, v in enumerate(of, 1)] for of in (planned, advised))
    return GradientChart(
        x=_layers(x, len(planned)),
        y=y,
        planned=_line(drawn, x, y),
        planned_points=tuple((x.at(layer), y.at(value)) for layer, value in drawn),
        advised=_line(other, x, y) if list(planned) != list(advised) and len(other) > 1 else "",
        label=f"Gradient norm of {len(planned)} layers: {drawn[0][1]:.2g} in the first, {drawn[-1][1]:.2g} in the "
        "last.",
    )


def _layers(axis: Axis, n_layers: int) -> Axis:
    """Return the axis with a tick at whole layers only, at most ten of them."""
    step = -(-n_layers // 10)
    ticks = tuple((axis.at(layer), str(layer)) for layer in range(1, n_layers + 1, step))
    return Axis(axis.low, axis.high, axis.start, axis.end, ticks=ticks)


def _line(points: Sequence[tuple[float, float]], x: Axis, y: Axis) -> str:
    return "M" + "L".join(f"{x.at(a):g} {y.at(b):g}" for a, b in points)
