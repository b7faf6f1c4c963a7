"""Tests of the probe of the order of the rows."""

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import amount_task, label_task, labelled, measured

from prefit.evidence import RowOrder
from prefit.probes import row_order
from prefit.task import Task


def classes(labels: np.ndarray) -> RowOrder:
    """Measure the order of these labels."""
    table = pa.table({"x": np.zeros(len(labels)), "label": labels.astype(str)})
    return row_order(table, Task(target="label", kind="classification", features=("x",), kinds={"x": "numeric"}))


def order_of(values: np.ndarray) -> RowOrder:
    """Measure the order of these numbers."""
    table = pa.table({"x": np.zeros(len(values)), "amount": values})
    return row_order(table, Task(target="amount", kind="regression", features=("x",), kinds={"x": "numeric"}))


def test_one_class_after_the_other_is_seen():
    """The position tells the class, and a fifth of the rows lacks two of three classes for the most part."""
    found = classes(np.repeat(["a", "b", "c"], 200))
    assert found.low > 0.95
    assert found.classes_missed == pytest.approx(8 / 15)


def test_sorted_numbers_are_seen():
    """A file sorted by the number to predict is ordered by it."""
    found = row_order(measured(600).sort_by("amount"), amount_task())
    assert found.low > 0.9
    assert found.classes_missed is None


@pytest.mark.parametrize("n", [40, 300, 5000])
@pytest.mark.parametrize("seed", range(3))
def test_random_order_says_nothing(n: int, seed: int):
    """Neither classes nor numbers in random order can be told by their position."""
    assert row_order(labelled(n, seed=seed), label_task(), seed).low < 0.5
    assert row_order(measured(n, seed=seed), amount_task(), seed).low < 0.1


def test_rare_class_in_random_order_is_not_missed():
    """A block lacks a rare class by chance, and that is allowed for."""
    labels = np.random.default_rng(0).permutation(np.repeat(["a", "b"], [970, 30]))
    assert classes(labels).classes_missed < 0.1


def test_drift_is_less_than_a_sorted_file():
    """A class that grows from none to all over the table is half as predictable."""
    rng = np.random.default_rng(1)
    found = classes(np.where(rng.random(4000) < np.linspace(0, 1, 4000), "a", "b"))
    assert 0.4 < found.skill < 0.6
    assert found.classes_missed < 0.05


def test_short_runs_are_no_order():
    """Classes that come again and again in every part of the table harm no split."""
    assert classes(np.tile(np.repeat(["a", "b"], 5), 100)).low < 0.3


def test_order_of_a_date_is_recognized():
    """Rows sorted by a date column are in the order of time, whether the dates are dates or texts."""
    days = np.datetime64("2024-01-01") + np.arange(400)
    table = pa.table({"day": days.astype(str), "label": np.repeat(["a", "b"], 200)})
    task = Task(target="label", kind="classification", features=("day",), kinds={"day": "datetime"})
    assert row_order(table, task).sorted_by == "day"
    assert row_order(table.set_column(0, "day", pa.array(days)), task).sorted_by == "day"
    mixed = pa.array(np.random.default_rng(0).permutation(days))
    assert row_order(table.set_column(0, "day", mixed), task).sorted_by is None


def test_sorted_numbers_with_rows_out_of_place_are_in_order():
    """A long tail, and a tenth of the rows moved, leave nine tenths in order; drift with noise puts few in order."""
    rng = np.random.default_rng(0)
    values = np.sort(rng.lognormal(0, 2, 1000))
    moved = rng.random(1000) < 0.1
    values[moved] = rng.permutation(values[moved])
    found = order_of(values)
    assert found.low > 0.6
    assert 0.88 < found.in_order < 0.96
    drift = order_of(np.arange(1000) + rng.normal(0, 150, 1000))
    assert drift.skill > 0.6
    assert drift.in_order < 0.35


def test_classes_of_a_feature_grid_change_as_by_chance():
    """A rare class in one part of a full factorial design stands between others; in a sorted file it does not."""
    place = np.arange(1600)
    grid = classes(np.where((place >= 1200) & (place % 8 == 0), "a", "b"))
    assert grid.changes > 0.9
    assert classes(np.repeat(["a", "b"], [50, 1550])).changes < 0.05
