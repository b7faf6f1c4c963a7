"""Tests of ``too-many-features``."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.size.too_many_features import TooManyFeatures, encoded_width
from prefit.profiling.values import RowSample

CHECK = TooManyFeatures()


def genes(n_columns: int, n_rows: int = 62):
    """Return a table of so many numbers and two classes."""
    columns = [numbers(f"g{i}", rows=n_rows) for i in range(n_columns)]
    return evidence(*columns, target=categories("y", [n_rows // 2, n_rows - n_rows // 2]))


def test_more_features_than_rows_warn():
    """Expression of 2,000 genes in 62 samples."""
    found = judged(CHECK, genes(2000))
    assert found.status == "warn"
    assert found.measured == pytest.approx(2000 / 62)


@pytest.mark.parametrize(("n_columns", "expected"), [(62, "pass"), (63, "warn")])
def test_one_feature_per_row_is_the_limit(n_columns, expected):
    """From one feature per row on, a linear model reproduces any labels."""
    assert status(CHECK, genes(n_columns)) == expected


def test_constant_columns_do_not_count():
    """A column that does not vary adds nothing to fit by."""
    dull = [categories(f"c{i}", [62]) for i in range(100)]
    assert judged(CHECK, evidence(*dull, numbers(rows=62), target=categories("y", [31, 31]))) is None


def test_embedding_counts_by_its_length():
    """A list type need not say how long the lists are; the row sample does."""
    column = numbers("vector", rows=200, type="list<item: float>")
    given = evidence(column, kinds={"vector": "embedding"}, target=categories("y", [100, 100]))
    sample = RowSample(pa.table({"vector": [[0.0] * 384]}), np.array([0]))
    found = judged(CHECK, replace(given, profile=replace(given.profile, sample=sample)))
    assert "384 features" in found.message


@pytest.mark.parametrize(
    ("column", "kind", "width"),
    [
        (numbers(), "numeric", 1),
        (categories(counts=[5, 5]), "categorical", 1),
        (categories(counts=[5] * 7), "categorical", 7),
        (categories(counts=[5] * 41), "categorical", 15),
        (categories(counts=[1] * 90), "text", 15),
        (numbers(type="timestamp[us]"), "datetime", 5),
        (numbers(type="fixed_size_list<item: float>[384]"), "embedding", 384),
        (numbers(type="int64"), "id-like", 1),
        (categories(counts=[1] * 90), "id-like", 15),
    ],
)
def test_width_is_that_of_the_encoded_column(column, kind, width):
    """Each kind becomes as many numbers as the vectorizer of the probes makes of it."""
    assert encoded_width(column, kind) == width
