"""From the row sample to the share of wrong values of a target that is a number, and to the rows that have them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence.amounts import REASONS, AmountNoise, AmountSuspects
from prefit.probes.frame import Array
from prefit.probes.labels.heaping import heaping, is_multiple
from prefit.probes.labels.impossible import impossible
from prefit.probes.labels.mixture import Mixture, Unit, fitted
from prefit.probes.labels.predicted import Predictor
from prefit.probes.problem import Problem, make_problem
from prefit.task import Task

__all__ = ["amount_noise"]

MAX_ROWS, SURE_ROWS = 3_000, 1_000
MAX_NUMBERS, WIDTH_OF_TEXT = 150_000, 15
"""At most so many rows are looked at, and of a wide table as many as have so many numbers, but not fewer than 1,000; a
text or category counts for 15 numbers."""

FEWEST_ROWS = 50

ACT, REVIEW = 0.5, 0.2
"""Probability of a wrong value from which a row is to be acted on, or looked at."""

ATOM = 0.05
"""Share of the rows that have one and the same value from which it is a kind of its own, such as no income."""

FEW_BELOW, MAYBE = 0.02, 0.4
"""Share of values of nought or less that are exceptions among amounts, and how probably each is wrong: who knows."""

TIMES_NEARBY = 3.0
"""An atom has this many times the rows of the values next to it, and more."""

FEWEST_VALUES = 15
"""Of fewer distinct values each is so frequent that none looks wrong."""

POWERS = np.array([1, 2, 3, -1, -2, -3])
"""Units are taken for each other by these powers of ten."""

TOLD = 0.5
"""Share of the spread of the values that models must explain: else a value of another row is as likely as its own."""

SEPARATE = 5.0
"""Usual errors that a unit must move a value by, and that nought must be away from what is predicted: else large values
are taken for values in a wrong unit."""

CUT = 1.5
"""Widths from the middle beyond which values are not learnt from, and cut."""

COSTLY = 0.1
"""Share of the unexplained variance that rounding must make for rounded values to be looked at."""

FAR = 0.2
"""Of the values that belong to no row of the data, the share that lies anywhere, far outside the others."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """The scale on which values scatter evenly: as they are, or their logarithms; `middle` and `width` are robust."""

    logarithmic: bool
    middle: float
    width: float

    @staticmethod
    def of(values: Array) -> _Scale:
        """Choose the scale on which the upper and the lower half of the values are most alike."""
        logarithmic = bool(values.min() > 0 and _lopsided(np.log(values)) < _lopsided(values))
        low, middle, high = np.quantile(np.log(values) if logarithmic else values, [0.05, 0.5, 0.95])
        return _Scale(logarithmic, float(middle), float(high - low) or 1.0)

    def to(self, values: Array) -> Array:
        """Return the values on the scale, cut where none of the others lies anywhere near."""
        with np.errstate(divide="ignore", invalid="ignore"):
            there = np.log(values) if self.logarithmic else np.asarray(values, dtype=float)
        return np.asarray((there - self.middle) / self.width)

    def back(self, there: Array) -> Array:
        """Return values from the scale."""
        values = np.asarray(there) * self.width + self.middle
        return np.exp(values) if self.logarithmic else values


def _lopsided(values: Array) -> float:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    tiny = 1e-9 * max(abs(low), abs(high), 1e-300)
    return abs(float(np.log(max(high - middle, tiny) / max(middle - low, tiny))))


def amount_noise(table: pa.Table, positions: Array, task: Task, *, seed: int = 0) -> AmountNoise:
    """Estimate how many values of the target are wrong, and how probably each is.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; at most 3,000 of its rows are used.
    positions : ndarray of int64
        Row number of each of its rows.
    task : Task
        Of regression.
    seed : int

    Raises
    ------
    InputError
        If fewer than 50 rows have a value.
    """
    problem = _affordable(make_problem(table, task, max_rows=MAX_ROWS, seed=seed), seed)
    if problem.n_rows < FEWEST_ROWS:
        raise InputError(
            f"rows must be {FEWEST_ROWS} or more to look for wrong values of the target; got {problem.n_rows}. "
            "Add rows."
        )
    target, n_rows = problem.target, problem.n_rows
    never = impossible(target)
    atoms = _atoms(target, never)
    odd = _below_nought(target, ~never & ~atoms)
    judged = ~never & ~atoms & ~odd
    wrong, reason = never + MAYBE * odd, np.where(never | odd, REASONS.index("impossible value"), 0)
    suggested = np.full(n_rows, np.nan)
    tier = np.where(never, 2, np.where(odd, 1, 0))
    rounded, rates, known = None, np.zeros(1), judged.sum() >= FEWEST_ROWS
    if known:
        found = _judge(problem, judged, seed)
        wrong[judged], suggested[judged], reason[judged] = found.wrong, found.suggested, found.reason
        tier = np.where(wrong >= ACT, 2, np.where(wrong >= REVIEW, 1, 0))
        rates, known = found.rates * judged.mean(), found.known
        rounded = heaping(target[judged][found.wrong < REVIEW], found.unexplained)  # wrong units are multiples as well
        if rounded is not None and rounded.cost >= COSTLY:
            heaped = judged & (tier == 0) & is_multiple(target, rounded.step)
            tier[heaped], reason[heaped] = 1, REASONS.index("heaping")
    low, high = np.quantile(rates, [0.05, 0.95]) + never.mean()
    assert problem.rows is not None
    positions = positions[problem.rows]
    order = np.lexsort((positions, -tier, -wrong))
    return AmountNoise(
        mean=float(rates.mean() + never.mean()),
        low=float(low),
        high=float(high) if known else 1.0,
        n_rows=n_rows,
        suspects=AmountSuspects(
            positions=positions[order],
            given=target[order],
            suggested=suggested[order],
            score=wrong[order],
            tier=tier[order],
            reason=reason[order],
        ),
        heaping=rounded,
    )


def _affordable(problem: Problem, seed: int) -> Problem:
    """Take fewer rows of a wide table."""
    width = problem.frame.numeric.shape[1] + WIDTH_OF_TEXT * problem.frame.other.shape[1]
    most = max(SURE_ROWS, MAX_NUMBERS // max(1, width))
    if problem.n_rows <= most:
        return problem
    return problem.take(np.sort(np.random.default_rng(seed).permutation(problem.n_rows)[:most]))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is said of the rows that can be judged: how probably each is wrong, what it should be, and why.

    `rates` are draws of the share of wrong values, `unexplained` the variance about the prediction, outliers apart.
    Not `known` is the share of swapped values, where models tell too little of where a value belongs.
    """

    wrong: Array
    suggested: Array
    reason: Array
    rates: Array
    unexplained: float
    known: bool


