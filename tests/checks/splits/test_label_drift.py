"""Tests of ``label-drift``."""

import pytest
from tests.checks.builders import NORMAL, categories, indicator, judged, numbers, status, tops
from tests.checks.splits.pairs import pair, table

from prefit.checks.base import applies
from prefit.checks.splits.label_drift import LabelDrift
from prefit.evidence import Evidence
from prefit.profiling.values import ValueCount

CHECK = LabelDrift()


def classes(train: tuple[int, ...], test: tuple[int, ...], **facts) -> Evidence:
    """Return two tables with these rows of each class, named in the same order."""
    names = [f"v{i}" for i in range(len(train))]
    ordered = sorted(zip(test, names, strict=True), reverse=True)
    drawn = categories("y", test, top=tops(test, [name for _, name in ordered]))
    return pair(table(numbers("x"), target=categories("y", train), **facts), table(numbers("x"), target=drawn))


def amounts(shift: float = 0.0, scale: float = 1.0, rows: int = 2000) -> Evidence:
    """Return two tables whose numeric target is shifted and stretched in the second."""
    moved = {probability: shift + scale * value for probability, value in NORMAL.items()}
    drawn = numbers(
        "y", rows=rows, mean=shift, std=scale, robust={"quantiles": moved}, distinct=numbers(rows=2000).distinct
    )
    return pair(table(numbers("x"), target=numbers("y", rows=2000)), table(numbers("x"), target=drawn))


def test_other_class_shares_warn_with_the_distance():
    """70 % against 40 % of a class is a distance of 0.3."""
    found = judged(CHECK, classes((700, 300), (400, 600)))
    assert (found.status, found.columns) == ("warn", ("y",))
    assert found.measured == pytest.approx(0.3)
    assert found.interval[0] < 0.3 < found.interval[1]
    assert "class 1 by frequency: 70 % in training, 40 % here" in found.message


def test_swapped_classes_fail():
    """Nearly all of one class against nearly all of the other is a failure."""
    assert status(CHECK, classes((950, 50), (50, 950))) == "fail"


def test_same_shares_are_silent():
    """Equal shares are no drift, at any size."""
    assert judged(CHECK, classes((700, 300), (7, 3))) is None


def test_many_classes_in_a_small_sample_are_silent():
    """Fifty rows of ten equal classes are uneven by chance alone."""
    assert judged(CHECK, classes((100,) * 10, (9, 8, 7, 6, 5, 5, 4, 3, 2, 1))) is None


@pytest.mark.parametrize(("first", "expected"), [(580, "pass"), (540, "warn")])
def test_lower_end_decides_for_classes(first, expected):
    """A distance of 0.12 may be chance at 1,000 rows each, one of 0.16 is beyond the limit."""
    assert status(CHECK, classes((700, 300), (first, 1000 - first))) == expected


def test_class_names_are_shown_on_request_only():
    """Class names are cell values."""
    assert "'v0'" not in judged(CHECK, classes((700, 300), (400, 600))).message
    assert "'v0'" in judged(CHECK, classes((700, 300), (400, 600), show_values=True)).message


def test_shifted_amounts_warn_with_the_shift():
    """A target shifted by one standard deviation has moved for a third of the rows."""
    found = judged(CHECK, amounts(shift=1.0))
    assert found.status == "warn"
    assert found.measured == pytest.approx(0.38, abs=0.02)
    assert "+1.00 standard deviations" in found.message


def test_stretched_amounts_warn():
    """Drift shows in the spread too, with equal means."""
    assert status(CHECK, amounts(scale=3.0)) == "warn"


def test_amounts_in_another_unit_fail():
    """A target a hundred times as large is another quantity."""
    assert status(CHECK, amounts(shift=100.0)) == "fail"


@pytest.mark.parametrize(("shift", "expected"), [(0.0, "pass"), (0.2, "pass"), (0.5, "warn")])
def test_small_shifts_of_amounts_are_silent(shift, expected):
    """A fifth of a standard deviation is below the limit of 10 % of the rows."""
    assert status(CHECK, amounts(shift=shift)) == expected


def test_value_that_many_rows_share_is_not_mistaken_for_drift():
    """49 % and 51 % of zeros put the median on either side of the next value: that is no shift."""
    zeros = NORMAL | {0.01: 0.0, 0.05: 0.0, 0.25: 0.0, 0.5: 0.0, 0.75: 2.0, 0.95: 8.0, 0.99: 20.0}
    half_zeros = {"rows": 2000, "top": (ValueCount(0.0, 1000), ValueCount(1.5, 1))}
    train = numbers("y", **half_zeros, robust={"quantiles": zeros})
    test = numbers("y", **half_zeros, robust={"quantiles": zeros | {0.5: 0.1}})
    assert judged(CHECK, pair(table(numbers("x"), target=train), table(numbers("x"), target=test))) is None


@pytest.mark.parametrize(("ones", "expected"), [(500, "pass"), (700, "warn")])
def test_few_numbers_are_compared_by_their_counts(ones, expected):
    """Of a target that is 0 or 1, every share is known: no quantile blurs it."""
    train, test = indicator("y", 500), indicator("y", ones)
    numeric = {"task": "regression"}
    given = pair(table(numbers("x"), target=train, **numeric), table(numbers("x"), target=test, **numeric))
    assert status(CHECK, given) == expected
    assert ones == 500 or judged(CHECK, given).measured == pytest.approx(0.2)


@pytest.mark.parametrize("target", [None, categories("y", [], n_rows=100, n_null=100)])
def test_test_data_without_labels_are_no_case_for_it(target):
    """Rows that are to be predicted have no labels to compare; `schema-mismatch` says so."""
    given = pair(table(numbers("x"), target=categories("y")), table(numbers("x"), target=target))
    assert not applies(CHECK, given)


def test_amounts_that_became_text_are_skipped():
    """A numeric target that the test file holds as text cannot be compared, and the reason says so."""
    given = pair(table(numbers("x"), target=numbers("y", rows=2000)), table(numbers("x"), target=categories("y")))
    found = judged(CHECK, given)
    assert found.status == "skip"
    assert "does not hold numbers in both" in found.message


def test_test_data_with_new_classes_only_are_left_to_the_other_check():
    """Where no test row has a known class, `unseen-class` speaks."""
    other = categories("y", [100], top=tops([100], ["new"]))
    assert judged(CHECK, pair(table(numbers("x"), target=categories("y")), table(numbers("x"), target=other))) is None
