"""Tests of ``sparse-features``."""

from dataclasses import replace

import pytest
from tests.checks.builders import evidence, indicator, judged, numbers, status
from tests.checks.test_support import by_class

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


def test_a_wide_table_is_one_finding_with_its_support():
    """Of thousands of almost empty columns it says how many have how little, and what to drop."""
    given = evidence(*(indicator(f"w{i}", 1 + i % 8) for i in range(2_000)))
    given = replace(given, profile=replace(given.profile, n_hollow_rows=120))
    found = judged(CHECK, given)
    assert "1,000 of them are non-zero in fewer than 5 rows" in found.message
    assert "120 rows have no non-zero value" in found.message
    assert found.remedy.startswith("Drop the 1,000 features")


def test_classes_that_see_next_to_nothing_are_counted():
    """The finding says what the zeros leave for a small class."""
    found = judged(CHECK, by_class([[18, 2]] * 6, [970, 30]))
    assert "in 1 class most of the others have as few, too (100 % of them in one of 30 rows)" in found.message
