"""Inputs that are badly scaled are a warning where another scaling is probed to be better."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.checks.builders import judged
from tests.checks.built_training import INPUTS, cause, probe, trained

from prefit.checks.training.ill_conditioned import IllConditioned
from prefit.evidence.training import Remedy, RiskCause
from prefit.finding import Finding

UNEVEN = replace(INPUTS, condition=1e7, ratio=3000.0)


def found(before: float, after: float, *causes: RiskCause, flat_loss: float = 0.0) -> Finding:
    """Judge a plan without scaling whose probe ends at one loss, and at another with standard scaling."""
    as_planned = probe(last=before, plan={"scaling": "none"}, inputs=UNEVEN)
    scaled = probe(last=after, flat_loss=flat_loss)
    given = trained(as_planned, *causes, unscaled=as_planned, rescaled=scaled)
    finding = judged(IllConditioned(), given)
    assert finding is not None
    return finding


def test_scaling_that_lowers_the_loss_is_a_warning() -> None:
    """With the condition number as the figure, and the scaling as the remedy."""
    finding = found(0.8, 0.4)
    assert (finding.status, finding.measured, finding.remedy) == ("warn", 1e7, "scaling = standard.")


@pytest.mark.parametrize(("after", "status"), [(0.74, "warn"), (0.76, "pass"), (0.9, "pass")])
def test_gain_must_be_worth_it(after: float, status: str) -> None:
    """It warns from 0.05 of the loss of a constant prediction on."""
    assert found(0.8, after).status == status


def test_lost_run_counts_as_twice_the_loss_of_a_constant() -> None:
    """An infinite loss is comparable."""
    assert "as planned at 2.00" in found(float("inf"), 0.4).message


def test_risk_that_names_the_scaling_says_it_alone() -> None:
    """One cause is one finding."""
    remedy = Remedy(change={"scaling": "standard"}, risk=0.0, loss=0.4)
    assert found(1.0, 0.4, cause("flat_loss", 0.9, remedy)).status == "pass"


def test_scaling_that_brings_another_risk_is_no_remedy() -> None:
    """A lower loss of the probe is not worth a run that stays flat."""
    assert found(0.8, 0.4, flat_loss=0.6).status == "pass"


def test_well_scaled_inputs_pass_with_their_condition_number() -> None:
    """Nothing else was probed."""
    finding = judged(IllConditioned(), trained(probe()))
    assert finding is not None
    assert (finding.status, finding.measured) == ("pass", 3.0)
