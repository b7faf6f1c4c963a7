"""Rows to train on, made from a seed."""

from __future__ import annotations

import numpy as np

from prefit.probes.training.rows import Rows


def of_classes(n_rows: int = 400, *, seed: int = 0) -> Rows:
    """Return two classes that a line through standard normal inputs tells apart, but for some noise."""
    random = np.random.default_rng(seed)
    inputs = random.standard_normal((n_rows, 5)).astype(np.float32)
    score = inputs[:, 0] - inputs[:, 1] + 0.5 * random.standard_normal(n_rows)
    return Rows(inputs, (score > 0).astype(np.int64), 2)


def of_numbers(n_rows: int = 400, *, seed: int = 0) -> Rows:
    """Return numbers that are a sum of standard normal inputs, around 100, with some noise."""
    random = np.random.default_rng(seed)
    inputs = random.standard_normal((n_rows, 5)).astype(np.float32)
    return Rows(inputs, 100 + 3 * inputs[:, 0] - inputs[:, 1] + 0.5 * random.standard_normal(n_rows), 0)
