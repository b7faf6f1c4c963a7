"""Tests of ``missing-values``."""

from dataclasses import replace

import numpy as np
import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.sparsity.missing_values import MissingValues
from prefit.profiling.values import CoMissing

CHECK = MissingValues()


def test_mostly_empty_columns_warn():
    """All mostly empty columns are one finding, the emptiest first."""
    found = judged(CHECK, evidence(numbers("a", n_null=600), numbers("b", n_nan=900), numbers("c", n_null=50)))
    assert (found.status, found.columns, found.measured) == ("warn", ("b", "a"), 0.9)


@pytest.mark.parametrize(("n_null", "expected"), [(0, "pass"), (50, "pass"), (500, "pass"), (501, "warn")])
def test_half_is_the_limit(n_null, expected):
    """Below one half the filled-in value need not be the most frequent one."""
    assert status(CHECK, evidence(numbers(n_null=n_null))) == expected


def test_blank_texts_are_missing():
    """Empty and blank texts count like null."""
    assert judged(CHECK, evidence(categories("c", [100], n_empty=500, n_blank=400))).measured == 0.9


def test_column_without_any_value_is_counted():
    """An empty column is named as such, also where its type is unsupported."""
    empty = numbers("e", type="null", n_null=1000)
    found = judged(CHECK, evidence(empty, numbers("x")))
    assert found.columns == ("e",)
    assert "1 column without any value" in found.message


def test_target_and_dropped_columns_are_not_features():
    """Missing labels are another check's matter, and what is dropped does no harm."""
    given = evidence(numbers("d", n_null=900), numbers(), target=numbers("y", n_null=900), dropped=("d",))
    assert judged(CHECK, given) is None


@pytest.mark.parametrize(("n_both", "told"), [(600, True), (560, False)])
def test_columns_missing_in_the_same_rows_are_told(n_both, told):
    """They have one cause; columns that are missing here and there have not."""
    given = evidence(numbers("a", n_null=600), numbers("b", n_null=600), numbers("c", n_null=1000))
    counts = np.array([[600, n_both, 600], [n_both, 600, 600], [600, 600, 1000]])
    known = replace(given.profile, co_missing=CoMissing(("a", "b", "c"), counts, n_rows=1000))
    message = judged(CHECK, replace(given, profile=known)).message
    assert message.endswith("No value in the same rows, probably for one reason: columns 'a', 'b'.") == told
