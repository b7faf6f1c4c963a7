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


@pytest.mark.parametrize(("n_rare", "expected"), [(50, "pass"), (51, "warn")])
def test_five_per_cent_of_the_rows_are_the_limit(n_rare, expected):
    """What counts is how many rows the rare categories hold."""
    counts = [1000 - n_rare, *[1] * n_rare]
    assert status(CHECK, evidence(categories("job", counts))) == expected


def test_categories_beyond_the_counted_ones_are_judged_by_their_mean():
    """Of 150 categories the profile names 100; the others have two rows each."""
    counts = [30] * 100
    column = categories("c", counts, n_rows=3100, distinct=exactly(150), top=tops(counts))
    assert status(CHECK, evidence(column)) == "pass"
    column = categories("c", counts, n_rows=3180, distinct=exactly(150), top=tops(counts))
    assert judged(CHECK, evidence(column)).measured == pytest.approx(180 / 3180)


def test_columns_of_mostly_rare_values_are_left_to_high_cardinality():
    """One cause is one finding."""
    assert judged(CHECK, evidence(categories("zip", [2] * 100))) is None


def test_numbers_as_text_are_left_to_their_check():
    """A number that occurs once is no rare category."""
    column = categories("n", [*USUAL, *[1] * 100], text={"numeric_fraction": 1.0})
    assert judged(CHECK, evidence(column)) is None
