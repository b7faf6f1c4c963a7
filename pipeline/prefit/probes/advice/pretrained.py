"""Frozen features that were learnt elsewhere, or features learnt from these rows: both curves are forecast."""

from __future__ import annotations

from typing import Literal

import numpy as np

from prefit.evidence import Forecast
from prefit.evidence.advice import Pretrained
from prefit.probes.advice.matrix import Numbers, standardized
from prefit.probes.advice.penalties import linear_model
from prefit.probes.forecast import extrapolate
from prefit.probes.frame import Array
from prefit.probes.models import quiet
from prefit.probes.score import metric_name, score
from prefit.task import Task

__all__ = ["crossing", "forecast_at", "pretrained_or_random", "sizes_up_to"]

SMALLEST = 32
ANCHORS = 6
REPEATS = 3
FARTHEST = 32
"""How far a curve is followed beyond the rows that were probed, as a multiple of them."""


def pretrained_or_random(numbers: Numbers, task: Task, *, planned_rows: int, seed: int = 0) -> Pretrained | None:
    """Compare a linear model on the embedding columns with one on all other columns, both at the planned rows.

    Returns
    -------
    Pretrained or None
        None where the data have no embedding, or nothing beside it.
    """
    embedded = task.features_of("embedding")
    is_embedded = np.isin(np.array(numbers.owners, dtype=object), embedded)
    if not is_embedded.any() or is_embedded.all():
        return None
    sizes = sizes_up_to(len(numbers.parts(0)[0]))
    if len(sizes) < 3:
        return None
    curves = np.array([_curve(numbers, np.flatnonzero(of), sizes, seed) for of in (is_embedded, ~is_embedded)])
    metric = metric_name(numbers.n_classes)
    frozen, scratch = (forecast_at(sizes, curve, planned_rows, metric) for curve in curves)
    return Pretrained(
        columns=embedded,
        metric=metric,
        planned_rows=planned_rows,
        pretrained=frozen,
        scratch=scratch,
        crossing_rows=crossing(sizes, curves, metric),
        advised=_better(frozen, scratch),
    )


def _better(
    frozen: tuple[float, float, float], scratch: tuple[float, float, float]
) -> Literal["pretrained", "random", "either"]:
    if frozen[1] >= scratch[0]:
        return "pretrained"
    return "random" if scratch[1] >= frozen[0] else "either"


def sizes_up_to(most: int) -> Array:
    """Return training sizes at equal ratios."""
    grid = np.unique(np.round(np.geomspace(min(SMALLEST, most), most, ANCHORS)).astype(np.int64))
    return np.asarray(grid, dtype=np.float64)


def _curve(numbers: Numbers, columns: Array, sizes: Array, seed: int) -> Array:
    """Return the mean held-out score at each size, over nested subsamples of the first folds."""
    constant = 1 / numbers.n_classes if numbers.n_classes else 0.0
    scores = np.full((REPEATS, len(sizes)), constant)
    with quiet():
        for repeat in range(REPEATS):
            train, held = numbers.parts(repeat)
            order = np.random.default_rng([seed, repeat]).permutation(train)
            for place, size in enumerate(sizes):
                rows = order[: int(size)]
                if len(np.unique(numbers.target[rows])) < 2:
                    continue  # nothing to tell apart yet: the score of a constant predictor
                inputs, unseen = standardized(
                    numbers.matrix[np.ix_(rows, columns)], numbers.matrix[np.ix_(held, columns)]
                )
                model = linear_model("l2", 1.0, numbers.n_classes).fit(inputs, numbers.target[rows])
                value = score(numbers.target[held], np.asarray(model.predict(unseen)), numbers.n_classes).value
                scores[repeat, place] = value
    return np.asarray(scores.mean(axis=0))


def forecast_at(sizes: Array, curve: Array, rows: float, metric: str) -> tuple[float, float, float]:
    """Return the score that a curve leads to, with its 90 % interval."""
    made: Forecast = extrapolate(sizes, curve, at=float(rows), metric=metric)
    return float(made.mean), float(made.low), float(made.high)


def crossing(sizes: Array, curves: Array, metric: str) -> float | None:
    """Return the rows from which what is learnt from scratch stays ahead; None where it never or always is."""
    at = np.geomspace(sizes[0], FARTHEST * sizes[-1], 80)
    frozen, scratch = (np.asarray(extrapolate(sizes, curve, at=at, metric=metric).mean) for curve in curves)
    behind = np.flatnonzero(scratch <= frozen)
    return float(at[behind[-1] + 1]) if len(behind) and behind[-1] < len(at) - 1 else None
