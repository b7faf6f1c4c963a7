"""Fit how the best possible score lies above that of the best family, on made-up data of which it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from benchmarks.truth.recorded import recast
from scipy.optimize import minimize

from prefit.probes.calibration import Calibration, Ceiling, Estimate
from prefit.probes.frame import Array
from prefit.probes.outlook import FAR, MOST_CLIMB, Z

__all__ = ["Reached", "fit_ceiling", "reached"]

FREEDOM, COVERED = 4.0, 0.95
"""The interval is to hold 90 % on data of kinds that it was not fitted on: it is fitted to hold more."""

CENTER, LOOSENESS = np.array([0.4, -1.0, -1.0]), np.array([0.5, 0.7, 0.7])
"""What the three figures are drawn to, and how loosely: there are few worlds."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Skills on a made-up data set: what is reached, what is forecast for many more rows, and what is possible."""

    world: str
    now: Estimate
    far: float
    best: float


def reached(line: dict[str, Any], calibration: Calibration | None = None) -> Reached | None:
    """Return what the curves of a case tell; None where they show no signal, or climb too fast."""
    seen = recast(line["curves"], calibration)
    constant, planned = line["curves"]["constant"], seen.planned_rows
    lead = seen.outlooks[seen.best].held_out(planned)
    far = max(outlook.held_out(FAR * planned).mean for outlook in seen.outlooks.values())
    unit = 1 - constant
    now, climb = Estimate((lead.mean - constant) / unit, lead.std / unit), (far - lead.mean) / unit
    if now.mean - Z * now.std <= 0 or climb > MOST_CLIMB:
        return None
    return Reached(line["case"]["world"], now, now.mean + climb, (line["best"] - constant) / unit)


def fit_ceiling(cases: Sequence[Reached]) -> Ceiling:
    """Fit how much of the climb is true, and how wide the interval must be to hold on worlds that were left out."""
    worlds = np.array([case.world for case in cases])
    away = np.concatenate([_away(cases, worlds == world) for world in np.unique(worlds)])
    share, log_error, log_climb = _fit(cases)
    width = float(np.quantile(away, COVERED))
    return Ceiling(*(float(f"{value:.4g}") for value in (share, width * np.exp(log_error), width * np.exp(log_climb))))


def _away(cases: Sequence[Reached], own: Array) -> Array:
    """Return how far off the best scores of a world are, in the standard deviations that the others teach."""
    others = [case for case, is_own in zip(cases, own, strict=True) if not is_own]
    lack, climb, error = _columns([case for case, is_own in zip(cases, own, strict=True) if is_own])
    share, log_error, log_climb = _fit(others)
    return np.abs(lack - share * climb) / np.hypot(np.exp(log_error) * error, np.exp(log_climb) * climb)


def _fit(cases: Sequence[Reached]) -> Array:
    lack, climb, error = _columns(cases)

    def loss(parameters: Array) -> float:
        share, log_error, log_climb = parameters
        scale = np.hypot(np.exp(log_error) * error, np.exp(log_climb) * climb)
        off = (lack - share * climb) / scale
        likely = np.log(scale) + (FREEDOM + 1) / 2 * np.log1p(off**2 / FREEDOM)
        return float(likely.sum() + (((parameters - CENTER) / LOOSENESS) ** 2).sum() / 2)

    return np.asarray(minimize(loss, CENTER, method="Nelder-Mead", options={"maxiter": 2000}).x)


def _columns(cases: Sequence[Reached]) -> tuple[Array, Array, Array]:
    """Return by how much the best possible score is above what is reached, the climb, and the error of what is."""
    return (
        np.array([case.best - case.now.mean for case in cases]),
        np.array([max(case.far - case.now.mean, 0.0) for case in cases]),
        np.array([max(case.now.std, 1e-3) for case in cases]),
    )
