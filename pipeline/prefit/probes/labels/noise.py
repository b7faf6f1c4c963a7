"""From the row sample to the share of wrong labels, and to the rows that have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence.labels import LabelNoise
from prefit.probes.frame import Array
from prefit.probes.labels.effect import effects
from prefit.probes.labels.every_row import Everywhere
from prefit.probes.labels.lapse import noise_of
from prefit.probes.labels.out_of_fold import MEMBERS, deal, guess
from prefit.probes.labels.ranking import Judged, agreed, capped, ranked, sharpened, shift_to, shifted, tiers
from prefit.probes.labels.reasons import reasons
from prefit.probes.labels.transitions import transitions
from prefit.probes.labels.whole_table import LabelScorer, score_all
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem, make_problem
from prefit.task import Task

__all__ = ["label_noise"]

MAX_ROWS = 10_000
SURE_ROWS = 2_000
"""At most so many rows are looked at, and this many however little time there is: fewer leave the rate open."""

SECONDS = 9.0
N_TRAININGS = 20
SECONDS_OF_TRAINING = 0.1
SECONDS_OF_NUMBER = 8e-6
"""What the probe costs on one core: it trains forests mostly, each in a time that grows with the rows and the root of
the columns."""

CHEAP_CLASSES = 20
"""Training takes longer in proportion to the classes beyond so many."""

ROWS_OF_CLASS = 20
"""Rows that are looked at of each class on average, however little time there is: of fewer no class is learnt."""

TEXT_COLUMNS = 15
"""Columns of numbers that a text counts for."""

DOUBTED = 0.5
"""Probability of a wrong label from which the second round does without a row."""

FEWEST_ROWS = 50
FEWEST_IN_CLASS = 10


def label_noise(
    table: pa.Table,
    positions: Array,
    task: Task,
    *,
    seed: int = 0,
    seconds: float = SECONDS,
    everywhere: Everywhere | None = None,
) -> LabelNoise:
    """Estimate how many labels are wrong, and how probably each is.

    Models of three kinds predict each row out of fold. How their agreement with the labels grows with their sureness
    tells wrong labels from classes that overlap (see :mod:`prefit.probes.labels.lapse`), whence the rate. A second
    round is learnt without the rows whose labels are wrong more probably than not; both together tell which rows these
    are. Rows that are not in the sample are judged by the second alone.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample; at most 10,000 of its rows are used, fewer of a wide table.
    positions : ndarray of int64
        Row number of each of its rows.
    task : Task
        Of classification.
    seed : int
    seconds : float
        What the probe may cost, by a model of the cost and never by the clock: fewer rows are looked at where more
        would take longer. Scoring the rest of the table is not counted.
    everywhere : callable, optional
        Where all rows of the table are to be scored with the models of the sample: runs a pass over them.

    Raises
    ------
    InputError
        If fewer than 50 rows are left of the classes of ten rows or more, or fewer than two such classes.
    """
    problem = _of_frequent_classes(_problem(table, task, seed, seconds))
    assert problem.rows is not None
    fold = deal(problem, seed)
    encoder = Encoder(seed)
    with quiet():
        matrix = encoder.fit_transform(problem.frame)
        first = guess(matrix, problem, fold, seed=seed)
        noise = noise_of(first.probabilities, problem.target, seed)
        kept = ~capped(noise.wrong >= DOUBTED, noise.wrong, problem.target)
        second = guess(matrix, problem, fold, kept=kept, seed=seed, keep_models=everywhere is not None)
        ranking = noise_of(second.probabilities, problem.target, seed)
        wrong = agreed(
            sharpened(noise.wrong, first.probabilities, problem.target),
            sharpened(ranking.wrong, second.probabilities, problem.target),
        )
        shift = shift_to(float(noise.draws.mean()), wrong)
        raised = shift_to(noise.plateau, wrong) - shift
        judged = Judged.of(positions[problem.rows], problem.target, second.probabilities, shifted(wrong, shift))
        tier, reason = tiers(judged, raised), reasons(problem, matrix, judged.suggested)
        member = int(second.weights.argmax())
        dropped, relabelled = effects(
            MEMBERS[member], matrix, problem.target, judged.suggested, tier, fold, first.votes[member], seed
        )
        if everywhere is not None:
            scorer = LabelScorer.of(table, problem, task, encoder, fold, second, ranking, shift)
            judged = score_all(scorer, table, task, judged, everywhere)
            tier, reason = tiers(judged, raised), _reasons_of_all(judged, reason)
    return LabelNoise(
        mean=noise.mean,
        low=noise.low,
        high=noise.high,
        ambiguity=noise.ambiguity,
        n_rows=problem.n_rows,
        classes=_class_values(table, problem, task),
        suspects=ranked(judged, tier, reason),
        transitions=transitions(second.probabilities, problem.target, shifted(wrong, shift), noise.draws, seed),
        dropped=dropped,
        relabelled=relabelled,
    )


def _problem(table: pa.Table, task: Task, seed: int, seconds: float) -> Problem:
    problem = make_problem(table, task, max_rows=MAX_ROWS, seed=seed)
    width = problem.frame.numeric.shape[1] + TEXT_COLUMNS * problem.frame.other.shape[1]
    affordable = (seconds / N_TRAININGS - SECONDS_OF_TRAINING) / (SECONDS_OF_NUMBER * max(1, width) ** 0.5)
    sure = max(SURE_ROWS, ROWS_OF_CLASS * problem.n_classes)
    most = max(sure, int(affordable / max(1.0, problem.n_classes / CHEAP_CLASSES)))
    if problem.n_rows <= most:
        return problem
    return problem.take(np.sort(np.random.default_rng(seed).permutation(problem.n_rows)[:most]))


def _of_frequent_classes(problem: Problem) -> Problem:
    """Leave out classes of so few rows that no model can learn them from the other folds."""
    counts = np.bincount(problem.target, minlength=problem.n_classes)
    learnable = counts >= FEWEST_IN_CLASS
    kept = problem.take(np.flatnonzero(learnable[problem.target]))
    if learnable.sum() < 2 or kept.n_rows < FEWEST_ROWS:
        raise InputError(
            f"rows must be {FEWEST_ROWS} or more, of two classes of {FEWEST_IN_CLASS} rows or more, to look for wrong "
            f"labels; got {kept.n_rows} rows of {int(learnable.sum())} such classes. Add rows."
        )
    return kept.renumbered()


def _reasons_of_all(judged: Judged, of_sample: Array) -> Array:
    """Models alone speak of rows that are not in the sample, which comes first."""
    reason: Array = (judged.given != judged.suggested).astype(np.int8)
    reason[: len(of_sample)] = of_sample
    return reason


def _class_values(table: pa.Table, problem: Problem, task: Task) -> tuple[Any, ...]:
    """Return the value of the target that each class number stands for."""
    assert problem.rows is not None
    assert task.target is not None
    _, first = np.unique(problem.target, return_index=True)
    return tuple(table.column(task.target).take(pa.array(problem.rows[first])).to_pylist())
