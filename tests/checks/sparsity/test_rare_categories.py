"""Tests of ``rare-categories``."""

import pytest
from tests.checks.builders import categories, evidence, exactly, judged, status, tops

from prefit.checks.sparsity.rare_categories import RareCategories

CHECK = RareCategories()

USUAL = [400, 300, 200]


def test_long_tail_of_categories_warns():
    """A tenth of the rows has a job title of its own."""
    found = judged(CHECK, evidence(categories("job", [*USUAL, *[2] * 50])))
    assert (found.status, found.columns, found.measured) == ("warn", ("job",), 0.1)


def test_few_rare_categories_are_silent():
    """Single odd categories are in every real table."""
    assert judged(CHECK, evidence(categories("job", [500, 490, 4, 3, 2, 1]))) is None


@pytest.mark.parametrize(("factor", "n_rare"), [(1, 62), (10, 536)])
def test_the_lower_end_of_the_share_decides(factor, n_rare):
    """What counts is how many rows the rare categories hold; a few rows more than 5 % can be luck."""
    counts = [1000 * factor - n_rare, *[1] * n_rare]
    found = judged(CHECK, evidence(categories("job", counts)))
    assert found.interval[0] > 0.05
    counts = [1000 * factor - n_rare + 1, *[1] * (n_rare - 1)]
    assert judged(CHECK, evidence(categories("job", counts))) is None


def test_categories_beyond_the_counted_ones_are_judged_by_their_mean():
    """Of 150 categories the profile names 100; the others have two rows each."""
    counts = [30] * 100
    column = categories("c", counts, n_rows=3100, distinct=exactly(150), top=tops(counts))
    assert status(CHECK, evidence(column)) == "pass"
    column = categories("c", counts, n_rows=3190, distinct=exactly(150), top=tops(counts))
    assert judged(CHECK, evidence(column)).measured == pytest.approx(190 / 3190)


def test_columns_of_mostly_rare_values_are_left_to_high_cardinality():
    """One cause is one finding."""
    assert judged(CHECK, evidence(categories("zip", [2] * 100))) is None


def test_numbers_as_text_are_left_to_their_check():
    """A number that occurs once is no rare category."""
    column = categories("n", [*USUAL, *[1] * 100], text={"numeric_fraction": 1.0})
    assert judged(CHECK, evidence(column)) is None
