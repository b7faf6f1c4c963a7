"""Tests of what folds and classes see of rare values."""

from dataclasses import replace

import numpy as np
import pytest
from tests.checks.builders import categories, evidence, indicator

from prefit.checks.support import absent_from_a_fold, folds_without, sparse_features, thin_classes
from prefit.evidence import Evidence
from prefit.profiling.values import ClassSupport


def by_class(counts: list[list[int]], class_rows: list[int]) -> Evidence:
    """Return a table of rare flags whose non-zero rows lie in the classes like this, one list for each flag."""
    rows = sum(class_rows)
    flags = [indicator(f"w{i}", sum(of_flag), rows=rows) for i, of_flag in enumerate(counts)]
    given = evidence(*flags, target=categories("y", class_rows))
    support = ClassSupport(given.task.features, np.array(class_rows), np.array(counts))
    return replace(given, profile=replace(given.profile, class_support=support))


@pytest.mark.parametrize("n_rows", [1, 3, 5, 12])
def test_folds_are_as_likely_to_be_empty_as_in_a_simulation(n_rows):
    """Both figures agree with rows dealt to five folds at random."""
    dealt = np.random.default_rng(0).integers(0, 5, (20_000, n_rows))
    n_empty = sum((dealt != fold).all(axis=1).astype(int) for fold in range(5))
    assert folds_without(n_rows) == pytest.approx(n_empty.mean(), abs=0.03)
    assert absent_from_a_fold(n_rows) == pytest.approx((n_empty > 0).mean(), abs=0.02)


def test_a_small_class_that_sees_no_feature_is_named():
    """Thirty rows in a class, and of the words that 2 % of all rows have next to none."""
    given = by_class([[18, 2]] * 6, [970, 30])
    found = thin_classes(given, sparse_features(given), 5)
    assert [(thin.rank, thin.n_rows, thin.share, len(thin.features)) for thin in found] == [(2, 30, 1.0, 6)]


def test_a_large_class_without_a_feature_is_told_by_it():
    """Where many non-zero rows had to be expected in a class, their absence says something."""
    given = by_class([[20, 0]] * 6, [500, 500])
    assert thin_classes(given, sparse_features(given), 5) == []


def test_a_class_of_few_rows_is_not_judged_by_its_features():
    """With nine rows it is the class that is rare."""
    given = by_class([[20, 0]] * 6, [991, 9])
    assert thin_classes(given, sparse_features(given), 5) == []
