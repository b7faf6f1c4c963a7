"""Tests of the search for wrong labels in a row sample."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import label_task, labelled

from prefit.errors import InputError
from prefit.probes import label_noise
from prefit.probes.labels.noise import _problem

TASK = label_task("signal", "colour", "flag")


def spoilt(table: pa.Table, rate: float) -> tuple[pa.Table, np.ndarray]:
    """Turn a share of the labels over, and say which."""
    rng = np.random.default_rng(5)
    wrong = rng.random(table.num_rows) < rate
    labels = np.array(table["label"].to_pylist())
    turned = np.where(wrong, np.where(labels == "yes", "no", "yes"), labels)
    return table.set_column(table.column_names.index("label"), "label", pa.array(turned)), wrong


def test_wrong_labels_are_counted_and_found() -> None:
    """Rows to act on are known by their place in the whole table, and by the label that they should have."""
    table, wrong = spoilt(labelled(1_000, noise=0.05), 0.1)
    found = label_noise(table, np.arange(1_000) + 7_000, TASK)
    assert found.low <= wrong.mean() <= found.high
    act = found.suspects.tier == 2
    assert wrong[found.suspects.positions[act] - 7_000].mean() > 0.85
    assert act.sum() > 0.8 * wrong.sum()
    assert set(found.classes) == {"yes", "no"}
    assert (found.suspects.given[act] != found.suspects.suggested[act]).mean() == 1
    labels = np.array(table["label"].to_pylist())[found.suspects.positions - 7_000]
    assert (np.array(found.classes)[found.suspects.given] == labels).all()


def test_clean_labels_have_hardly_a_suspect() -> None:
    """Neither where the task is easy, nor where the classes overlap."""
    for noise in (0.05, 1.0):
        found = label_noise(labelled(1_000, noise=noise), np.arange(1_000), TASK)
        assert found.low < 0.005
        assert (found.suspects.tier == 2).mean() <= 0.005


def test_suspects_come_first() -> None:
    """The score falls from row to row, and every row is there once."""
    table, _ = spoilt(labelled(400, noise=0.05), 0.1)
    suspects = label_noise(table, np.arange(400), TASK).suspects
    assert (np.diff(suspects.score) <= 0).all()
    assert sorted(suspects.positions) == list(range(400))


def test_a_rare_class_is_not_declared_wrong_as_a_whole() -> None:
    """Models that never predict it contradict all of its labels."""
    table = labelled(2_000, noise=0.05, minority=0.01)
    task = label_task("flag", "noise")
    suspects = label_noise(table, np.arange(2_000), task).suspects
    rare = suspects.given == np.bincount(suspects.given).argmin()
    assert (suspects.tier[rare] > 0).mean() <= 0.5


@pytest.mark.parametrize("n_rows", [12, 49])
def test_few_rows_are_refused(n_rows: int) -> None:
    """Nothing can be learnt out of fold from them."""
    with pytest.raises(InputError, match="rows must be 50 or more"):
        label_noise(labelled(n_rows), np.arange(n_rows), TASK)


def flags(rule: str) -> pa.Table:
    """Return 800 rows of which two flags determine the label."""
    first, second = np.random.default_rng(0).integers(0, 2, (2, 800))
    label = {"xor": first ^ second, "and": first & second}[rule]
    return pa.table({"colour": first, "flag": second, "label": label})


def lookup() -> pa.Table:
    """Return 2,000 rows of which one category of ten levels determines the label."""
    level = np.random.default_rng(0).integers(0, 10, 2_000)
    return pa.table({"colour": [f"level {k}" for k in level], "flag": [None] * 2_000, "label": level < 3})


@pytest.mark.parametrize("table", [flags("xor"), flags("and"), lookup()], ids=["xor", "and", "lookup"])
def test_right_labels_of_few_distinct_rows_are_not_doubted(table: pa.Table) -> None:
    """A model must have seen a combination of features to know what follows from it."""
    found = label_noise(table, np.arange(table.num_rows), label_task("colour", "flag"))
    assert found.mean < 0.001
    assert not (found.suspects.tier == 2).any()


def test_a_rule_that_no_model_learns_is_no_noise() -> None:
    """Whether an even number of eight flags is set differs from what it is of all similar rows."""
    bits = np.random.default_rng(0).integers(0, 2, (500, 8))
    names = [f"flag {k}" for k in range(8)]
    table = pa.table(dict(zip(names, bits.T, strict=True)) | {"label": bits.sum(axis=1) % 2})
    assert label_noise(table, np.arange(500), label_task(*names)).low == 0


def test_wrong_labels_of_few_distinct_rows_are_found() -> None:
    """Their twins contradict them."""
    table = flags("xor")
    wrong = np.random.default_rng(1).random(800) < 0.1
    table = table.set_column(2, "label", pa.array(np.where(wrong, 1 - table["label"].to_numpy(), table["label"])))
    found = label_noise(table, np.arange(800), label_task("colour", "flag"))
    assert found.low <= wrong.mean() <= found.high
    assert wrong[found.suspects.positions[found.suspects.tier == 2]].mean() > 0.9


def test_rows_that_nothing_tells_apart_are_refused() -> None:
    """Features that are all equal, and rows of a single group, are no ground to doubt a label on."""
    table = labelled(100)
    empty = table.set_column(0, "signal", pa.nulls(100, pa.float64()))
    with pytest.raises(InputError, match="features must tell some rows from others"):
        label_noise(empty, np.arange(100), label_task("signal"))
    grouped = table.append_column("site", pa.array(["here"] * 100))
    with pytest.raises(InputError, match="group column must hold two groups"):
        label_noise(grouped, np.arange(100), label_task("signal", group="site"))


def test_two_groups_are_judged_by_each_other() -> None:
    """Three of the five parts are empty."""
    table = labelled(200).append_column("site", pa.array(["here", "there"] * 100))
    assert label_noise(table, np.arange(200), label_task("signal", group="site")).n_rows == 200


def test_fewer_rows_are_looked_at_where_classes_are_many() -> None:
    """As many of each class as can be learnt."""
    labels = np.arange(8_000) % 200
    table = pa.table({"signal": labels + np.random.default_rng(0).normal(size=8_000), "label": labels})
    assert _problem(table, label_task("signal"), 0, 1.0).n_rows == 4_000
