"""Tests of scoring all rows of a table with the models of a sample of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import label_task, labelled

from prefit.evidence.labels import LabelNoise
from prefit.probes import label_noise
from prefit.probes.labels import every_row
from prefit.probes.labels.every_row import Everywhere

TASK = label_task("signal", "colour", "flag")


@dataclass(frozen=True)
class Part:
    """A partition that is held in memory, read in batches of some rows."""

    table: pa.Table
    first_row: int
    name: str = "part"
    size_bytes: int = 0

    def batches(self, _on_malformed: Any) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order."""
        yield from self.table.to_batches(max_chunksize=190)


def spoilt(n: int, **how: Any) -> tuple[pa.Table, np.ndarray]:
    """Turn a tenth of the labels over, and say which."""
    table = labelled(n, noise=0.05, **how)
    wrong = np.random.default_rng(5).random(n) < 0.1
    labels = np.array(table["label"].to_pylist())
    turned = np.where(wrong, np.where(labels == "yes", "no", "yes"), labels)
    return table.set_column(table.column_names.index("label"), "label", pa.array(turned)), wrong


def parts(table: pa.Table) -> Sequence[Part]:
    """Cut a table into two partitions."""
    middle = table.num_rows // 2
    return [Part(table.slice(0, middle), 0), Part(table.slice(middle), middle)]


def over(partitions: Sequence[Part]) -> Everywhere:
    """Run a pass over some partitions here, one after the other."""
    return lambda scoring: reduce(lambda scores, part: scoring.folded(part, scores), partitions, scoring.empty())


