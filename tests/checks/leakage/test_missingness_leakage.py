"""Tests of ``missingness-leakage``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.leakage.missingness_leakage import MissingnessLeakage
from prefit.evidence import Evidence, LeakPrice, SingleFeature

CHECK = MissingnessLeakage()


def table(*missing_skills: float, half_width: float = 0.04, **facts) -> Evidence:
    """Return the evidence of columns whose emptiness predicts the target so well, give or take `half_width`."""
    names = [f"x{i}" for i in range(len(missing_skills))]
    single = tuple(
        SingleFeature(
            column=name,
            skill=skill,
            low=skill,
            high=skill,
            missing_skill=skill,
            missing_low=skill - half_width,
            missing_high=skill + half_width,
        )
        for name, skill in zip(names, missing_skills, strict=True)
    )
    columns = [numbers(name, n_null=600) for name in names]
    return evidence(*columns, **({"target": categories("y")} | facts), single_features=single)


def test_column_that_is_empty_for_one_class_fails():
    """When emptiness tells the class, the column was filled in after the outcome."""
    found = judged(CHECK, table(0.1, 0.99, half_width=0.01))
    assert (found.status, found.columns, found.measured) == ("fail", ("x1",), 0.99)
    assert "empty in 60 % of the rows" in found.message
    assert found.interval[0] < 0.99 < found.interval[1]


def test_one_class_of_several_is_a_warning():
    """Three classes are not read from a yes or no, however well it tells one of them."""
    assert status(CHECK, table(1.0)) == "fail"
    assert status(CHECK, table(1.0, target=categories("y", (500, 300, 200)))) == "warn"


def test_columns_are_named_worst_first():
    """All columns of one severity are one finding."""
    assert judged(CHECK, table(0.97, 0.99)).columns == ("x1", "x0")


def test_each_severity_is_a_finding():
    """A proven and a suspected column are two statements."""
    assert [found.status for found in CHECK.judge(table(0.99, 0.8))] == ["fail", "warn"]


def test_informative_gaps_are_silent():
    """Half the skill by missing values is common in sound tables."""
    assert judged(CHECK, table(0.5)) is None


@pytest.mark.parametrize(("skill", "expected"), [(0.63, "pass"), (0.65, "warn")])
def test_lower_end_decides(skill, expected):
    """A skill of 0.63 ± 0.04 may be below the limit of 0.6."""
    assert status(CHECK, table(skill)) == expected


def test_few_rows_of_a_class_prove_nothing():
    """Where a class has ten rows, the skill is too uncertain to accuse a column."""
    assert judged(CHECK, table(0.7, half_width=0.3)) is None


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
