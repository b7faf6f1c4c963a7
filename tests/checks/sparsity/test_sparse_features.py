"""Tests of ``sparse-features``."""

import pytest
from tests.checks.builders import evidence, indicator, judged, numbers, status

from prefit.checks.sparsity.sparse_features import SparseFeatures

CHECK = SparseFeatures()


def words(n_ones: int, n_words: int = 50, n_dense: int = 2):
    """Return a table of rare words beside some measurements."""
    sparse = [indicator(f"w{i}", n_ones) for i in range(n_words)]
    return evidence(*sparse, *(numbers(f"x{i}") for i in range(n_dense)))


def test_word_counts_warn():
    """Words that stand in 2 % of the documents are sparse."""
    found = judged(CHECK, words(20))
    assert found.status == "warn"
    assert len(found.columns) == 50
    assert "50 of 52 numeric features" in found.message


@pytest.mark.parametrize(("n_ones", "expected"), [(49, "warn"), (50, "pass"), (500, "pass")])
def test_one_batch_in_five_is_the_limit(n_ones, expected):
    """At 5 % non-zeros one batch of 32 rows in five has none."""
    assert status(CHECK, words(n_ones)) == expected


def test_some_rare_flags_are_no_sparse_table():
    """Sparsity is judged for the table: three rare flags among ten measurements are normal."""
    assert judged(CHECK, words(10, n_words=3, n_dense=10)) is None


def test_missing_values_are_no_zeros():
    """A column with few values is missing-values' matter."""
    assert judged(CHECK, evidence(*(numbers(f"x{i}", n_null=990) for i in range(10)))) is None
