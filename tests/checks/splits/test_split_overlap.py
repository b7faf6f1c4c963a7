"""Tests of ``split-overlap``."""

from dataclasses import replace

import pytest
from tests.checks.builders import indicator, judged, numbers, rows_of, status
from tests.checks.splits.pairs import table, with_keys

from prefit.checks.splits.split_overlap import SplitOverlap
from prefit.evidence import Evidence

CHECK = SplitOverlap()


def overlapping(
    n_shared: int, *, n_test: int = 1000, n_train: int = 5000, duplicates: int = 0, coarse: bool = False
) -> Evidence:
    """Return tables with `n_shared` common distinct rows, of measurements or (`coarse`) of two values."""
    given = table(indicator("x", rows=n_train) if coarse else numbers("x", rows=n_train))
    train = with_keys(given, range(n_train), duplicates=rows_of(duplicates), fingerprint="a")
    first = n_train - n_shared
    test = with_keys(given, range(first, first + n_test), fingerprint="b")
    return replace(given, profile=train, test_profile=test)


def test_common_rows_fail_with_their_share():
    """A fifth of the test rows in the training data is no test."""
    found = judged(CHECK, overlapping(200))
    assert (found.status, found.measured) == ("fail", 0.2)
    assert "200 of 1,000 compared" in found.message
    assert found.interval[0] < 0.2 < found.interval[1]


def test_disjoint_tables_are_silent():
    """No common row is no finding."""
    assert judged(CHECK, overlapping(0)) is None


def test_single_common_row_is_silent():
    """One repeated flower of 150 is chance."""
    assert judged(CHECK, overlapping(1, n_test=150)) is None


@pytest.mark.parametrize(("n_shared", "expected"), [(15, "pass"), (17, "warn"), (115, "warn"), (120, "fail")])
def test_lower_end_of_the_share_decides(n_shared, expected):
    """The limits are 1 % and 10 % of the rows, met by the lower end of the interval."""
    assert status(CHECK, overlapping(n_shared)) == expected


def test_repeats_by_chance_are_silent():
    """A table whose training rows repeat each other shares rows with any fresh sample."""
    assert judged(CHECK, overlapping(300, duplicates=1000, coarse=True)) is None
    assert status(CHECK, overlapping(600, duplicates=1000, coarse=True)) == "fail"


def test_copies_of_measurements_are_no_chance():
    """Measurements that repeat were copied, within the training data as well as across the split."""
    assert status(CHECK, overlapping(300, duplicates=1000)) == "fail"


def test_equal_tables_fail_whatever_repeats():
    """The same file given twice is found even where all rows repeat."""
    given = overlapping(1000, n_test=5000, n_train=5000, duplicates=4000)
    same = replace(given, test_profile=replace(given.profile))
    assert status(CHECK, same) == "fail"


def test_only_keys_below_both_bounds_are_compared():
    """Lists that hold the smallest hashes only are compared where both are complete."""
    given = table(numbers("x"))
    train = with_keys(given, range(0, 1000, 2), row_keys_exact=False, fingerprint="a")
    test = with_keys(given, range(4000), row_keys_exact=True, fingerprint="b")
    found = judged(CHECK, replace(given, profile=train, test_profile=test))
    assert found.measured == pytest.approx(500 / 999)


def test_other_columns_are_skipped_with_the_reason():
    """Rows of different columns are never equal, which is not the same as no overlap."""
    given = replace(table(numbers("x")), test_profile=table(numbers("z")).profile)
    found = judged(CHECK, given)
    assert found.status == "skip"
    assert "different columns" in found.message


def test_nothing_to_compare_is_skipped():
    """Where a sample of the training rows leaves out every test row, nobody knows whether they overlap."""
    given = table(numbers("x"))
    train = with_keys(given, range(100), row_keys_exact=False, fingerprint="a")
    test = with_keys(given, range(100, 110), fingerprint="b")
    assert status(CHECK, replace(given, profile=train, test_profile=test)) == "skip"
