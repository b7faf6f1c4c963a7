"""A random subset of the rows loses no class."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from tests.probes.tables import label_task, labelled

from prefit.probes.draw import draw
from prefit.probes.problem import make_problem


def test_rare_class_is_kept() -> None:
    """All 15 rows of one, and 20 of another, of 100,000."""
    target = np.zeros(100_000, dtype=np.int64)
    target[::7_000] = 1
    target[1::1_000] = 2
    drawn = draw(target, 3, 2_000)
    assert len(np.unique(drawn)) == 2_000
    assert np.bincount(target[drawn])[1] == 15
    assert np.bincount(target[drawn])[2] >= 20


def test_draw_of_even_classes_is_uniform() -> None:
    """Where each class has its rows anyway, they are those of a plain draw."""
    target = np.arange(1_000) % 2
    assert np.array_equal(draw(target, 2, 300, seed=4), np.sort(np.random.default_rng(4).permutation(1_000)[:300]))


def test_more_classes_than_rows_lose_some() -> None:
    """The number of rows holds all the same."""
    assert len(draw(np.arange(100), 100, 10)) == len(draw(np.arange(100) / 7, 0, 10)) == 10


def test_problem_keeps_classes_where_it_is_asked_to() -> None:
    """Of 6 rows in 30,000 a plain draw of 500 has none, as a rule."""
    label = ["often"] * 30_000
    label[::5_000] = ["seldom"] * 6
    table = pa.concat_tables([labelled(100)] * 300)
    table = table.set_column(table.schema.get_field_index("label"), "label", pa.array(label))
    kept = make_problem(table, label_task(), max_rows=500, keep_classes=True)
    assert kept.n_rows == 500
    assert np.bincount(kept.target, minlength=2).min() == 6
