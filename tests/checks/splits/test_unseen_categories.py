"""Tests of ``unseen-categories``."""

import pytest
from tests.checks.builders import categories, exactly, judged, numbers, status, tops
from tests.checks.splits.pairs import pair, table

from prefit.checks.splits.unseen_categories import UnseenCategories
from prefit.evidence import Evidence

CHECK = UnseenCategories()


def shops(n_new: int, *, name: str = "shop", n_test: int = 1000, singles: int = 0) -> tuple:
    """Return a column of training and of test rows, `n_new` of which hold a new value; `singles` values occur once."""
    train = categories(name, [600, 400, *[1] * singles])
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


def test_values_as_rare_as_in_training_are_silent():
    """Where 5 % of the training rows hold a value of their own, 5 % of new values are no surprise."""
    assert judged(CHECK, judge_shops(50, singles=53)) is None
    assert status(CHECK, judge_shops(50)) == "warn"


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
