"""Learning curves of single classes: which of them lags behind, and how many rows would mend it?"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from prefit.evidence import LearningCurve
from prefit.evidence.classes import ClassOutlook
from prefit.probes.continuation import normal_quantile
from prefit.probes.frame import Array
from prefit.probes.joint import JointCurves, look
from prefit.probes.prior import load_prior

__all__ = ["MAX_CLASSES", "class_outlooks"]

MAX_CLASSES = 20
"""Classes that are told of: those with the lowest recall."""

FEWEST_HELD_OUT = 5
"""Held-out rows of a class below which its recall says nothing."""

FARTHEST = 32.0
SIZES = 49
"""Rows needed are looked for up to this multiple of the largest size probed, at so many sizes."""

Z = normal_quantile(0.95)


def class_outlooks(
    curve: LearningCurve,
    labels: Sequence[object],
    counts: Array,
    held_out: Array,
    *,
    planned_rows: int,
    required: float | None = None,
) -> tuple[ClassOutlook, ...]:
    """Forecast the recall of each class, the lowest first.

    Parameters
    ----------
    curve : LearningCurve
        Of the family to be trained, with `recalls` at its sizes.
    labels : sequence
        Value of the target that each class number stands for.
    counts, held_out : ndarray of int, shape (n_classes,)
        Rows of each class in the sample, and in the held-out rows.
    planned_rows : int
    required : float, optional
        Recall that every class is to reach. Default: the mean of the forecasts over all classes.
    """
    known = [point for point in curve.points if point.recalls is not None]
    if not known:
        return ()
    recalls = np.array([point.recalls for point in known], dtype=np.float64).T  # (n_classes, n_sizes), NaN: not scored
    told = np.flatnonzero((held_out >= FEWEST_HELD_OUT) & np.isfinite(recalls).all(axis=1))
    if len(told) < 2:
        return ()
    sizes = np.array([point.rows for point in known], dtype=np.float64)
    seen = look(sizes, recalls[told], scores_std=_luck(recalls[told], held_out[told], len(sizes)), kind="accuracy")
    joint = JointCurves(seen, load_prior())
    forecast = joint.held_out(float(planned_rows))
    gains = joint.held_out(2.0 * planned_rows).mean - forecast.mean
    wanted = float(forecast.mean.mean()) if required is None else required
    needed = _needed(joint, sizes, planned_rows, wanted)
    shares = counts / counts.sum()
    block = Z * np.sqrt(_variance(recalls[told, -1], held_out[told]))
    outlooks = [
        ClassOutlook(
            label=labels[int(number)],
            rows=round(shares[number] * planned_rows),
            recall=float(recalls[number, -1]),
            held_out_rows=int(held_out[number]),
            mean=float(forecast.mean[place]),
            low=float(
                max(0.0, forecast.mean[place] - np.hypot(forecast.mean[place] - forecast.low[place], block[place]))
            ),
            high=float(
                min(1.0, forecast.mean[place] + np.hypot(forecast.high[place] - forecast.mean[place], block[place]))
            ),
            gain=float(gains[place]),
            wanted=wanted,
            rows_needed=None if np.isnan(needed[place]) else ceil(shares[number] * needed[place]),
        )
        for place, number in enumerate(told)
    ]
    return tuple(sorted(outlooks, key=lambda outlook: outlook.mean)[:MAX_CLASSES])


def _needed(joint: JointCurves, sizes: Array, planned_rows: int, wanted: float) -> Array:
    """Return the rows in all, planned ones at least, with which each class reaches a recall; NaN where none do."""
    farthest = max(FARTHEST * sizes[-1], 2.0 * planned_rows)
    tried = np.geomspace(planned_rows, farthest, SIZES)
    reached = np.stack([joint.held_out_centre(float(size)).location >= wanted for size in tried])
    return np.where(reached.any(axis=0), tried[reached.argmax(axis=0)], np.nan)


def _luck(recalls: Array, held_out: Array, n_sizes: int) -> Array:
    """Return the standard deviation that recalls owe to the few rows of a class, for every size."""
    return np.repeat(np.sqrt(_variance(recalls[:, -1], held_out))[:, None], n_sizes, axis=1)


def _variance(recall: Array, rows: Array) -> Array:
    smoothed = (recall * rows + 1) / (rows + 2)
    return np.asarray(smoothed * (1 - smoothed) / rows)
