"""Tests of ``duplicate-rows``."""

import numpy as np
import pytest
from tests.checks.builders import categories, evidence, judged, numbers, rows_of, status

from prefit.checks.integrity.duplicate_rows import DuplicateRows
from prefit.evidence import SplitGap
from prefit.evidence.copies import NearTwins
from prefit.profiling.values import RowCount

CHECK = DuplicateRows()


def measurements(duplicates, n_rows: int = 1000, **measured):
    """Return a table of measurements with so many repeated rows."""
    columns = [numbers("a", rows=n_rows), numbers("b", rows=n_rows)]
    return evidence(*columns, target=categories("y", [n_rows // 2, n_rows // 2]), duplicates=duplicates, **measured)


def pairs(n_pairs: int, n_rows: int = 1000, *, chance: float = 0.0, thinning: float = 1.0) -> NearTwins:
    """Return near copies, each of one other row."""
    return NearTwins(
        n_rows=n_rows,
        n_near=2 * n_pairs,
        n_extra=n_pairs,
        chance=chance,
        thinning=thinning,
        positions=np.arange(2 * n_pairs),
        groups=np.repeat(np.arange(n_pairs), 2),
    )


def test_copied_measurements_warn():
    """Measurements do not repeat by chance."""
    found = judged(CHECK, measurements(200))
    assert (found.status, found.measured) == ("warn", 0.2)
    assert "chance explains 0 %" in found.message


@pytest.mark.parametrize("factor", [1, 100])
@pytest.mark.parametrize(("n_duplicates", "expected"), [(0, "pass"), (7, "pass"), (8, "warn")])
def test_one_row_of_a_hundred_held_out_is_the_limit_for_any_number_of_rows(n_duplicates, expected, factor):
    """At 0.7 % of copies, 1 % of a random hold-out were trained on."""
    assert status(CHECK, measurements(n_duplicates * factor, 1000 * factor)) == expected


@pytest.mark.parametrize("n_duplicates", [400, 950, 992])
def test_few_flags_repeat_by_chance(n_duplicates):
    """Three flags cannot have a thousand different rows."""
    flags = [categories(name, [600, 400]) for name in "abc"]
    assert judged(CHECK, evidence(*flags, duplicates=n_duplicates)) is None


def test_interval_decides_where_the_count_is_an_estimate():
    """An estimate above the limit whose interval reaches below it is no proof."""
    assert judged(CHECK, measurements(RowCount(50.0, 5.0, 95.0, exact=False))) is None
    assert judged(CHECK, measurements(RowCount(90.0, 50.0, 130.0, exact=False))).interval == (0.05, 0.13)


def test_copied_texts_warn():
    """A table of one text column repeats texts, not categories."""
    given = evidence(categories("text", [2] * 100 + [1] * 800), duplicates=rows_of(100))
    assert status(CHECK, given) == "warn"


def test_two_equal_rows_of_few_are_no_finding():
    """One pair of a hundred flowers is a large share and no support."""
    assert judged(CHECK, measurements(2, 100)) is None
    assert status(CHECK, measurements(3, 100)) == "warn"


def test_near_copies_warn_and_are_told_apart():
    """Rounded rows are no exact copies, and as harmful."""
    found = judged(CHECK, measurements(0, near_twins=pairs(50)))
    assert (found.status, found.measured) == ("warn", 0.05)
    assert "nearly repeat another" in found.message
    assert "repeat an earlier row" not in found.message


def test_exact_and_near_copies_are_one_finding():
    """Neither crosses the limit alone."""
    assert judged(CHECK, measurements(5)) is None
    assert judged(CHECK, measurements(0, near_twins=pairs(6))) is None
    assert status(CHECK, measurements(5, near_twins=pairs(6))) == "warn"


@pytest.mark.parametrize(("n_pairs", "expected"), [(0, "pass"), (11, "pass"), (12, "warn")])
def test_lower_end_of_the_near_share_decides(n_pairs, expected):
    """A sample shows 0.7 % of near copies for sure when it has 1.2 %."""
    assert status(CHECK, measurements(0, near_twins=pairs(n_pairs))) == expected


def test_near_rows_that_chance_explains_are_silent():
    """Points on a line have near neighbours."""
    assert judged(CHECK, measurements(0, near_twins=pairs(50, chance=0.1))) is None


def test_near_copies_of_a_thin_sample_stand_for_more():
    """A tenth of the rows shows a tenth of the pairs."""
    found = judged(CHECK, measurements(0, 10_000, near_twins=pairs(10, thinning=10.0)))
    assert found.measured == pytest.approx(0.1)


def test_price_of_the_copies_is_the_effect():
    """What copies claim is lost without them."""
    gap = SplitGap(column="copies", random=0.9, apart=0.6, gap=0.3, low=0.2, high=0.4, n_rows=900, n_units=700)
    found = judged(CHECK, measurements(200, inflation=gap))
    assert (found.effect.delta, found.effect.low, found.effect.high) == (-0.3, -0.4, -0.2)
    assert "0.900 when copies of held-out rows are trained on, 0.600 when they are not" in found.message


@pytest.mark.parametrize(
    ("n_duplicates", "low", "expected"),
    [(20, 0.001, "warn"), (20, 0.0, "pass"), (35, 0.0, "pass"), (36, 0.0, "warn"), (7, 0.001, "pass")],
)
def test_a_few_copies_count_where_they_change_the_score(n_duplicates, low, expected):
    """Up to 3.5 % of copies warn only if the interval of what they claim lies above 0."""
    gap = SplitGap(column="copies", random=0.9, apart=0.8, gap=0.1, low=low, high=0.2, n_rows=900, n_units=700)
    assert status(CHECK, measurements(n_duplicates, inflation=gap)) == expected


def test_a_failed_search_for_near_copies_is_no_pass():
    """Exact copies are judged all the same."""
    failed = {"near_twins": "It failed."}
    assert status(CHECK, measurements(0, missing=failed)) == "skip"
    assert status(CHECK, measurements(200, missing=failed)) == "warn"
