"""Tests of what chance gives, against tables that are drawn."""

from collections import Counter

import numpy as np
import pytest
from tests.checks.builders import categories, numbers

from prefit.checks.chance import repeated_fraction, twin_fraction


def drawn(n_columns: int, n_rows: int, n_values: int, seed: int):
    """Return the columns of a table of independent categories, and its shares of repeated and of twin rows."""
    table = np.random.default_rng(seed).integers(n_values, size=(n_rows, n_columns))
    columns = [categories(f"c{i}", sorted(Counter(column.tolist()).values())) for i, column in enumerate(table.T)]
    counts = np.unique(table, axis=0, return_counts=True)[1]
    return columns, 1 - len(counts) / n_rows, counts[counts > 1].sum() / n_rows


@pytest.mark.parametrize(("n_columns", "n_values"), [(3, 2), (5, 3), (4, 6), (10, 2)])
def test_chance_is_no_less_than_in_independent_columns(n_columns, n_values):
    """Real columns depend on one another, so that the answer lies above that for independent ones."""
    columns, repeated, twins = drawn(n_columns, 2000, n_values, seed=0)
    assert repeated_fraction(columns, 2000) >= repeated - 0.01
    assert twin_fraction(columns, 2000) >= twins - 0.01


def test_measurements_do_not_repeat_by_chance():
    """A column in which most values differ repeats none."""
    columns = [numbers("a"), categories("c", [600, 400])]
    assert repeated_fraction(columns, 1000) == twin_fraction(columns, 1000) == 0.0


def test_many_categorical_columns_hardly_repeat_by_chance():
    """Twenty columns of ten categories have more combinations than any table has rows."""
    columns = [categories(f"c{i}", [100] * 10) for i in range(20)]
    assert repeated_fraction(columns, 1000) < 1e-4


@pytest.mark.parametrize("n_rows", [0, 1])
def test_tiny_tables_have_no_chance_to_repeat(n_rows):
    """No rows, or one, are judged without an error."""
    assert 0 <= repeated_fraction([categories("c", [1] * n_rows)], n_rows) <= 1
    assert 0 <= repeated_fraction([], n_rows) <= 1
