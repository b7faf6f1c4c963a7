"""Tests of what annotators say together: agreement, quality, consensus."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from prefit.errors import InputError
from prefit.evidence.annotation import Annotation
from prefit.probes import annotation
from prefit.probes.annotators import agreement
from prefit.probes.annotators import dawid_skene as confusions
from prefit.probes.annotators.agreement import alpha, alpha_interval
from prefit.probes.annotators.dawid_skene import dawid_skene
from prefit.task import Annotators, Task

CLASSES = np.array(["cat", "dog", "owl"])
N_ITEMS = 400
WIDE = Annotators(columns=("ann", "bob", "eve"))


def labels(*accuracies: float, seed: int = 0) -> tuple[np.ndarray[Any, Any], list[np.ndarray[Any, Any]]]:
    """Return true classes, and the labels of annotators who are right so often."""
    random = np.random.default_rng(seed)
    true = random.integers(0, 3, N_ITEMS)
    given = [
        np.where(random.random(N_ITEMS) < accuracy, true, (true + random.integers(1, 3, N_ITEMS)) % 3)
        for accuracy in accuracies
    ]
    return true, given


def annotated(columns: dict[str, Any], annotators: Annotators = WIDE, target: str | None = None) -> Annotation:
    """Look at columns of labels, in rows that are numbered from 500."""
    table = pa.table(columns)
    task = Task(target=target, kind="classification" if target else None, annotators=annotators)
    return annotation(table, np.arange(table.num_rows) + 500, task)


def test_alpha_is_that_of_the_textbook() -> None:
    """Four observers, twelve units, five classes: 0.743 (Krippendorff 2011, Computing Krippendorff's alpha, C)."""
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
    counts = np.array(
        [[sum(value == k for value in unit) for k in range(1, 6)] for unit in zip(*observers, strict=True)]
    )
    assert alpha(counts.astype(float)) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_chance_is_nought_and_its_interval_holds_it() -> None:
    """Two annotators who throw dice agree by chance alone."""
    random = np.random.default_rng(0)
    counts = np.zeros((500, 2))
    for _ in range(2):
        counts[np.arange(500), random.integers(0, 2, 500)] += 1
    low, high = alpha_interval(counts, seed=0)
    assert low < 0 < high
    assert low < alpha(counts) < high


def test_accuracies_are_found_without_the_truth() -> None:
    """The intervals hold how often each annotator is right, and the careless one comes first."""
    true, given = labels(0.95, 0.9, 0.6)
    found = annotated({name: CLASSES[label] for name, label in zip(WIDE.columns, given, strict=True)})
    assert [each.name for each in found.annotators] == ["eve", "bob", "ann"]
    for each, label in zip(found.annotators, (given[2], given[1], given[0]), strict=True):
        assert each.accuracy == pytest.approx((label == true).mean(), abs=0.05)
        assert each.low < each.accuracy < each.high


def test_consensus_is_better_than_the_majority() -> None:
    """Two careless annotators do not outvote a careful one on the items where they happen to agree."""
    true, given = labels(0.97, 0.5, 0.5)
    found = annotated({name: CLASSES[label] for name, label in zip(WIDE.columns, given, strict=True)})
    votes = np.stack([np.bincount(row, minlength=3) for row in np.stack(given, axis=1)])
    right = np.array(found.classes)[found.consensus.label] == CLASSES[true]
    assert right.mean() > (votes.argmax(axis=1) == true).mean() + 0.05
    assert found.consensus.positions.tolist() == list(range(500, 500 + N_ITEMS))


def test_target_that_all_contradict_is_told() -> None:
    """Ten rows whose target was changed are those that the consensus contradicts."""
    true, given = labels(0.97, 0.97, 0.97)
    target = true.copy()
    target[:10] = (target[:10] + 1) % 3
    columns = {name: CLASSES[label] for name, label in zip(WIDE.columns, given, strict=True)}
    found = annotated(columns | {"y": CLASSES[target]}, target="y")
    told = set(found.consensus.positions[found.contradicted].tolist())
    assert len(told & set(range(500, 510))) >= 9
    assert len(told) <= 12


def test_a_table_of_annotations_says_the_same_as_columns() -> None:
    """Whether each row is an item or an annotation does not matter."""
    _, given = labels(0.9, 0.9, 0.7)
    wide = annotated({name: CLASSES[label] for name, label in zip(WIDE.columns, given, strict=True)})
    rows = {
        "image": np.tile(np.arange(N_ITEMS), 3),
        "who": np.repeat(WIDE.columns, N_ITEMS),
        "answer": CLASSES[np.concatenate(given)],
    }
    long = annotated(rows, Annotators(columns=("image", "who", "answer"), long=True))
    assert long.alpha == pytest.approx(wide.alpha)
    assert [each.name for each in long.annotators] == [each.name for each in wide.annotators]
    assert long.consensus.label[:N_ITEMS].tolist() == wide.consensus.label.tolist()


def test_missing_labels_are_no_labels() -> None:
    """Items that nobody labelled have no consensus; those with one label do not count for the agreement."""
    found = annotated({"ann": ["a", "b", None, "a"], "bob": ["a", "b", None, ""], "eve": [None, "b", None, None]})
    assert (found.n_items, found.n_labels) == (2, 6)
    assert found.consensus.positions.tolist() == [500, 501, 503]


def test_numbers_are_the_same_label_as_integers_and_as_floats() -> None:
    """A column with gaps is read as floating point; 1.0 is 1."""
    found = annotated({"ann": [1, 2, 1], "bob": [1.0, 2.0, None], "eve": ["1", "2", "1"]})
    assert found.classes == ("1", "2")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"ann": ["a", None], "bob": [None, "b"], "eve": [None, None]}, "no item with two labels"),
        ({name: np.arange(150) / 7 for name in WIDE.columns}, "at most 100 classes apart; got 150"),
    ],
)
def test_what_cannot_be_compared_is_refused(columns: dict[str, Any], message: str) -> None:
    """With what was found."""
    with pytest.raises(InputError, match=message):
        annotated(columns)


