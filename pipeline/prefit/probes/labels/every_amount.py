"""Score the target of all rows of a table, where it is a number, with the models of its row sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from prefit.evidence.amounts import REASONS
from prefit.probes.frame import Array, as_numbers
from prefit.probes.labels.every_row import READ_SECONDS, TEXT_SECONDS, Folds, Lookalike
from prefit.probes.labels.heaping import is_multiple
from prefit.probes.labels.predicted import Predictions
from prefit.probes.labels.value_kinds import Kinds, Sorted
from prefit.probes.labels.yardstick import ACT, REVIEW, Opinion, Yardstick

__all__ = ["AmountScorer", "Models", "scored"]

JUDGE_SECONDS = 28e-6
"""What it takes to predict a value, and to judge it."""

MAYBE = 0.4
"""How probably a value of nought or less is wrong among amounts: who knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What predicts a value from the features of its row, and judges it by that."""

    encoder: Any
    folds: Folds
    predictions: Predictions
    yardstick: Yardstick


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountScorer:
    """All that is needed to score a value that is not in the sample; it can be sent to another process.

    Attributes
    ----------
    lookalike : Lookalike
    kinds : Kinds
    models : Models or None
        None where too few values can be judged by a prediction.
    step : float or None
        Multiples of it are to be looked at: rounded more coarsely than others.
    """

    lookalike: Lookalike
    kinds: Kinds
    models: Models | None
    step: float | None

    @property
    def width(self) -> int:
        """Numbers that are held of a row: its features, or what is said of it in each unit."""
        return max(len(self.lookalike.task.features), len(self.lookalike.owners), 100)

    @property
    def row_seconds(self) -> float:
        """What a row takes: to be read, to have its texts encoded, and to be predicted and judged."""
        n_texts = len(set(self.lookalike.task.features) - set(self.lookalike.owners))
        return READ_SECONDS + TEXT_SECONDS * n_texts + (JUDGE_SECONDS if self.models else 0.0)

    def judge(self, table: pa.Table, positions: Array) -> Mapping[str, Array]:
        """Score the rows that have a value."""
        task = self.lookalike.task
        target = as_numbers(table.column(str(task.target)))
        rows = np.flatnonzero(np.isfinite(target))
        target, positions = target[rows], positions[rows]
        kind = self.kinds.sort(target)
        opinion = None
        if self.models is not None and kind.judged.any():
            judged = table.take(pa.array(rows[kind.judged]))
            opinion = self._opinion(self.models, judged, target[kind.judged], positions[kind.judged])
        return scored(positions, target, kind, opinion, self.step)

    def _opinion(self, models: Models, table: pa.Table, target: Array, positions: Array) -> Opinion:
        frame = self.lookalike.frame(table)
        fold = models.folds.fold(table, frame, self.lookalike.task)
        predicted, spread = models.predictions.of(models.encoder.transform(frame), fold)
        return models.yardstick.judge(target, predicted, spread, _luck(positions))


def scored(
    positions: Array, target: Array, kind: Sorted, opinion: Opinion | None, step: float | None
) -> dict[str, Array]:
    """Return the scores of rows by what kind of value each has, and by what is said of those that are judged."""
    wrong = kind.never + MAYBE * kind.odd
    reason = np.where(kind.never | kind.odd, REASONS.index("impossible value"), 0).astype(np.int8)
    suggested = np.full(len(target), np.nan)
    if opinion is not None:
        wrong[kind.judged], suggested[kind.judged], reason[kind.judged] = (
            opinion.wrong,
            opinion.suggested,
            opinion.reason,
        )
    tier = np.where(wrong >= ACT, 2, np.where(wrong >= REVIEW, 1, 0)).astype(np.int8)
    if step is not None:
        heaped = kind.judged & (tier == 0) & is_multiple(target, step)
        tier[heaped], reason[heaped] = 1, REASONS.index("heaping")
    return {
        "positions": positions,
        "given": target,
        "suggested": suggested,
        "score": wrong,
        "tier": tier,
        "reason": reason,
    }


def _luck(positions: Array) -> Array:
    """Return a number from 0 to 1 for each row: the same wherever it is scored (Steele & Lea 2014, SplitMix64)."""
    mixed = (positions.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((mixed ^ (mixed >> np.uint64(31))) / 2.0**64)
