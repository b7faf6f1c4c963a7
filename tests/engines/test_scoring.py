"""Scoring every row where the profile is folded: the same scores on every engine, and what a dead worker costs."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pytest
from tests.engines.parts import N_ROWS, Part, parts, readers, rows

from prefit import engines
from prefit.engines.sections import MOST_SECTIONS, SECTION_ROWS, Section, cut
from prefit.errors import UnreadableInput
from prefit.probes import amount_noise, label_noise
from prefit.probes.labels.every_row import Scores, Scoring
from prefit.profiling.fold import OnMalformed
from prefit.profiling.values import UnreadPartition
from prefit.sources import open_source
from prefit.task import ColumnKind, Task

FEATURES: dict[str, ColumnKind] = {"x": "numeric", "n": "numeric", "text": "text"}
SAMPLED = np.arange(0, N_ROWS, 24)


def scoring_for(target: str, left_out: str = "") -> Scoring:
    """Learn from a sample of the rows, and return the pass that scores all others."""
    found: list[Scoring] = []

    def everywhere(scoring: Scoring) -> Scores:
        found.append(scoring)
        return scoring.empty()

    classes = target == "y"
    features = tuple(name for name in FEATURES if name not in (target, left_out))
    task = Task(
        target=target,
        kind="classification" if classes else "regression",
        features=features,
        kinds={**FEATURES, "y": "categorical"},
    )
    look: Any = label_noise if classes else amount_noise
    look(rows(0, N_ROWS).take(pa.array(SAMPLED)), SAMPLED, task, everywhere=everywhere)
    return found[0]


@pytest.fixture(scope="module")
def of_labels() -> Scoring:
    """Return the pass over labels, from numbers alone: workers load less."""
    return scoring_for("y", left_out="text")


def run(given: Sequence[Part], scoring: Scoring, **options: Any) -> tuple[bytes, list[UnreadPartition]]:
    """Score parts; return the bytes of all scores and what was not read."""
    unread: list[UnreadPartition] = []
    scores = engines.run(given, scoring, on_unread=unread.append, **options).in_order()
    assert not np.isin(scores["positions"], SAMPLED).any()
    return b"".join(column.tobytes() for column in scores.values()), unread


@pytest.mark.parametrize("target", ["y", "x"])
def test_same_scores_for_any_number_of_workers_and_on_a_cluster(target: str, tmp_path: Path) -> None:
    """Of classes and of numbers, with a text among the features."""
    scoring = scoring_for(target)
    expected = run(parts(), scoring, workers=1)
    assert run(parts(marks=tmp_path, meets=2), scoring, workers=2) == expected
    assert len(readers(tmp_path)) == 2
    assert run(parts(), scoring, engine="dask", workers=2) == expected


def test_every_row_is_scored_once(of_labels: Scoring) -> None:
    """But for those of the sample, which are scored by models that have not seen them."""
    scores = engines.run(parts(), of_labels, workers=1).in_order()
    assert sorted([*scores["positions"], *SAMPLED]) == list(range(N_ROWS))


def test_dead_worker_costs_a_retry(of_labels: Scoring, tmp_path: Path) -> None:
    """What it had scored is scored again, and no row is there twice."""
    expected = run(parts(), of_labels, workers=1)
    assert run(parts(marks=tmp_path, p3="kills once"), of_labels, workers=2) == expected


def test_partition_that_keeps_killing_is_named(of_labels: Scoring) -> None:
    """Who does not hear of it gets no scores."""
    with pytest.raises(UnreadableInput, match=r"part 9000 must be readable; got this: it ended 3 workers"):
        engines.run(parts(4, p3="kills"), of_labels, workers=2)


def test_models_are_sent_again_where_all_workers_that_had_them_died(of_labels: Scoring, tmp_path: Path) -> None:
    """The one worker of a cluster dies with its copy."""
    expected = run(parts(4), of_labels, workers=1)
    assert run(parts(4, marks=tmp_path, p1="kills once"), of_labels, engine="dask", workers=1) == expected


def rows_of(sections: Sequence[Any]) -> list[list[int]]:
    """Return what the sections read of a column that holds the number of the row."""
    return [pa.Table.from_batches(section.batches(print))["a"].to_pylist() for section in sections]


@pytest.mark.parametrize("off", [0, -SECTION_ROWS, SECTION_ROWS // 2])
def test_large_partitions_are_cut_for_several_workers(off: int) -> None:
    """Sections read all rows of their partition once, in order, even where it is not known how many there are."""
    n = 3 * SECTION_ROWS + 5
    table = pa.table({"a": np.arange(n)})
    whole = replace(open_source(table.slice(0, 0)).partitions()[0], table=table, size_bytes=8 * n)  # type: ignore[type-var]
    sections = cut([whole], n + off)
    assert {section.name for section in sections} == {whole.name}
    assert len(sections) == (3 if off < 0 else 4)
    assert math.isclose(sum(section.size_bytes for section in sections), whole.size_bytes, abs_tol=4)
    read = rows_of(sections)
    assert [numbers[0] for numbers in read] == [section.first_row for section in sections]
    assert [number for numbers in read for number in numbers] == list(range(n))


def test_huge_partitions_are_cut_into_few_sections() -> None:
    """Each is read from the beginning of its partition."""
    (whole,) = open_source(pa.table({"a": np.arange(10)})).partitions()
    sections = cut([whole], 1_000 * SECTION_ROWS)
    assert len(sections) == MOST_SECTIONS
    assert isinstance(sections[0], Section)


def test_small_partitions_are_not_cut() -> None:
    """Nor is what a database would be asked for once more."""
    given = parts(3)
    assert cut(given, N_ROWS) == given


@dataclass(frozen=True)
class Watched:
    """A long partition whose batches are made one after the other; it says how many are held at once."""

    first_row: int = 0
    name: str = "watched"
    size_bytes: int = 0
    held: ClassVar[list[int]] = []

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield twenty batches, and count the bytes of Arrow that are held before each."""
        for start in range(0, 100_000, 5_000):
            self.held.append(pa.total_allocated_bytes())
            yield pa.Table.from_batches(rows(start, start + 5_000).to_batches()).combine_chunks().to_batches()[0]


def test_the_table_is_not_held(of_labels: Scoring) -> None:
    """What is held of it is a few batches, however many there are; of a row, its scores."""
    few_at_once = replace(of_labels, batch_bytes=1 << 18)
    gc.collect()
    Watched.held.clear()
    scores = few_at_once.folded(Watched(), few_at_once.empty())
    a_batch = rows(0, 5_000).nbytes
    assert max(Watched.held) - Watched.held[0] < 4 * a_batch
    columns = scores.in_order()
    assert scores.n_read == 100_000
    assert len(columns["positions"]) == 100_000 - len(SAMPLED)
    assert sum(column.nbytes for column in columns.values()) <= 24 * 100_000
