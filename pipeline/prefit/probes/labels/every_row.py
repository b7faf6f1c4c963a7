"""Score all rows of a table with the models of its row sample: in one pass, batch by batch, wherever that runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prefit.probes.frame import Array, Frame, as_texts, feature_frame
from prefit.probes.models import quiet
from prefit.probes.problem import Problem
from prefit.profiling import Partition
from prefit.profiling.fold import rebatched
from prefit.profiling.folding import OnRows
from prefit.profiling.limits import BATCH_BYTES, MAX_BATCH_ROWS, known_row_bytes
from prefit.task import Task

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Everywhere", "Folds", "Lookalike", "RowScorer", "Scores", "Scoring", "sampled", "scoring_of", "texts"]

BATCH_CELLS = 4_000_000
"""Numbers that are scored at once."""

CELL_BYTES = 25
"""What is held of each of them."""

READ_SECONDS, TEXT_SECONDS = 2e-6, 20e-6
"""What it takes to make numbers of a row, beside its texts, and of each of its texts."""

SECONDS_OF_BYTE = 15e-9
"""What a byte takes to be profiled."""

START = 3.0
"""How many times as long a worker takes to start as one that profiles: it loads what it scores with."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Columns of scored rows, in parts as they came; one of the columns is ``positions``.

    Attributes
    ----------
    parts : tuple of mapping
    n_read : int
        Rows that were read, those that cannot be scored and those that are scored already among them.
    n_met : int
        Of those that are scored already, how many have the target again that the sample has there.
    """

    parts: tuple[Mapping[str, Array], ...] = ()
    n_read: int = 0
    n_met: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(self.parts + other.parts, self.n_read + other.n_read, self.n_met + other.n_met)

    def in_order(self) -> dict[str, Array]:
        """Return all columns by row number: the same however the rows were cut. No column without a row."""
        if not self.parts:
            return {}
        positions = np.concatenate([part["positions"] for part in self.parts])
        order = None if (np.diff(positions) > 0).all() else np.argsort(positions, kind="stable")
        columns = {}
        for name in self.parts[0]:
            column = np.concatenate([part[name] for part in self.parts])
            columns[name] = column if order is None else column[order]
        return columns


class RowScorer(Protocol):
    """Scores rows that are not in the sample; it can be sent to another process."""

    @property
    def width(self) -> int:
        """Numbers that it holds of a row while it scores it."""
        ...

    @property
    def row_seconds(self) -> float:
        """What a row takes, by a model of the cost."""
        ...

    def judge(self, table: pa.Table, positions: Array) -> Mapping[str, Array]:
        """Return the scores of the rows that can be scored, ``positions`` and ``given`` among them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """A pass that scores every row but those of the sample: a :class:`~prefit.profiling.folding.Folding`.

    Attributes
    ----------
    scorer : RowScorer
    schema : pyarrow.Schema
        Columns that it needs.
    known : ndarray of int64
        Rows that are scored already, in order.
    given : ndarray
        What their target is.
    n_rows : int, optional
    batch_bytes : int
        What is read at once.
    """

    scorer: RowScorer
    schema: pa.Schema
    known: Array
    given: Array
    n_rows: int | None = None
    batch_bytes: int = BATCH_BYTES

    @property
    def effort(self) -> float:
        """How many times as long a byte takes as it does to profile it, beside what it takes to start a worker."""
        return max(1.0, self.scorer.row_seconds / (START * SECONDS_OF_BYTE * known_row_bytes(self.schema)))

    @property
    def work_bytes(self) -> float:
        """What is held while rows are scored, beside the models: a batch as it was read, and what is made of it."""
        return 3 * min(self.batch_bytes, MAX_BATCH_ROWS * known_row_bytes(self.schema)) + CELL_BYTES * BATCH_CELLS

    def empty(self) -> Scores:
        """Return the scores of no rows."""
        return Scores()

    def folded(self, partition: Partition, onto: Scores, on_rows: OnRows | None = None) -> Scores:
        """Return scores with those of the rows of a partition; memory is a batch, and its scores of each row."""
        parts, n_read, n_met = list(onto.parts), onto.n_read, onto.n_met
        with quiet():
            for table, positions in self._batches(partition):
                n_read += table.num_rows
                scores = self.scorer.judge(table, positions)
                place = np.minimum(np.searchsorted(self.known, scores["positions"]), len(self.known) - 1)
                new = self.known[place] != scores["positions"]
                n_met += int((scores["given"] == self.given[place])[~new].sum())
                if new.any():
                    parts.append({name: column[new] for name, column in scores.items()})
                if on_rows is not None:
                    on_rows(table.num_rows)
        return Scores(tuple(parts), n_read, n_met)

    def packed(self, total: Scores) -> Scores:
        """Return the scores in one part, by row number."""
        columns = total.in_order()
        return Scores((columns,) if columns else (), total.n_read, total.n_met)

    def _batches(self, partition: Partition) -> Iterator[tuple[pa.Table, Array]]:
        """Yield tables of bounded size, and the positions of their rows."""
        first_row = partition.first_row
        # Lines that cannot be read are counted by the profile.
        for batch in rebatched(partition, self.schema, self.batch_bytes, lambda _: None):
            width = max(self.scorer.width, batch.nbytes // 4 // max(1, batch.num_rows))
            n_rows = max(1, BATCH_CELLS // max(1, width))
            for start in range(0, batch.num_rows, n_rows):
                piece = batch.slice(start, n_rows)
                yield pa.Table.from_batches([piece]), np.arange(piece.num_rows) + (first_row + start)
            first_row += batch.num_rows


Everywhere = Callable[[Scoring], Scores]
"""Runs a pass over all rows of the table."""


@dataclass(frozen=True, slots=True)
class Folds:
    """Which models may score a row: none that has learnt from its group, or from a copy of it.

    Where its group lies in one fold and a copy of it, of another group, in a second one, the group counts.

    Attributes
    ----------
    known : sequence of tuple
        What rows of the sample are known by, first what counts more: the keys of their groups, or of all their
        features, in order, and the fold of each.
    n_folds : int
        Rows that the sample does not know are dealt to all of them: one model scores each, as it does each row of the
        sample, from which it is known what the sureness of one model means.
    """

    known: Sequence[tuple[Array, Array]]
    n_folds: int

    @classmethod
    def of(cls, sample: pa.Table, frame: Frame, task: Task, fold: Array, n_folds: int) -> Self:
        """Remember the fold of each row of the sample."""
        known = []
        for keys in _keys(sample, frame, task):
            unique, first = np.unique(keys, return_index=True)
            known.append((unique, fold[first]))
        return cls(tuple(known), n_folds)

    def fold(self, table: pa.Table, frame: Frame, task: Task) -> Array:
        """Return the fold of each row of another table: the models that were fitted without it may score the row."""
        all_keys = _keys(table, frame, task)
        fold = (all_keys[0] % np.uint64(self.n_folds)).astype(np.int64)
        for (known, folds), keys in reversed(list(zip(self.known, all_keys, strict=True))):
            place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            fold = np.where(known[place] == keys, folds[place], fold)
        return fold


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Turns rows into frames with the columns of the sample: lists may be longer or shorter in another batch."""

    task: Task
    owners: tuple[str, ...]

    def frame(self, table: pa.Table) -> Frame:
        """Return the features of some rows."""
        frame = feature_frame(table, self.task.features, self.task)
        if frame.numeric_owners == self.owners:
            return frame
        numeric = np.full((frame.n_rows, len(self.owners)), np.nan, dtype=np.float32)
        mine = np.array(frame.numeric_owners)
        for owner in dict.fromkeys(self.owners):
            into = [place for place, name in enumerate(self.owners) if name == owner]
            columns = np.flatnonzero(mine == owner)[: len(into)]
            numeric[:, into[: len(columns)]] = frame.numeric[:, columns]
        return replace(frame, numeric=numeric, numeric_owners=self.owners)


def scoring_of(scorer: RowScorer, table: pa.Table, task: Task, positions: Array, given: Array) -> Scoring:
    """Return the pass that scores all rows but those of the sample that are scored already, whose target is given."""
    needed = {task.target, task.group, *task.features}
    schema = pa.schema([field for field in table.schema if field.name in needed])
    order = np.argsort(positions)
    return Scoring(scorer=scorer, schema=schema, known=positions[order], given=given[order])


def sampled(table: pa.Table, problem: Problem) -> pa.Table:
    """Return the rows of the sample that a problem is made of."""
    assert problem.rows is not None
    return table.take(pa.array(problem.rows))


def texts(column: pa.ChunkedArray) -> pd.Series[str]:
    """Return a column of classes or groups as text, by which it is known in all batches."""
    return as_texts(pc.if_else(pc.is_nan(column), None, column) if pa.types.is_floating(column.type) else column)


def _keys(table: pa.Table, frame: Frame, task: Task) -> Sequence[Array]:
    """Return numbers per row, equal for rows that no model may learn of one and be asked about the other.

    First those of their groups, where there are any, in which a row without a group is known by its features.
    """
    keys = frame.row_keys()
    if task.group is None:
        return (keys,)
    from pandas.util import hash_array

    groups = texts(table.column(task.group))
    return np.where(groups.notna(), hash_array(groups.fillna("").to_numpy(dtype=object)), keys), keys