def test_equally_good_annotators_are_not_told_apart() -> None:
    """Of 300 the worst looks bad by chance; the bounds of all of them together hold what all of them reach."""
    alone = together = 0
    for seed in range(5):
        random = np.random.default_rng(seed)
        item, who = np.repeat(np.arange(2000), 3), random.permutation(np.arange(6000) % 300)
        true = random.integers(0, 2, 2000)[item]
        rows = {"image": item, "who": who, "answer": np.where(random.random(6000) < 0.85, true, 1 - true)}
        found = annotated(rows, Annotators(columns=("image", "who", "answer"), long=True))
        mean = sum(each.n_labels * each.accuracy for each in found.annotators) / found.n_labels
        alone += any(mean - each.high > 0.1 for each in found.annotators)
        together += any(mean - each.highest > 0.1 for each in found.annotators)
    assert (alone > 1, together) == (True, 0)


def test_many_annotators_of_many_classes_are_cheap() -> None:
    """Each knows few of the classes: a table of all confusions of all annotators would take 4 GB."""
    random = np.random.default_rng(0)
    item, who = np.arange(50_000) // 2, np.arange(50_000)
    started = time.process_time()
    posterior = dawid_skene(item, who, random.integers(0, 100, 50_000)[item], 100)
    assert time.process_time() - started < 60
    assert posterior.sum(axis=1) == pytest.approx(np.ones(25_000))


def test_posterior_is_that_of_bayes() -> None:
    """At the end each item has the probabilities that shares and confusions give it, once more computed one by one."""
    _, given = labels(0.9, 0.8, 0.6)
    item, who, label = np.tile(np.arange(N_ITEMS), 3), np.repeat(np.arange(3), N_ITEMS), np.concatenate(given)
    posterior = dawid_skene(item, who, label, 3)
    counts = np.full((3, 3, 3), 0.5) + 1.5 * np.eye(3)
    for k in range(len(item)):
        counts[who[k], :, label[k]] += posterior[item[k]]
    confusion = counts / counts.sum(axis=2, keepdims=True)
    expected = np.tile((posterior.sum(axis=0) + 1) / (N_ITEMS + 3), (N_ITEMS, 1))
    for k in range(len(item)):
        expected[item[k]] *= confusion[who[k], :, label[k]]
    assert posterior == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=1e-4)


def test_of_too_many_labels_some_tell_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Confusions are learnt from some items, and the consensus of all others is as good."""
    true, given = labels(0.9, 0.85, 0.8, 0.6)
    item, who = np.tile(np.arange(N_ITEMS), 4), np.repeat(np.arange(4), N_ITEMS)
    of_all = dawid_skene(item, who, np.concatenate(given), 3)
    monkeypatch.setattr(confusions, "MOST_WORK", 3 * 5 * 4 * N_ITEMS // 2)  # half of the items
    of_some = dawid_skene(item, who, np.concatenate(given), 3)
    assert of_some.shape == of_all.shape
    assert (of_some.argmax(axis=1) == of_all.argmax(axis=1)).mean() > 0.95
    assert (of_some.argmax(axis=1) == true).mean() > 0.9


def test_interval_of_many_items_is_that_of_few_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items that are drawn together vary as much as those that are drawn alone."""
    random = np.random.default_rng(0)
    counts = np.zeros((4_000, 2))
    true = random.integers(0, 2, 4_000)
    for _ in range(3):
        counts[np.arange(4_000), np.where(random.random(4_000) < 0.8, true, 1 - true)] += 1
    low, high = alpha_interval(counts, seed=0)
    monkeypatch.setattr(agreement, "MOST_BLOCKS", 10_000)
    alone_low, alone_high = alpha_interval(counts, seed=0)
    assert high - low == pytest.approx(alone_high - alone_low, rel=0.15)


def test_empty_texts_and_unused_categories_are_no_classes() -> None:
    """A category that no row has does not count, nor does a blank."""
    coded = pa.DictionaryArray.from_arrays([0, 1, 1, None], ["cat", "dog", *map(str, range(200))])
    found = annotated({"ann": coded, "bob": [" cat", "dog ", "cat", " "], "eve": ["cat", "dog", "dog", "cat"]})
    assert found.classes == ("cat", "dog")
    assert found.n_labels == 10
