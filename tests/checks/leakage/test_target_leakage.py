"""Tests of ``target-leakage``."""

from dataclasses import replace

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.leakage.target_leakage import TargetLeakage
from prefit.evidence import Evidence, LeakPrice, SingleFeature
from prefit.profiling.values import Correlation

CHECK = TargetLeakage()


def alone(column: str, skill: float, *, half_width: float = 0.005, missing_skill: float = 0.0) -> SingleFeature:
    """Return how well a column alone predicts the target."""
    return SingleFeature(
        column=column, skill=skill, low=skill - half_width, high=skill + half_width, missing_skill=missing_skill
    )


def table(*features: SingleFeature, price: float | None = None) -> Evidence:
    """Return the evidence of a table with these features; `price` is the skill lost without the first."""
    columns = [numbers(feature.column) for feature in features]
    cost = price and LeakPrice(
        columns=(features[0].column,),
        with_columns=0.99,
        without_columns=0.99 - price,
        delta=price,
        low=price - 0.02,
        high=price + 0.01,
    )
    return evidence(*columns, target=categories("y"), single_features=features, leak_price=cost)


def weak(n: int = 8) -> list[SingleFeature]:
    """Return ordinary features."""
    return [alone(f"x{i}", 0.3) for i in range(n)]


def test_copy_of_the_target_fails_and_is_priced():
    """A column that is near perfect, stands apart and costs much is a leak."""
    found = judged(CHECK, table(alone("code", 0.995), *weak(), price=0.3))
    assert (found.status, found.columns, found.measured) == ("fail", ("code",), 0.995)
    assert found.interval == (0.99, 1.0)
    assert (found.effect.delta, found.effect.low, found.effect.high) == pytest.approx((-0.3, -0.31, -0.28))
    assert "loses 0.30 of skill" in found.message
    assert "data.drop(columns=['code'])" in found.remedy


def test_leak_and_its_copy_are_one_leak():
    """Two columns of few that say the same do not make an easy task; two that differ do."""
    given = table(alone("code", 0.995), alone("code in cents", 0.995), *weak(4))
    copies = [Correlation(first="code", second="code in cents", r=1.0, n_rows=1000)]
    found = judged(CHECK, replace(given, profile=replace(given.profile, correlations=copies)))
    assert (found.status, found.columns) == ("fail", ("code", "code in cents"))
    assert judged(CHECK, given) is None


def test_copy_of_the_target_fails_without_a_price():
    """Where the price could not be probed, skill and gap decide."""
    found = judged(CHECK, table(alone("code", 0.995), *weak()))
    assert (found.status, found.effect) == ("fail", None)


def test_price_that_could_not_be_measured_is_said():
    """A probe that failed leaves its reason in the finding, and the leak in the report."""
    given = replace(table(alone("code", 0.995), *weak()), missing={"leak_price": "The probe failed."})
    found = judged(CHECK, given)
    assert found.status == "fail"
    assert "could not be measured (The probe failed)" in found.message


def test_copy_that_costs_nothing_warns():
    """When the other columns together say the same, a model does not hang on the leak."""
    assert status(CHECK, table(alone("code", 0.995), *weak(), price=0.01)) == "warn"


def test_strong_column_that_stands_apart_warns():
    """Skill 0.95 is suspicious and not yet proof."""
    assert status(CHECK, table(alone("registered", 0.95), alone("hour", 0.53), *weak(), price=0.4)) == "warn"


def test_strong_column_that_costs_nothing_is_silent():
    """The smell of a mushroom nearly tells the poison, and so do the other columns together."""
    assert judged(CHECK, table(alone("odor", 0.95), *weak(), price=0.01)) is None


def test_easy_task_with_several_strong_columns_is_silent():
    """Petal length and width both tell the species: an easy task, not a leak."""
    petals = [alone("petal width", 0.94), alone("petal length", 0.92)]
    assert judged(CHECK, table(*petals, alone("sepal length", 0.5), alone("sepal width", 0.3))) is None
    assert judged(CHECK, table(*(alone(f"x{i}", 0.99) for i in range(4)), *weak(20))) is None


def test_two_copies_among_many_columns_are_one_finding():
    """Two leaks do not hide each other: both are named, the better first."""
    found = judged(CHECK, table(alone("b", 0.985), alone("a", 0.999), *weak()))
    assert (found.status, found.columns) == ("fail", ("a", "b"))


def test_table_with_one_feature_is_not_accused():
    """A single feature may be all there is to know."""
    assert judged(CHECK, table(alone("x", 1.0))) is None


def test_column_that_leaks_by_being_empty_is_left_to_the_other_check():
    """One cause is one finding: `missingness-leakage` speaks of it."""
    assert judged(CHECK, table(alone("dose", 1.0, missing_skill=1.0), *weak())) is None


def test_ordinary_columns_are_silent():
    """A good column is no leak."""
    assert judged(CHECK, table(alone("x", 0.8), *weak())) is None


@pytest.mark.parametrize(("low", "expected"), [(0.8999, "pass"), (0.9, "fail")])
def test_lower_end_must_be_high(low, expected):
    """With few rows a skill of 0.99 may be 0.89: nobody is accused by luck."""
    feature = SingleFeature(column="x", skill=0.99, low=low, high=1.0, missing_skill=0.0)
    assert status(CHECK, table(feature, *weak())) == expected


@pytest.mark.parametrize(("skill", "expected"), [(0.9799, "warn"), (0.98, "fail")])
def test_skill_decides_between_suspicion_and_proof(skill, expected):
    """From 0.98 on a column that stands apart is no honest predictor."""
    assert status(CHECK, table(alone("x", skill), *weak())) == expected


@pytest.mark.parametrize(("other", "expected"), [(0.85, "pass"), (0.8399, "fail")])
def test_gap_decides_at_near_perfect_skill(other, expected):
    """A column must stand 0.15 apart from the next one, however good it is."""
    assert status(CHECK, table(alone("x", 0.99), alone("z", other), *weak())) == expected
