"""Score the labels of all rows of a table with the models of its row sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from prefit.probes.frame import Array
from prefit.probes.labels.every_row import (
    READ_SECONDS,
    TEXT_SECONDS,
    Everywhere,
    Folds,
    Lookalike,
    sampled,
    scoring_of,
    texts,
)
from prefit.probes.labels.lapse import Noise
from prefit.probes.labels.out_of_fold import FOLDS, Guessed
from prefit.probes.labels.ranking import Judged, joined, sharpened, shifted
from prefit.probes.labels.steady import steadily
from prefit.probes.models import Encoder
from prefit.probes.problem import Problem
from prefit.task import Task

__all__ = ["LabelScorer", "score_all"]

MODEL_SECONDS = 15e-6
"""What a model takes for a row on average: trees and neighbours more, a linear one less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScorer:
    """All that is needed to score the label of a row that is not in the sample; it can be sent to another process.

    Attributes
    ----------
    lookalike : Lookalike
    encoder : Encoder
        Fitted on the sample.
    names : mapping of str to int
        Class number of each class, by its text.
    folds : Folds
    models : tuple of tuple
        The fitted members for each fold; None for those that do not count.
    weights, noise, shift
        How much each member counts, what the sureness of all says of a label, and by how much that is raised.
    """

    lookalike: Lookalike
    encoder: Encoder
    names: Mapping[str, int]
    folds: Folds
    models: tuple[tuple[Any, ...], ...]
    weights: Array
    noise: Noise
    shift: float

    @classmethod
    def of(
        cls,
        table: pa.Table,
        problem: Problem,
        task: Task,
        encoder: Encoder,
        fold: Array,
        guessed: Guessed,
        noise: Noise,
        shift: float,
    ) -> LabelScorer:
        """Take what is needed from the sample."""
        assert task.target is not None
        sample = sampled(table, problem)
        _, first = np.unique(problem.target, return_index=True)
        names = texts(sample.column(task.target).take(pa.array(first)))
        return cls(
            lookalike=Lookalike(task, problem.frame.numeric_owners),
            encoder=encoder,
            names={name: number for number, name in enumerate(names)},
            folds=Folds.of(sample, problem.frame, task, fold, FOLDS),
            models=tuple(
                tuple(model if weight else None for model, weight in zip(members, guessed.weights, strict=True))
                for members in guessed.models
            ),
            weights=guessed.weights,
            noise=noise,
            shift=shift,
        )

    @property
    def width(self) -> int:
        """Numbers that are held of a row: its features, or the probabilities of its classes."""
        return max(len(self.lookalike.task.features), len(self.lookalike.owners), len(self.names))

    @property
    def row_seconds(self) -> float:
        """What a row takes: to be read, to have its texts encoded, and to be predicted by each model that counts."""
        n_texts = len(set(self.lookalike.task.features) - set(self.lookalike.owners))
        return READ_SECONDS + TEXT_SECONDS * n_texts + MODEL_SECONDS * int((self.weights > 0).sum())

    def judge(self, table: pa.Table, positions: Array) -> Mapping[str, Array]:
        """Score the rows that have one of the classes."""
        task = self.lookalike.task
        assert task.target is not None
        given = texts(table.column(task.target)).map(self.names).fillna(-1).to_numpy(np.int32)
        rows = np.flatnonzero(given >= 0)
        if not len(rows):
            return _columns(joined([]))
        if len(rows) < table.num_rows:
            table, given, positions = table.take(pa.array(rows)), given[rows], positions[rows]
        frame = self.lookalike.frame(table)
        probabilities = self._probabilities(self.encoder.transform(frame), self.folds.fold(table, frame, task))
        wrong = shifted(sharpened(self.noise.judge(probabilities, given), probabilities, given), self.shift)
        return _columns(Judged.of(positions, given, probabilities, wrong))

    def _probabilities(self, matrix: Array, fold: Array) -> Array:
        probabilities = np.zeros((len(matrix), len(self.names)))
        for number, members in enumerate(self.models):
            rows = np.flatnonzero(fold == number)
            for model, weight in zip(members, self.weights, strict=True):
                if weight and len(rows):
                    probabilities[np.ix_(rows, model.classes_)] += weight * steadily(
                        model, "predict_proba", matrix[rows]
                    )
        return probabilities


def score_all(scorer: LabelScorer, table: pa.Table, task: Task, sample: Judged, everywhere: Everywhere) -> Judged:
    """Score all rows of a table, those of the sample first, which are scored already.

    What is held of the rest is 24 bytes a row.
    """
    found = everywhere(scoring_of(scorer, table, task, sample.positions, sample.given)).in_order()
    parts = [_columns(sample), found] if found else [_columns(sample)]
    return joined([Judged(**part) for part in parts])


def _columns(judged: Judged) -> dict[str, Array]:
    """Return the scores in types that take little."""
    return {
        "positions": judged.positions,
        "given": judged.given.astype(np.int32),
        "suggested": judged.suggested.astype(np.int32),
        "margin": judged.margin.astype(np.float32),
        "wrong": judged.wrong.astype(np.float32),
    }