def _judge(problem: Problem, judged: Array, seed: int) -> _Judged:
    """Predict the values twice, the second time learning without those that the first round doubts."""
    scale = _Scale.of(problem.target[judged])
    there = np.zeros(problem.n_rows)
    there[judged] = scale.to(problem.target[judged])
    predictor = Predictor(problem, seed)
    kept = judged & (np.abs(there) < CUT)
    predicted, spread = predictor.predict(np.clip(there, -CUT, CUT), kept)
    off = np.median(np.abs(there - predicted)[judged]) / max(1e-12, np.median(np.abs(there[judged])))
    known = bool(off**2 <= 1 - TOLD)  # on this scale the middle of the values is nought
    mixture = _mixture(there, predicted, spread, judged, scale, known, seed)
    if (mixture.wrong >= ACT).any():
        kept[judged] &= mixture.wrong < ACT
        predicted, spread = predictor.predict(np.clip(there, -CUT, CUT), kept)
        mixture = _mixture(there, predicted, spread, judged, scale, known, seed)
    values = problem.target[judged]
    expected = scale.back(predicted[judged])
    suggested, reason = _explained(values, expected, there[judged], mixture)
    with np.errstate(over="ignore"):  # the square of a large number may be beyond all numbers
        unexplained = float(np.square(1.4826 * np.median(np.abs(values - expected))))
    return _Judged(mixture.wrong, suggested, reason, mixture.draws, unexplained, known)


