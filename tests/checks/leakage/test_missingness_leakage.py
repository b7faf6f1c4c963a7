"""Tests of ``missingness-leakage``."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.leakage.missingness_leakage import MissingnessLeakage
from prefit.evidence import Evidence, LeakPrice, SingleFeature
from prefit.profiling.values import RowSample

CHECK = MissingnessLeakage()


def table(*missing_skills: float, n_rows: int = 1000, shares: tuple[int, int] = (600, 400), **facts) -> Evidence:
    """Return the evidence of columns whose emptiness predicts the target so well, in a sample of `n_rows`."""
    names = [f"x{i}" for i in range(len(missing_skills))]
    single = tuple(
        SingleFeature(column=name, skill=skill, low=skill, high=skill, missing_skill=skill)
        for name, skill in zip(names, missing_skills, strict=True)
    )
    columns = [numbers(name, n_null=600) for name in names]
    given = evidence(*columns, target=categories("y", shares), single_features=single, **facts)
    sample = RowSample(pa.table({"x0": np.zeros(n_rows)}), np.arange(n_rows))
    return replace(given, profile=replace(given.profile, sample=sample))


def test_column_that_is_empty_for_one_class_fails():
    """When emptiness tells the class, the column was filled in after the outcome."""
    found = judged(CHECK, table(0.1, 0.99))
    assert (found.status, found.columns, found.measured) == ("fail", ("x1",), 0.99)
    assert "empty in 60 % of the rows" in found.message
    assert found.interval[0] < 0.99 < found.interval[1]


def test_columns_are_named_worst_first():
    """All columns of one severity are one finding."""
    assert judged(CHECK, table(0.97, 0.99)).columns == ("x1", "x0")


def test_each_severity_is_a_finding():
    """A proven and a suspected column are two statements."""
    assert [found.status for found in CHECK.judge(table(0.99, 0.8))] == ["fail", "warn"]


def test_informative_gaps_are_silent():
    """Half the skill by missing values is common in sound tables."""
    assert judged(CHECK, table(0.5)) is None


@pytest.mark.parametrize(("skill", "expected"), [(0.62, "pass"), (0.66, "warn")])
def test_lower_end_decides(skill, expected):
    """With 1,000 rows the interval is about ± 0.04 wide at the limit of 0.6."""
    assert status(CHECK, table(skill)) == expected


def test_few_rows_of_a_class_prove_nothing():
    """Ten rows of a class leave the skill too uncertain to accuse a column."""
    assert judged(CHECK, table(0.7, n_rows=100, shares=(900, 100))) is None


def test_price_is_shown():
    """Where the probe priced the column, the finding says what it is worth."""
    price = LeakPrice(
        columns=("x0",),
        with_columns=1,
        without_columns=0.7,
        delta=0.3,
        low=0.25,
        high=0.35,
    )
    assert judged(CHECK, table(1.0, leak_price=price)).effect.delta == -0.3
