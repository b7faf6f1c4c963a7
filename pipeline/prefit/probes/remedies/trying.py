"""Tries changes on folds, as many of them and on as many rows as the seconds allow."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from prefit.evidence import Level
from prefit.evidence.remedies import Remedy
from prefit.finding import Effect
from prefit.probes.cost import Shape, encode_seconds, fit_seconds
from prefit.probes.frame import Array
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem, make_problem
from prefit.probes.remedies.change import Change, Fold, predicted
from prefit.probes.remedies.changes import Situation, changes
from prefit.probes.remedies.folds import FOLDS, folds, gain
from prefit.task import Task
from prefit.wording import without_values

__all__ = ["Situation", "try_remedies"]

ROWS = (20_000, 10_000, 5_000, 2_500, 1_200, 600, 300)
"""Rows that are cut into folds: the first of these that the seconds allow."""

MOST_STANDARD = 5_000
FEWEST = 300
"""Fewer rows of a larger table say too little of it."""

REPEATED_BELOW = 1_500
REPEATS = 3
"""Small tables are cut into folds several times: one cut is a matter of luck."""


@dataclass(frozen=True, slots=True)
class _Plan:
    n_rows: int
    repeats: int
    tried: tuple[Change, ...]
    left_out: tuple[Change, ...]


def try_remedies(
    table: pa.Table,
    positions: Array,
    task: Task,
    situation: Situation,
    *,
    level: Level = "standard",
    seconds: float = 6.0,
    seed: int = 0,
    deadline: float = float("inf"),
) -> tuple[Remedy, ...]:
    """Train with and without each change that answers a cause, on the same folds, and return the gains, largest first.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample.
    positions : ndarray of int64
        Row number of each of its rows.
    task : Task
    situation : Situation
    level : {"standard", "deep"}
        Deep tries every change that makes sense for the family, whatever the causes.
    seconds : float
        Seconds on one core. A cost model decides what is tried, and on how many rows.
    seed : int
    deadline : float
        Value of ``time.monotonic`` after which no fold is begun.
    """
    deep = level == "deep"
    own = situation.own
    problem = make_problem(table, task, max_rows=ROWS[0] if deep else MOST_STANDARD, seed=seed, given=bool(own))
    wanted = tuple(changes(problem, situation, every=deep))
    plan = _planned(problem, wanted, situation, seconds)
    told = [_not_tried(change, "the budget did not allow it") for change in plan.left_out]
    if plan.tried:
        sampled = problem.take(np.sort(np.random.default_rng(seed).permutation(problem.n_rows)[: plan.n_rows]))
        sampled = sampled.renumbered() if sampled.n_classes else sampled
        suspicious = np.isin(positions[sampled.rows], list(situation.suspects))
        told += _tried(sampled, plan, situation, suspicious, seed, deadline)
    return tuple(sorted((*told, *_more_rows(situation)), key=_by_gain))


def _planned(problem: Problem, wanted: Sequence[Change], situation: Situation, seconds: float) -> _Plan:
    """Choose the changes and the rows: the most rows on which all are affordable, else the first ones on few."""
    shape = Shape.of(problem.frame, n_classes=problem.n_classes, n_test=problem.n_rows // FOLDS)
    shape = replace(shape, own={**dict.fromkeys(situation.own, 1.0), **situation.curves.paces})
    sizes = sorted({min(problem.n_rows, size) for size in ROWS}, reverse=True)
    for n_tried in range(len(wanted), 0, -1):
        tried = wanted[:n_tried]
        families = [situation.family, *(change.family for change in tried)]
        for size in sizes if n_tried == len(wanted) else sizes[-1:]:
            repeats = REPEATS if size < REPEATED_BELOW and problem.order is None else 1
            rows = size * (FOLDS - 1) // FOLDS
            scored = replace(shape, n_test=size // FOLDS)
            once = sum(fit_seconds(family, rows, scored) for family in families)
            for n in (repeats, 1):
                if n * FOLDS * once + encode_seconds(size, scored) <= seconds:
                    return _Plan(size, n, tuple(tried), tuple(wanted[n_tried:]))
    return _Plan(0, 0, (), tuple(wanted))


def _tried(
    problem: Problem, plan: _Plan, situation: Situation, suspicious: Array, seed: int, deadline: float
) -> list[Remedy]:
    base = Change(name="", title="", causes=(), family=situation.family)
    unknown = np.full((plan.repeats, problem.n_rows), np.nan)
    guesses = {change.name: unknown.copy() for change in (base, *plan.tried)}
    failures: dict[str, str] = {}
    rows = _Encoded.of(problem, suspicious, seed)
    for number, (train, held) in enumerate(folds(problem, plan.repeats, seed)):
        if not len(train) or not len(held):
            continue
        if time.monotonic() > deadline:
            return [_not_tried(change, "the clock struck") for change in plan.tried]
        fold = rows.fold(train, held)
        for change in (base, *plan.tried):
            if change.name not in failures:
                try:
                    with quiet():
                        guess = predicted(change, fold, situation.own, seed + number)
                    guesses[change.name][number // FOLDS, held] = guess
                except Exception as error:  # noqa: BLE001 - whatever a library raises on these data is the result
                    lines = str(error).splitlines() or [""]
                    failures[change.name] = f"{type(error).__name__}: {without_values(lines[0], ())}"
    if np.isnan(guesses[base.name]).all() and base.name not in failures:
        return [_not_tried(change, "all rows are of one group, none of which can be held out") for change in plan.tried]
    if base.name in failures:
        return [_not_tried(change, failures[base.name]) for change in plan.tried]
    known = ~np.isnan(guesses[base.name][0])
    before, target = guesses[base.name][:, known], problem.target[known]
    return [
        _not_tried(change, failures[change.name])
        if change.name in failures
        else _priced(
            change, gain(target, before, guesses[change.name][:, known], problem.n_classes, len(plan.tried)), plan
        )
        for change in plan.tried
    ]


@dataclass(frozen=True, slots=True)
class _Encoded:
    """All rows as numbers, by an encoding that never saw a target and is the same with and without a change."""

    problem: Problem
    matrix: Array
    owners: tuple[str, ...]
    suspicious: Array

    @classmethod
    def of(cls, problem: Problem, suspicious: Array, seed: int) -> _Encoded:
        """Encode once for all folds."""
        encoder = Encoder(seed)
        with quiet():
            matrix = encoder.fit_transform(problem.frame)
        return cls(problem, matrix, encoder.owners, suspicious)

    def fold(self, train: Array, held: Array) -> Fold:
        """Return the rows to train on and those to predict."""
        given = self.problem.given
        return Fold(
            matrix=self.matrix[train], unseen=self.matrix[held], target=self.problem.target[train],
            n_classes=self.problem.n_classes, owners=self.owners, suspicious=self.suspicious[train],
            given=None if given is None else (given.take(train), given.take(held)),
        )  # fmt: skip


def _priced(change: Change, effect: Effect, plan: _Plan) -> Remedy:
    return Remedy(
        name=change.name, title=change.title, causes=change.causes, family=change.family, code=change.code,
        effect=effect, n_rows=plan.n_rows, flatters=change.flatters,
    )  # fmt: skip


def _not_tried(change: Change, reason: str) -> Remedy:
    return Remedy(
        name=change.name, title=change.title, causes=change.causes, family=change.family, code=change.code,
        reason=reason,
    )  # fmt: skip


def _more_rows(situation: Situation) -> tuple[Remedy, ...]:
    """Return what twice the planned rows are forecast to bring; nothing where a constant predictor is as good then."""
    curves = situation.curves
    gained = curves.forecasts[situation.family].gain_of_doubling
    if curves.forecasts[situation.family].held_out.mean + gained.mean <= curves.constant:
        return ()
    effect = Effect(metric=curves.metric, delta=gained.mean, low=gained.low, high=gained.high)
    doubled = 2 * curves.planned_rows
    return (
        Remedy(
            name="more-rows", title=f"Collect as many rows again: {doubled:,} instead of {curves.planned_rows:,}",
            causes=("more-data-helps", "overfitting-risk"), family=situation.family, effect=effect, foretold=True,
        ),
    )  # fmt: skip


def _by_gain(remedy: Remedy) -> tuple[bool, float]:
    return remedy.effect is None, 0.0 if remedy.effect is None else -remedy.effect.delta
