"""Score the labels of all rows of a table, batch by batch, with the models of its row sample."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prefit.errors import InputError
from prefit.probes.frame import Array, Frame, as_texts, feature_frame
from prefit.probes.labels.lapse import Noise
from prefit.probes.labels.out_of_fold import FOLDS, Guessed
from prefit.probes.labels.ranking import Judged, joined, sharpened, shifted
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem
from prefit.profiling import Partition
from prefit.task import Task

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Scorer", "score_all"]

BATCH_CELLS = 4_000_000
"""Numbers that are scored at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """All that is needed to score a row that is not in the sample; it can be sent to another process.

    Attributes
    ----------
    task : Task
    encoder : Encoder
        Fitted on the sample.
    owners : tuple of str
        Feature that each column of numbers of the sample comes from.
    names : mapping of str to int
        Class number of each class, by its text.
    fold_of : mapping of int to int
        Fold of the rows of the sample by their key, which is that of their group or of all their features: no model
        scores a row that has learnt from its group, or from a copy of it unless rows are equal by nature.
    guessed, noise, shift
        Models, what their sureness says of a label, and by how much that is raised.
    """

    task: Task
    encoder: Encoder
    owners: tuple[str, ...]
    names: Mapping[str, int]
    fold_of: Mapping[int, int]
    guessed: Guessed
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
    ) -> Scorer:
        """Take what is needed from the sample."""
        assert problem.rows is not None
        assert task.target is not None
        sample = table.take(pa.array(problem.rows))
        _, first = np.unique(problem.target, return_index=True)
        names = _texts(sample.column(task.target).take(pa.array(first)))
        return cls(
            task=task,
            encoder=encoder,
            owners=problem.frame.numeric_owners,
            names={name: number for number, name in enumerate(names)},
            fold_of=dict(zip(_keys(sample, problem.frame, task).tolist(), fold.tolist(), strict=True)),
            guessed=guessed,
            noise=noise,
            shift=shift,
        )

    def judge(self, batch: pa.RecordBatch, first_row: int) -> Judged:
        """Score the rows of a batch that have one of the classes."""
        table = pa.Table.from_batches([batch])
        assert self.task.target is not None
        given = _texts(table.column(self.task.target)).map(self.names).fillna(-1).to_numpy(np.int32)
        rows = np.flatnonzero(given >= 0)
        if not len(rows):
            return joined([])
        table, given = table.take(pa.array(rows)), given[rows]
        frame = _like(self.owners, feature_frame(table, self.task.features, self.task))
        keys = _keys(table, frame, self.task)
        fold = np.array([self.fold_of.get(key, key % FOLDS) for key in keys.tolist()], np.int64)
        probabilities = self._probabilities(self.encoder.transform(frame), fold)
        wrong = shifted(sharpened(self.noise.judge(probabilities, given), probabilities, given), self.shift)
        judged = Judged.of(first_row + rows, given, probabilities, wrong.astype(np.float32))
        return replace(judged, suggested=judged.suggested.astype(np.int32), margin=judged.margin.astype(np.float32))

    def _probabilities(self, matrix: Array, fold: Array) -> Array:
        probabilities = np.zeros((len(matrix), len(self.names)))
        for number, members in enumerate(self.guessed.models):
            rows = np.flatnonzero(fold == number)
            for model, weight in zip(members, self.guessed.weights, strict=True):
                if weight and len(rows):
                    probabilities[np.ix_(rows, model.classes_)] += weight * model.predict_proba(matrix[rows])
        return probabilities


def score_all(
    scorer: Scorer,
    partitions: Sequence[Partition],
    sample: Judged,
    *,
    until: float = math.inf,
    progress: Callable[[float], None] | None = None,
) -> Judged:
    """Score all rows, those of the sample first, which are scored already.

    What is held of the table is one batch, and of each row its scores. Partitions are scored where joblib runs its
    jobs: one after the other in this process, unless ``joblib.parallel_config`` says otherwise.

    Parameters
    ----------
    scorer : Scorer
    partitions : sequence of Partition
    sample : Judged
    until : float
        Value of ``time.monotonic`` at which to give up.
    progress : callable, optional
        Told the share of the partitions that is done.

    Raises
    ------
    InputError
        If it is not done in time.
    """
    import joblib

    jobs = (joblib.delayed(_of_partition)(scorer, partition, sample.positions, until) for partition in partitions)
    parts = [sample]
    for n_done, judged in enumerate(joblib.Parallel(return_as="generator")(jobs), start=1):
        parts.append(judged)
        if progress is not None:
            progress(n_done / len(partitions))
    return joined(parts)


def _of_partition(scorer: Scorer, partition: Partition, known: Array, until: float) -> Judged:
    parts = []
    with quiet():
        for batch, first_row in _batches(partition, scorer.task):
            if time.monotonic() > until:
                raise InputError(
                    "deadline must leave time to score the labels of all rows; it struck before that was done. Give a "
                    "later --deadline, or the level standard."
                )
            parts.append(_without(scorer.judge(batch, first_row), known))
    return joined(parts)


def _batches(partition: Partition, task: Task) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Yield batches of bounded size, each with the position of its first row."""
    first_row = partition.first_row
    for batch in partition.batches(lambda _: None):  # lines that cannot be read are counted by the profile
        width = max(len(task.features), batch.nbytes // 4 // max(1, batch.num_rows))
        n_rows = max(1, BATCH_CELLS // max(1, width))
        for start in range(0, batch.num_rows, n_rows):
            yield batch.slice(start, n_rows), first_row + start
        first_row += batch.num_rows


def _without(judged: Judged, known: Array) -> Judged:
    """Leave out the rows of the sample."""
    return judged.take(~np.isin(judged.positions, known))


def _keys(table: pa.Table, frame: Frame, task: Task) -> Array:
    """Return a number per row, equal for rows that no model may learn of one and be asked about the other."""
    keys = frame.row_keys()
    if task.group is None:
        return keys
    from pandas.util import hash_array

    groups = _texts(table.column(task.group))
    return np.where(groups.notna(), hash_array(groups.fillna("").to_numpy(dtype=object)), keys)


def _texts(column: pa.ChunkedArray) -> pd.Series[str]:
    """Return a column of classes or groups as text, by which it is known in all batches."""
    return as_texts(pc.if_else(pc.is_nan(column), None, column) if pa.types.is_floating(column.type) else column)


def _like(owners: tuple[str, ...], frame: Frame) -> Frame:
    """Give the numbers of a frame the columns of the sample: lists may be longer or shorter in another batch."""
    if frame.numeric_owners == owners:
        return frame
    numeric = np.full((frame.n_rows, len(owners)), np.nan, dtype=np.float32)
    mine = np.array(frame.numeric_owners)
    for owner in dict.fromkeys(owners):
        into = [place for place, name in enumerate(owners) if name == owner]
        columns = np.flatnonzero(mine == owner)[: len(into)]
        numeric[:, into[: len(columns)]] = frame.numeric[:, columns]
    return replace(frame, numeric=numeric, numeric_owners=owners)
