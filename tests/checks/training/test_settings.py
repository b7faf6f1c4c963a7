"""The checks of single settings of a plan: a change is warned of where it surely pays, and pays enough."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.checks.built_advice import STAYS, advised, change, rate

from prefit.checks.base import Check
from prefit.checks.training.initialization import Initialization
from prefit.checks.training.learning_rate import LearningRate
from prefit.checks.training.loss_function import LossFunction
from prefit.checks.training.regularization import RegularizationCheck
from prefit.evidence import Evidence
from prefit.evidence.advice import Choice, RateRange, Regularization, Start
from prefit.finding import Effect, Finding

SETTINGS: dict[Check, Any] = {
    LossFunction(): lambda delta, half: {"loss": change(delta, half)},
    Initialization(): lambda delta, half: {"initialization": Start(choice=change(delta, half))},
    RegularizationCheck(): lambda delta, half: {
        "regularization": Regularization(linear=STAYS, network=change(delta, half))
    },
}


def judged(check: Check, given: Evidence) -> Finding:
    """Return the one finding of a check."""
    (found,) = check.judge(given)
    return found


@pytest.mark.parametrize("check", SETTINGS, ids=lambda check: check.id)
def test_change_that_pays_is_warned_of(check: Check) -> None:
    """A sure gain of 0.1 in balanced accuracy is one of 0.2 in skill, with what to do and what it brings."""
    found = judged(check, advised(**SETTINGS[check](0.1, 0.01)))
    assert found.status == "warn"
    assert found.measured == pytest.approx(0.2)
    assert found.interval == pytest.approx((0.18, 0.22))
    assert "b" in found.remedy
    assert found.effect is not None


@pytest.mark.parametrize("check", [*SETTINGS, LearningRate()], ids=lambda check: check.id)
def test_plan_that_stays_is_silent(check: Check) -> None:
    """The reason is told and nothing is warned of."""
    assert judged(check, advised()).status == "pass"


@pytest.mark.parametrize("check", SETTINGS, ids=lambda check: check.id)
@pytest.mark.parametrize(("delta", "half"), [(0.02, 0.01), (0.1, 0.11)], ids=["small", "unsure"])
def test_gain_that_is_small_or_unsure_is_no_warning(check: Check, delta: float, half: float) -> None:
    """0.04 in skill is below the limit of 0.05, and an interval that reaches 0 is no gain."""
    assert judged(check, advised(**SETTINGS[check](delta, half))).status == "pass"


@pytest.mark.parametrize("check", SETTINGS, ids=lambda check: check.id)
def test_limit_can_be_set(check: Check) -> None:
    """A gain at the limit is warned of."""
    assert judged(replace(check, min_gain=0.04), advised(**SETTINGS[check](0.02, 0.01))).status == "warn"  # type: ignore[type-var]


def test_rate_outside_its_range_is_warned_of() -> None:
    """The range is told, with the reason."""
    found = judged(LearningRate(), advised(learning_rate=rate(0.1)))
    assert found.status == "warn"
    assert "0.001 to 0.1" in found.remedy


def test_rate_that_the_plan_leaves_open_is_told_and_not_warned_of() -> None:
    """Nobody has chosen it."""
    found = judged(LearningRate(), advised(learning_rate=rate(0.1, is_named=False)))
    assert found.status == "pass"
    assert "leaves the learning rate open" in found.message


@pytest.mark.parametrize(
    ("is_planned", "share", "status"), [(False, 0.3, "pass"), (True, 0.3, "warn"), (True, 0.05, "pass")]
)
def test_penalty_of_a_linear_model_matters_where_one_is_planned(is_planned: bool, share: float, status: str) -> None:
    """A plan of depth 1; and a share of what the features can give."""
    effect = Effect(metric="log_likelihood", delta=0.1, low=0.05, high=0.15)
    linear = Choice(planned="C=1", advised="C=0.01", why="It predicts better.", effect=effect)
    found = Regularization(linear=linear, network=STAYS, is_planned=is_planned, gain_fraction=share)
    finding = judged(RegularizationCheck(), advised(regularization=found))
    assert finding.status == status
    if status == "warn":
        assert finding.interval == pytest.approx((0.5 * share, 1.5 * share))


WHY = "a stays, and nothing else was tried: the budget is too small for a trial; give a larger --budget."
UNTRIED = replace(STAYS, why=WHY, untried="the budget is too small for a trial; give a larger --budget")


def untried_rate(choice: Choice) -> RateRange:
    """Return a range of which nothing was tried on held-out rows."""
    return replace(rate(is_named=choice.is_named), why=choice.why, untried=choice.untried)


@pytest.mark.parametrize(("is_named", "status"), [(True, "skip"), (False, "pass")])
@pytest.mark.parametrize(
    ("check", "settings"),
    [
        (LossFunction(), lambda choice: {"loss": choice}),
        (Initialization(), lambda choice: {"initialization": Start(choice=choice)}),
        (LearningRate(), lambda choice: {"learning_rate": untried_rate(choice)}),
        (RegularizationCheck(), lambda choice: {"regularization": Regularization(linear=STAYS, network=choice)}),
        (
            RegularizationCheck(),
            lambda choice: {"regularization": Regularization(linear=choice, network=STAYS, is_planned=True)},
        ),
    ],
)
def test_what_was_not_tried_is_said(check: Check, settings: Any, is_named: bool, status: str) -> None:
    """A setting that the plan names is then not judged; one that it leaves open passes, and nobody calls it good."""
    found = judged(check, advised(**settings(replace(UNTRIED, is_named=is_named))))
    assert found.status == status
    assert "nothing else was tried" in found.message
    assert "give a larger --budget" in found.message


def test_linear_model_that_cannot_be_fitted_does_not_matter_where_none_is_planned() -> None:
    """The network is judged."""
    found = Regularization(linear=UNTRIED, network=STAYS)
    assert judged(RegularizationCheck(), advised(regularization=found)).status == "pass"