def scored(table: pa.Table, task: Any = TASK, n_sampled: int = 400) -> LabelNoise:
    """Score all rows of a table with models of every so-and-so-many-th."""
    rows = np.arange(0, table.num_rows, table.num_rows // n_sampled)
    return label_noise(table.take(pa.array(rows)), rows, task, everywhere=over(parts(table)))


def test_every_row_is_scored_once_and_wrong_labels_are_found() -> None:
    """Those that are not in the sample as well as those that are."""
    table, wrong = spoilt(2_000)
    suspects = scored(table).suspects
    assert sorted(suspects.positions) == list(range(2_000))
    assert (np.diff(suspects.score) <= 0).all()
    act = suspects.positions[suspects.tier == 2]
    assert wrong[act].mean() > 0.85
    assert len(act) > 0.8 * wrong.sum()


def test_given_labels_are_those_of_the_rows() -> None:
    """Numbers of classes mean the same in the sample and out of it."""
    table, _ = spoilt(1_000)
    found = scored(table)
    labels = np.array(table["label"].to_pylist())[found.suspects.positions]
    assert (np.array(found.classes)[found.suspects.given] == labels).all()


def test_rows_without_a_label_or_of_an_unknown_class_are_left_out() -> None:
    """Nothing is known of them."""
    table, _ = spoilt(1_000)
    labels = table["label"].to_pylist()
    labels[1], labels[601] = None, "perhaps"  # neither is in the sample
    table = table.set_column(table.column_names.index("label"), "label", pa.array(labels))
    assert set(range(1_000)) - set(scored(table).suspects.positions.tolist()) == {1, 601}


def test_copies_of_sampled_rows_are_scored_by_models_that_have_not_seen_them() -> None:
    """Labels drawn at random stay unknown, though each row is in the sample and three times beside it."""
    rng = np.random.default_rng(0)
    once = labelled(300).set_column(5, "label", pa.array(rng.choice(["yes", "no"], 300)))
    table = pa.concat_tables([once] * 4)
    found = label_noise(once, np.arange(300), label_task(), everywhere=over(parts(table))).suspects
    beside = found.positions >= 300
    assert 0.3 < (found.given == found.suggested)[beside].mean() < 0.7


def test_groups_of_the_sample_are_scored_by_models_that_have_not_seen_them() -> None:
    """A feature that names the group tells nothing of its other rows."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(40), 20)
    table = pa.table(
        {
            "signal": group + rng.normal(scale=0.01, size=800),
            "remark": [f"group {number}" for number in group],
            "label": rng.choice(["yes", "no"], 40)[group],
        }
    )
    right = []
    for task in (label_task("signal"), label_task("signal", group="remark")):
        suspects = scored(table, task).suspects
        beside = suspects.positions % 2 == 1
        right.append((suspects.given == suspects.suggested)[beside].mean())
    assert right[0] > 0.9
    assert right[1] < 0.7


def test_numbers_as_labels_and_missing_ones_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few rows are scored at once; NaN is no class."""
    monkeypatch.setattr(every_row, "BATCH_CELLS", 1_000)
    table, wrong = spoilt(800)
    numbers = np.where(np.array(table["label"].to_pylist()) == "yes", 1.0, 0.0)
    numbers[1] = np.nan
    found = scored(table.set_column(table.column_names.index("label"), "label", pa.array(numbers)))
    assert sorted(found.suspects.positions) == [0, *range(2, 800)]
    assert wrong[found.suspects.positions[found.suspects.tier == 2]].mean() > 0.8
    assert set(found.classes) == {0.0, 1.0}


def test_batches_without_a_known_label_are_passed_over() -> None:
    """Labels may be missing in the whole of a file."""
    table, _ = spoilt(1_000)
    labels = table["label"].to_pylist()
    table = table.set_column(table.column_names.index("label"), "label", pa.array([*labels[:500], *[None] * 500]))
    assert sorted(scored(table).suspects.positions) == list(range(500))


def test_right_labels_of_few_distinct_rows_are_not_doubted_beside_the_sample() -> None:
    """The exclusive or of two flags: models know all four combinations."""
    first, second = np.random.default_rng(0).integers(0, 2, (2, 1_600))
    found = scored(pa.table({"colour": first, "flag": second, "label": first ^ second}), label_task("colour", "flag"))
    assert len(found.suspects.positions) == 1_600
    assert not (found.suspects.tier == 2).any()


def test_rows_of_the_sample_keep_their_scores_out_of_fold() -> None:
    """The pass leaves them out: what has learnt from a row does not judge it."""
    table, _ = spoilt(1_200)
    rows = np.arange(0, 1_200, 3)
    alone = label_noise(table.take(pa.array(rows)), rows, TASK).suspects
    among = scored(table).suspects
    of_sample = np.isin(among.positions, rows)
    assert among.positions[of_sample].tolist() == pytest.approx(alone.positions.tolist())
    assert among.score[of_sample] == pytest.approx(alone.score, abs=1e-6)


def test_texts_that_repeat_across_rows_are_no_way_around_the_folds() -> None:
    """Labels drawn for each text are learnt with it, but not told of its other rows where it is the group."""
    rng = np.random.default_rng(0)
    words = np.array([f"{a} {b}" for a in ("red", "blue", "green", "grey") for b in ("cat", "dog", "owl", "fox")] * 4)
    text = np.char.add(words, [f" {k // 16}" for k in range(64)])
    drawn = rng.permutation(np.repeat(np.arange(64), 20))
    label = np.array(["yes", "no"])[rng.permutation(64) % 2][drawn]
    table = pa.table({"remark": text[drawn], "signal": rng.normal(size=1_280), "label": label})
    suspects = scored(table, label_task("remark", "signal", group="remark")).suspects
    beside = suspects.positions % 3 != 0
    assert 0.3 < (suspects.given == suspects.suggested)[beside].mean() < 0.7


def worded(n: int) -> tuple[pa.Table, np.ndarray]:
    """Return texts and vectors of several lengths that tell the label, and which labels are turned over."""
    rng = np.random.default_rng(0)
    right, wrong = rng.integers(0, 2, n), rng.random(n) < 0.1
    words = (["lovely", "fine", "warm", "kind"], ["dreary", "stale", "cold", "rude"])
    texts = [" ".join([*rng.choice(words[kind], 3), f"number {row}"]) for row, kind in enumerate(right)]
    vectors = [list(rng.normal(kind, 0.4, 3 + (row > n // 2))) for row, kind in enumerate(right)]
    label = np.array(["no", "yes"])[np.where(wrong, 1 - right, right)]
    return pa.table({"remark": texts, "vector": vectors, "label": label}), wrong


@pytest.mark.parametrize("features", [("remark",), ("vector",), ("remark", "vector")])
def test_texts_and_vectors_tell_wrong_labels_in_all_rows(features: tuple[str, ...]) -> None:
    """Vectors that are longer further on are taken as far as the models know them; the cut of the rows is no matter."""
    table, wrong = worded(1_200)
    task = replace(label_task(*features), kinds={"remark": "text", "vector": "embedding", "label": "categorical"})
    found = scored(table, task, n_sampled=300).suspects
    act = found.positions[found.tier == 2]
    assert wrong[act].mean() > 0.8
    assert len(act) > 0.7 * wrong.sum()
    rows = np.arange(0, 1_200, 4)
    pieces = [Part(table.slice(start, 75), start) for start in range(0, 1_200, 75)]
    again = label_noise(table.take(pa.array(rows)), rows, task, everywhere=over(pieces)).suspects
    assert (again.positions == found.positions).all()
    assert (again.score == found.score).all()
