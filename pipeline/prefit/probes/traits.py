"""What a learning curve looks like, in numbers that do not depend on its grid of sizes: what the prior reads.

Sizes count in doublings (base-2 logarithms) and scores relative to the last one, so that curves of any data set,
learner and grid can be held beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from prefit.probes.continuation import FittedCurves, scatter
from prefit.probes.frame import Array

__all__ = ["KINDS", "Seen", "traits"]

LAGS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0)
"""Doublings before the last size at which a curve is read."""

STD_LAGS = (1.0, 2.0, 4.0)

WIDTHS = (0.7, 1.5, 3.0)
"""Doublings over which a line through the end of the curve looks back."""

DIGIT = 0.02
"""Differences of scores are told apart finely below this, coarsely above."""

KINDS = ("accuracy", "roc_auc")
"""Kinds of score that the prior was fitted on; it knows others as scores of no kind."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Curves on common sizes as they were observed, and their plain continuations.

    Attributes
    ----------
    sizes : ndarray, shape (n_sizes,)
    scores, train, std : ndarray, shape (n_curves, n_sizes)
        Held-out scores, scores on the training rows, and standard deviations of the held-out scores between repeats;
        NaN where they are not known.
    held_out : FittedCurves
    trained : FittedCurves, optional
        None where the scores on the training rows are not known.
    kind : str
        Kind of score.
    bounds : (float, float)
        Worst and best possible score.
    learners : ndarray of int, shape (n_curves,)
        Places in the learners that the prior knows; -1 for others.
    """

    sizes: Array
    scores: Array
    train: Array
    std: Array
    held_out: FittedCurves
    trained: FittedCurves | None
    kind: str
    bounds: tuple[float, float]
    learners: Array

    @property
    def last(self) -> Array:
        """Score at the largest size, one per curve."""
        return np.asarray(self.scores[:, -1])

    def doublings(self, size: float) -> float:
        """Return how often the largest observed size has to be doubled to reach a size."""
        return float(np.log2(size / self.sizes[-1]))


def traits(seen: Seen, size: float) -> Array:
    """Return the traits of curves that are to be continued to a size, shape (n_curves, n_traits); NaN if unknown."""
    places, differences = _of_the_place(seen, size), {**_of_the_curve(seen), **_of_the_continuation(seen, size)}
    columns = [*places, *(np.arcsinh(value / DIGIT) for value in differences.values())]
    return np.stack(np.broadcast_arrays(*columns), axis=1)


def _of_the_place(seen: Seen, size: float) -> list[Array]:
    """Return where the curves start, end and are to be continued to, and what is known of them."""
    log = np.log2(seen.sizes)
    numbers = (
        log[-1], log[-1] - log[0], len(log), np.log2(size), seen.doublings(size),
        *(seen.kind == kind for kind in KINDS),
    )  # fmt: skip
    known = [~np.isnan(values[:, -1]) for values in (seen.train, seen.std)]
    held = ~np.isnan(seen.held_out.plateau)
    ends = [seen.scores[:, 0], seen.last, seen.train[:, 0], seen.train[:, -1]]
    return [
        *(np.full(1, float(number)) for number in numbers),
        *(flag.astype(np.float64) for flag in (*known, held)),
        *ends,
    ]


def _of_the_curve(seen: Seen) -> dict[str, Array]:
    scores, train, std = seen.scores, seen.train, seen.std
    steps = np.diff(scores, axis=1, prepend=scores[:, :1])
    found = {
        "gap": train[:, -1] - seen.last,
        "drop": scores.max(axis=1) - seen.last,
        "largest_step": steps.max(axis=1),
        "smallest_step": steps.min(axis=1),
        "std": std[:, -1],
        "pooled_std": np.sqrt((std[:, -3:] ** 2 * seen.sizes[-3:] / seen.sizes[-1]).mean(axis=1)),
        "scatter": scatter(seen.sizes, scores),
        "train_scatter": scatter(seen.sizes, train),
        "late_scatter": _late_scatter(scores),
        "train_late_scatter": _late_scatter(train),
    }
    read = _readings(tuple(seen.sizes.tolist()))
    before, train_before, std_before = (values @ read.before.T for values in (scores, train, std))
    found |= {f"climb_{lag:g}": seen.last - before[:, k] for k, lag in enumerate(LAGS)}
    found |= {f"train_climb_{lag:g}": train[:, -1] - train_before[:, k] for k, lag in enumerate(LAGS)}
    found |= {f"std_{lag:g}": std_before[:, LAGS.index(lag)] for lag in STD_LAGS}
    for width, level, slope in zip(WIDTHS, read.level, read.slope, strict=True):
        found |= {f"level_{width:g}": scores @ level - seen.last, f"slope_{width:g}": scores @ slope}
        found |= {f"train_level_{width:g}": train @ level - train[:, -1], f"train_slope_{width:g}": train @ slope}
    return found


def _of_the_continuation(seen: Seen, size: float) -> dict[str, Array]:
    """Return what the plain continuations say, relative to the last score."""
    fit = seen.held_out.fit
    mean, between = fit.predict(size)
    plain, _ = seen.held_out.at(size)
    top, top_between = fit.asymptote()
    found = {
        "error": fit.error,
        "plain": plain - seen.last,
        "average": mean - seen.last,
        "between": between,
        "shift": seen.held_out.shift,
        "asymptote": top - seen.last,
        "asymptote_between": top_between,
    }
    found |= {f"family_{k}": values - seen.last for k, values in enumerate(fit.by_family(size).T)}
    if seen.trained is None:
        nothing = np.full(len(seen.last), np.nan)
        return found | dict.fromkeys(("train_error", "train_shift", "train_plain", "train_between", "meeting"), nothing)
    train_plain, _ = seen.trained.at(size)
    return found | {
        "train_error": seen.trained.fit.error,
        "train_shift": seen.trained.shift,
        "train_plain": train_plain - seen.train[:, -1],
        "train_between": seen.trained.fit.predict(size)[1],
        "meeting": train_plain - plain,
    }


def _late_scatter(values: Array) -> Array:
    """Return how far the last points lie off the line of their neighbours, as the root of the mean square."""
    if values.shape[1] < 3:
        return np.full(len(values), np.nan)
    bends = values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]
    return np.asarray(np.sqrt((bends[:, -4:] ** 2).mean(axis=1)))


@dataclass(frozen=True, slots=True)
class _Readings:
    """How much the score at each size counts in what is read off a curve.

    Attributes
    ----------
    before : ndarray, shape (n_lags, n_sizes)
        Scores some doublings before the last size, interpolated; NaN before the first size.
    level, slope : ndarray, shape (n_widths, n_sizes)
        Level at the last size and slope per doubling of a line in which small sizes count little.
    """

    before: Array
    level: Array
    slope: Array


@lru_cache(maxsize=256)
def _readings(sizes: tuple[float, ...]) -> _Readings:
    log = np.log2(sizes)
    lines = np.stack([_end_line(log - log[-1], width) for width in WIDTHS], axis=1)
    return _Readings(np.stack([_before(log, lag) for lag in LAGS]), *lines)


def _before(log: Array, lag: float) -> Array:
    place = log[-1] - lag
    if len(log) < 2 or place < log[0] - 0.1:
        return np.full(len(log), np.nan)
    return np.array([np.interp(max(place, log[0]), log, of_one_size) for of_one_size in np.eye(len(log))])


def _end_line(back: Array, width: float) -> Array:
    weight = np.exp(-((back / width) ** 2) / 2)
    design = np.stack([np.ones_like(back), back])
    # A trace of ridge on the slope: the line exists for one size too.
    return np.asarray(np.linalg.solve((design * weight) @ design.T + np.diag([0.0, 1e-6]), design * weight))
