"""The cost model: budgets buy sizes and repeats, and never depend on a clock."""

import pytest

from prefit.evidence import FAMILIES
from prefit.probes.cost import Shape, anchors, fit_seconds, make_plan

SMALL = Shape(n_columns=10, n_dense=10, n_classes=2, n_test=100)
WIDE = Shape(n_columns=20_000, n_dense=20_000, n_classes=2, n_test=20)


def largest(plan: object, family: str) -> int:
    """Return the largest size that a plan trains a family on."""
    return max(size for name, size in plan.repeats if name == family)


def test_sizes_grow_by_the_root_of_two_up_to_all_rows() -> None:
    """The sizes of the learning curve data base, and all rows at the end."""
    assert anchors(100, 2) == [16, 23, 32, 46, 64, 100]
    assert anchors(1000, 40)[0] == 80
    assert anchors(12, 2) == [12]


@pytest.mark.parametrize("family", FAMILIES)
def test_cost_grows_with_rows_and_columns(family: str) -> None:
    """More rows or columns never cost less."""
    wide = Shape(n_columns=500, n_dense=500, n_classes=2, n_test=100)
    assert fit_seconds(family, 1000, SMALL) < fit_seconds(family, 10_000, SMALL)
    assert fit_seconds(family, 1000, SMALL) <= fit_seconds(family, 1000, wide)


@pytest.mark.parametrize("budget", [2.0, 20.0, 90.0])
def test_a_plan_keeps_the_budget(budget: float) -> None:
    """What is planned costs no more than the budget."""
    assert make_plan(50_000, SMALL, budget_seconds=budget, level="standard").seconds <= budget


def test_a_larger_budget_reaches_further_and_says_less_is_left_out() -> None:
    """Sizes grow until the budget says stop, and the plan says where."""
    small, large = (make_plan(50_000, SMALL, budget_seconds=budget, level="standard") for budget in (5.0, 500.0))
    assert largest(small, "forest") < largest(large, "forest")
    assert any(sentence.startswith("forest: trained on up to") for sentence in small.left_out)


def test_every_family_is_tried_whatever_the_columns() -> None:
    """A table of 20,000 columns and a tiny budget still gives each family one training."""
    plan = make_plan(60, WIDE, budget_seconds=0.5, level="standard")
    assert {family for family, _ in plan.repeats} == set(FAMILIES)


def test_deep_repeats_more() -> None:
    """The deep level takes more repeats of the same sizes."""
    standard, deep = (make_plan(200, SMALL, budget_seconds=500, level=level) for level in ("standard", "deep"))
    assert all(deep.repeats[key] == 2 * count for key, count in standard.repeats.items())