def _atoms(target: Array, never: Array) -> Array:
    """Say which rows have a value that many others have, as no income: which of them are right, nothing tells."""
    values, place, counts = np.unique(target[~never], return_inverse=True, return_counts=True)
    if len(values) < FEWEST_VALUES:
        return np.ones(len(target), dtype=bool)
    padded = np.pad(counts.astype(float), 2, mode="reflect")
    nearby = (padded[:-4] + padded[1:-3] + padded[3:-1] + padded[4:]) / 4
    atom = (counts >= ATOM * len(target)) & (counts >= TIMES_NEARBY * nearby)
    many = np.zeros(len(target), dtype=bool)
    many[~never] = atom[place]
    return many


def _below_nought(target: Array, rows: Array) -> Array:
    """Say which values are nought or less where nearly all others are amounts, which only ratios compare."""
    odd = rows & (target <= 0)
    above = target[rows & ~odd]
    if not odd.any() or odd.sum() > FEW_BELOW * rows.sum() or not _Scale.of(above).logarithmic:
        return np.zeros(len(target), dtype=bool)
    return odd


def _loosened(there: Array, rng: np.random.Generator) -> Array:
    """Move values that several rows share apart, anywhere in between their neighbours: numbers are rounded."""
    values, place, counts = np.unique(there, return_inverse=True, return_counts=True)
    if len(values) < 2:
        return there
    edges = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, values[-1:]])
    moved = edges[place] + rng.random(len(there)) * (edges[place + 1] - edges[place])
    return np.where(counts[place] > 1, moved, there)


def _mixture(
    there: Array, predicted: Array, spread: Array, judged: Array, scale: _Scale, known: bool, seed: int
) -> Mixture:
    there, predicted, spread = _loosened(there[judged], np.random.default_rng(seed)), predicted[judged], spread[judged]
    off = (there - predicted) / spread
    units = []
    for power in POWERS:
        if scale.logarithmic:
            shift = power * np.log(10) / scale.width
            told_apart = abs(shift) >= SEPARATE * np.median(spread)
            unit, log_slope = there - (shift if told_apart else np.inf), np.zeros(len(there))
        else:
            far_from_nought = np.abs(predicted - scale.to(np.zeros(1))) >= SEPARATE * spread
            unit = np.where(far_from_nought, scale.to(scale.back(there) / 10.0**power), np.inf)
            log_slope = np.full(len(there), -power * np.log(10))
        units.append(Unit((unit - predicted) / spread, log_slope))
    log_elsewhere = _log_elsewhere(there) + np.log(spread) if known else np.full(len(there), -np.inf)
    return fitted(off, log_elsewhere, units, np.abs(there) < CUT, seed)


def _log_elsewhere(there: Array) -> Array:
    """Return the log density of each value among all values, and some of it far outside them."""
    edges = np.linspace(-2, 2, 401)
    counts, _ = np.histogram(there, edges)
    bell = np.exp(-0.5 * (np.arange(-20, 21) / 6) ** 2)
    smooth = np.convolve(counts, bell / bell.sum(), mode="same") / max(1, counts.sum()) * 100
    near = np.interp(there, (edges[1:] + edges[:-1]) / 2, smooth, left=0.0, right=0.0)
    far = 2 * (np.abs(there) > 1) / (np.pi * (1 + there**2))
    return np.asarray(np.log(np.maximum((1 - FAR) * near + FAR * far, 1e-300)))


def _explained(target: Array, predicted: Array, there: Array, mixture: Mixture) -> tuple[Array, Array]:
    """Suggest a value for each row, and say what is wrong with the one that it has."""
    power = POWERS[mixture.units.argmax(axis=0)]
    of_unit = mixture.units.sum(axis=0) > mixture.elsewhere
    suggested = np.where(of_unit, target / 10.0**power, predicted)
    outside = np.abs(there) > 1
    found = np.where(outside, REASONS.index("outlying value"), REASONS.index("swapped value"))
    found = np.where(of_unit, REASONS.index("unit error"), found)
    return suggested, np.where(mixture.wrong >= REVIEW, found, 0)
