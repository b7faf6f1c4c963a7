"""Tests of ``split-overlap``."""

from dataclasses import replace

import numpy as np
import pytest
from tests.checks.builders import indicator, judged, numbers, rows_of, status
from tests.checks.splits.pairs import table, with_keys

from prefit.checks.splits.split_overlap import SplitOverlap
from prefit.evidence import Evidence
from prefit.evidence.copies import NearTwins

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
    assert found.message == "The test data lack column 'x', so that rows cannot be compared."


def test_columns_of_the_test_data_alone_hide_no_overlap():
    """A prediction that was written beside the test rows makes them no other rows."""
    given = features_overlap(200)
    tested = table(numbers("x", rows=5000), numbers("prediction", rows=5000)).profile
    keys = given.test_profile.feature_keys
    assert judged(CHECK, replace(given, test_profile=replace(tested, feature_keys=keys))).status == "fail"


def test_nothing_to_compare_is_skipped():
    """Where a sample of the training rows leaves out every test row, nobody knows whether they overlap."""
    given = table(numbers("x"))
    train = with_keys(given, range(100), row_keys_exact=False, fingerprint="a")
    test = with_keys(given, range(100, 110), fingerprint="b")
    assert status(CHECK, replace(given, profile=train, test_profile=test)) == "skip"


def features_overlap(n_shared: int, *, coarse: bool = False, conflicts: int = 0) -> Evidence:
    """Return a labelled table and one without labels that has `n_shared` of its rows."""
    feature, label = (indicator("x", rows=5000) if coarse else numbers("x", rows=5000)), indicator("y", rows=5000)
    given = table(feature, target=label)
    keys = np.arange(5000, dtype=np.uint64)
    train = with_keys(given, keys + 50_000, feature_keys=keys, conflicts=rows_of(conflicts), fingerprint="a")
    tested = with_keys(table(feature), keys[:1000] + 5000 - n_shared, fingerprint="b")
    return replace(given, profile=train, test_profile=replace(tested, feature_keys=tested.row_keys))


def near(n_near: int, *, chance: float = 0.0) -> NearTwins:
    """Return `n_near` of 1,000 test rows that nearly repeat a training row."""
    where = np.arange(n_near)
    return NearTwins(n_rows=1000, n_near=n_near, n_extra=0, chance=chance, thinning=1.0, positions=where, groups=where)


@pytest.mark.parametrize(("n_shared", "expected"), [(0, "pass"), (15, "pass"), (17, "warn"), (200, "fail")])
def test_rows_without_label_are_compared_by_their_features(n_shared, expected):
    """Test data without labels may hold training rows too."""
    found = judged(CHECK, features_overlap(n_shared))
    assert (found.status if found else "pass") == expected
    assert found is None or "have the features of a training row" in found.message


def test_features_that_repeat_by_chance_are_silent():
    """One flag has two values in any table."""
    assert judged(CHECK, features_overlap(1000, coarse=True)) is None


def test_cases_that_look_alike_are_silent():
    """Where equal features have other labels in the training data, they are other cases in the test data."""
    assert status(CHECK, features_overlap(200, conflicts=500)) == "pass"
    assert status(CHECK, features_overlap(200, conflicts=50)) == "fail"


@pytest.mark.parametrize(("n_near", "expected"), [(0, "pass"), (10, "pass"), (50, "warn"), (200, "fail")])
def test_near_copies_count_as_overlap(n_near, expected):
    """A rounded training row is no new one."""
    assert status(CHECK, replace(overlapping(0), near_overlap=near(n_near))) == expected


def test_exact_and_near_overlap_are_one_finding():
    """Both are in the message."""
    found = judged(CHECK, replace(overlapping(80), near_overlap=near(80)))
    assert found.status == "fail"
    assert found.measured == pytest.approx(0.16)
    assert "80 of 1,000 compared). Another 8 % nearly repeat a training row." in found.message


def test_near_test_rows_that_chance_explains_are_silent():
    """Points on a line have near neighbours."""
    assert judged(CHECK, replace(overlapping(0), near_overlap=near(50, chance=0.1))) is None
