"""Tests of ``unseen-categories``."""

import pytest
from tests.checks.builders import categories, exactly, judged, numbers, status, tops
from tests.checks.splits.pairs import pair, table

from prefit.checks.splits.unseen_categories import UnseenCategories
from prefit.evidence import Evidence

CHECK = UnseenCategories()


def shops(n_new: int, *, name: str = "shop", n_test: int = 1000) -> tuple:
    """Return a column of training and of test rows, `n_new` of which hold a new value."""
    train = categories(name, [600, 400])
    known = n_test - n_new
    test = categories(name, [known, n_new], top=tops([known, n_new], ["v0", "new"] if known > n_new else ["new", "v0"]))
    return train, test


def judge_shops(*args, **kwargs) -> Evidence:
    """Return tables with one such column beside a number."""
    train, test = shops(*args, **kwargs)
    return pair(table(train, numbers("x")), table(test, numbers("x")))


def test_new_values_warn_with_their_share():
    """Three test rows in ten from shops that training does not know."""
    found = judged(CHECK, judge_shops(300))
    assert (found.status, found.columns, found.measured) == ("warn", ("shop",), 0.3)
    assert found.interval[0] < 0.3 < found.interval[1]


def test_column_of_new_values_fails():
    """A column that says nothing for most rows is broken."""
    assert status(CHECK, judge_shops(800)) == "fail"


def test_known_values_are_silent():
    """Test rows that repeat known values are no finding."""
    train = table(categories("shop", [600, 400]))
    assert judged(CHECK, pair(train, table(categories("shop", [30, 20])))) is None


@pytest.mark.parametrize(("n_new", "expected"), [(15, "pass"), (17, "warn")])
def test_lower_end_of_the_share_decides(n_new, expected):
    """1 % of the rows is the limit for the lower end of the interval."""
    assert status(CHECK, judge_shops(n_new)) == expected


@pytest.mark.parametrize(("n_new", "expected"), [(3, "pass"), (10, "warn")])
def test_rare_values_are_missed_by_chance(n_new, expected):
    """Of 100 rows, 3 of one kind all land among the 30 test rows once in 37 splits, 10 practically never."""
    train = categories("shop", [70])
    test = categories("shop", [30 - n_new, n_new], top=tops([30 - n_new, n_new], ["v0", "new"]))
    assert status(CHECK, pair(table(train), table(test))) == expected


def test_many_columns_are_compared_with_more_care():
    """One of 50 columns with a rare value in the test rows alone is to be expected."""
    test = categories("c0", [24, 6], top=tops([24, 6], ["v0", "new"]))
    others = [categories(f"c{i}", [70]) for i in range(1, 50)]
    alone = pair(table(categories("c0", [70])), table(test))
    beside = pair(table(categories("c0", [70]), *others), table(test, *others))
    assert (status(CHECK, alone), status(CHECK, beside)) == ("warn", "pass")


def test_new_values_of_one_row_each_are_seen_together():
    """60 test rows with a value each, where no training value is rare, are other data."""
    train = categories("shop", [350, 350])
    test = categories("shop", [200, *[1] * 60], top=tops([200, *[1] * 60], ["v0", *[f"new{i}" for i in range(60)]]))
    assert status(CHECK, pair(table(train), table(test))) == "warn"


def test_few_present_values_of_a_nearly_empty_column_are_silent():
    """The share is of all test rows: one value in a thousand rows is nothing."""
    train = categories("shop", [400])
    test = categories("shop", [8], n_null=992, top=tops([8], ["new"]))
    assert judged(CHECK, pair(table(train), table(test))) is None


def test_columns_are_named_worst_first():
    """All columns of one severity are one finding."""
    few, many = shops(100, name="few"), shops(300, name="many")
    assert judged(CHECK, pair(table(few[0], many[0]), table(few[1], many[1]))).columns == ("many", "few")


def test_values_that_were_not_all_counted_are_not_judged():
    """With more values than the table of values holds, a value may be known and not listed."""
    train = categories("shop", [10] * 100, distinct=exactly(500))
    test = categories("shop", [1000], top=tops([1000], ["new"]))
    assert judged(CHECK, pair(table(train), table(test))) is None


def test_column_that_the_test_data_lack_is_left_to_the_schema_check():
    """A missing column holds no categories."""
    assert judged(CHECK, pair(table(categories("shop")), table(numbers("x")))) is None
