"""From the row sample to the share of wrong values of a target that is a number, and to the rows that have them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence.amounts import AmountNoise, Heaping
from prefit.evidence.suspects import Suspects
from prefit.probes.frame import Array
from prefit.probes.labels.every_amount import AmountScorer, Models, scored
from prefit.probes.labels.every_row import Everywhere, Folds, Lookalike, Scores, sampled, scoring_of
from prefit.probes.labels.heaping import heaping
from prefit.probes.labels.predicted import FOLDS, Predictions, Predictor
from prefit.probes.labels.scale import Scale
from prefit.probes.labels.value_kinds import Kinds, Sorted
from prefit.probes.labels.yardstick import ACT, CUT, REVIEW, Opinion, Yardstick
from prefit.probes.problem import Problem, make_problem
from prefit.task import Task

__all__ = ["amount_noise", "tells"]

MAX_ROWS, SURE_ROWS = 3_000, 1_000
MAX_NUMBERS, WIDTH_OF_TEXT = 150_000, 15
"""At most so many rows are looked at, and of a wide table as many as have so many numbers, but not fewer than 1,000; a
text or category counts for 15 numbers."""

FEWEST_ROWS = 50

TOLD = 0.5
"""Share of the spread of the values that models must explain: else a value of another row is as likely as its own."""

COSTLY = 0.1
"""Share of the unexplained variance that rounding must make for rounded values to be looked at."""


def amount_noise(
    table: pa.Table, positions: Array, task: Task, *, seed: int = 0, everywhere: Everywhere | None = None
) -> AmountNoise:
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
    everywhere : callable, optional
        Where all rows of the table are to be scored with the models of the sample: runs a pass over them.

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
    assert problem.rows is not None
    target, kinds = problem.target, Kinds.of(problem.target)
    kind = kinds.sort(target)
    learnt = _learnt(problem, kind, seed) if kind.judged.sum() >= FEWEST_ROWS else None
    rounded = None if learnt is None else learnt.rounded
    step = rounded.step if rounded is not None and rounded.cost >= COSTLY else None
    found = Scores((scored(positions[problem.rows], target, kind, None if learnt is None else learnt.opinion, step),))
    if everywhere is not None:
        scorer = AmountScorer(
            lookalike=Lookalike(task, problem.frame.numeric_owners),
            kinds=kinds,
            models=None if learnt is None else learnt.models(sampled(table, problem), problem, task),
            step=step,
        )
        found += everywhere(scoring_of(scorer, table, task, positions[problem.rows], target))
    rates = np.zeros(1) if learnt is None else learnt.yardstick.posterior.draws * kind.judged.mean()
    low, high = np.quantile(rates, [0.05, 0.95]) + kind.never.mean()
    return AmountNoise(
        mean=float(rates.mean() + kind.never.mean()),
        low=float(low),
        high=float(high) if learnt is not None and learnt.known else 1.0,
        n_rows=problem.n_rows,
        suspects=_ranked(found),
        heaping=rounded,
    )


def _affordable(problem: Problem, seed: int) -> Problem:
    """Take fewer rows of a wide table."""
    width = problem.frame.numeric.shape[1] + WIDTH_OF_TEXT * problem.frame.other.shape[1]
    most = max(SURE_ROWS, MAX_NUMBERS // max(1, width))
    if problem.n_rows <= most:
        return problem
    return problem.take(np.sort(np.random.default_rng(seed).permutation(problem.n_rows)[:most]))


def _ranked(scores: Scores) -> Suspects:
    """Put the rows in the order of suspicion."""
    found = scores.in_order()
    order = np.lexsort((found["positions"], -found["tier"], -found["score"]))
    return Suspects(**{name: column[order] for name, column in found.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learnt:
    """What the rows of the sample tell that can be judged by a prediction.

    Not `known` is the share of swapped values, where models tell too little of where a value belongs.
    """

    predictor: Predictor
    predictions: Predictions
    yardstick: Yardstick
    opinion: Opinion
    rounded: Heaping | None
    known: bool

    def models(self, sample: pa.Table, problem: Problem, task: Task) -> Models:
        """Return what judges rows that are not in the sample."""
        return Models(
            encoder=self.predictor.encoder,
            folds=Folds.of(sample, problem.frame, task, self.predictor.fold, FOLDS),
            predictions=self.predictions,
            yardstick=self.yardstick,
        )


def _learnt(problem: Problem, kind: Sorted, seed: int) -> _Learnt:
    """Predict the values twice, the second time learning without those that the first round doubts."""
    judged, values = kind.judged, problem.target[kind.judged]
    scale = Scale.of(values)
    there = np.zeros(problem.n_rows)
    there[judged] = scale.to(values)
    luck = np.random.default_rng(seed).random(len(values))
    predictor = Predictor(problem, seed)
    kept = judged & (np.abs(there) < CUT)
    known: bool | None = None
    for _ in range(2):
        predictions = predictor.predict(np.clip(there, -CUT, CUT), kept)
        predicted, spread = predictions.predicted[judged], predictions.spread[judged]
        if known is None:
            known = tells(there[judged], predicted)
        yardstick = Yardstick.of(values, predicted, spread, scale, luck, known=known, seed=seed)
        opinion = yardstick.judge(values, predicted, spread, luck)
        doubted = opinion.wrong >= ACT
        if not doubted.any():
            break
        kept[judged] &= ~doubted
    with np.errstate(over="ignore"):  # the square of a large number may be beyond all numbers
        unexplained = float(np.square(1.4826 * np.median(np.abs(values - scale.back(predicted)))))
    return _Learnt(
        predictor=predictor,
        predictions=predictions,
        yardstick=yardstick,
        opinion=opinion,
        rounded=heaping(values[opinion.wrong < REVIEW], unexplained),  # wrong units are multiples as well
        known=bool(known),
    )


def tells(values: Array, predicted: Array) -> bool:
    """Return whether predictions say where a value belongs; on this scale the middle of the values is nought.

    Of a few values that come again and again the middle may be far from the best guess: that is to be beaten as well.
    """
    off = float(np.median(np.abs(values - predicted)))
    spread = max(1e-12, float(np.median(np.abs(values))))
    return bool((off / spread) ** 2 <= 1 - TOLD) and off < _best_guess(values)


def _best_guess(values: Array) -> float:
    """Return how far off the best single guess is in the median: half of the shortest interval with half the values."""
    ordered, n_half = np.sort(values), (len(values) + 1) // 2
    return float((ordered[n_half - 1 :] - ordered[: len(ordered) - n_half + 1]).min()) / 2
