"""What the measurements say of the rows that they did not see."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from tests.profiling.tables import profile

from prefit.config import make_options
from prefit.measure.curves import measure_curves
from prefit.task import Task


def test_classes_that_the_sample_misses_are_named() -> None:
    """Two rows of a class in 5,000 are in no sample of 200: the forecast must not pass for one of three classes."""
    x = np.random.default_rng(0).normal(size=5_000)
    label = np.where(np.arange(5_000) < 2, "rare", np.where(x > 0, "a", "b"))
    found = profile(pa.table({"x": x, "y": label}), "y", sample_rows=200)
    task = Task(target="y", kind="classification", features=("x",), kinds={"x": "numeric", "y": "categorical"})
    curves = measure_curves(found, task, make_options({"target": "y", "budget": 1}), lambda _share: None)
    assert curves.left_out[0] == "1 of 3 classes: no row of theirs is in the row sample."
