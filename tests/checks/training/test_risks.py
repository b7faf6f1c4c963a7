"""The checks of training risks warn from a probability on, name the cause, and say what was probed to remove it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.checks.builders import judged
from tests.checks.built_training import cause, probe, trained

from prefit.checks.base import Check
from prefit.checks.training.exploding_gradient_risk import ExplodingGradientRisk
from prefit.checks.training.flat_loss_risk import FlatLossRisk
from prefit.checks.training.vanishing_gradient_risk import VanishingGradientRisk
from prefit.checks.training.zero_loss_risk import ZeroLossRisk
from prefit.evidence.training import Remedy, RiskName

CHECKS: list[tuple[Check, RiskName]] = [
    (ExplodingGradientRisk(), "exploding_gradient"),
    (VanishingGradientRisk(), "vanishing_gradient"),
    (FlatLossRisk(), "flat_loss"),
    (ZeroLossRisk(), "zero_loss"),
]


@pytest.mark.parametrize(("check", "risk"), CHECKS, ids=lambda given: given if isinstance(given, str) else "")
def test_probable_event_is_a_warning(check: Check, risk: RiskName) -> None:
    """From 0.5 on, with the probability as the figure that was measured."""
    found = judged(check, trained(probe(**{risk: 0.5}), cause(risk, 0.5)))
    assert found is not None
    assert (found.status, found.measured, found.limit) == ("warn", 0.5, 0.5)
    assert found.columns == ("age",)


@pytest.mark.parametrize(("check", "risk"), CHECKS, ids=lambda given: given if isinstance(given, str) else "")
def test_event_that_is_not_probable_passes(check: Check, risk: RiskName) -> None:
    """Below the limit, with the probability, whatever the other risks are."""
    others = {name: 0.99 for _, name in CHECKS if name != risk}
    found = judged(check, trained(probe(**{**others, risk: 0.499})))
    assert found is not None
    assert (found.status, found.measured) == ("pass", 0.499)


def test_probability_reads_as_in_the_matrix_of_risks() -> None:
    """No probability is said to be 0 or 1: a probe proves neither."""
    found = judged(FlatLossRisk(), trained(probe(flat_loss=0.001)))
    assert found is not None
    assert found.message.startswith("Probability <1 % that the loss of the planned training stays flat")
    assert found.message.endswith("; limit 50 %.")


@pytest.mark.parametrize(("planned", "steps", "status"), [(1_800, 562, "warn"), (60_000, 3_500, "pass")])
def test_rows_that_are_repeated_too_often_tell_nothing_of_more_rows(planned: int, steps: int, status: str) -> None:
    """600 rows that are seen 187 times in place of ten are learnt by heart, as 60,000 may not be."""
    seen = replace(probe(zero_loss=0.9), n_rows_planned=planned, steps=steps, steps_planned=10 * planned // 32)
    found = judged(ZeroLossRisk(), trained(seen, unseen=0.5))
    assert found is not None
    assert found.status == status
    assert ("sees 187 times each" in found.message) == (status == "pass")
    told = judged(ZeroLossRisk(), trained(seen, cause("zero_loss", 0.9), unseen=0.5))
    assert told is not None
    assert told.status == "warn"


def test_remedy_is_what_was_probed() -> None:
    """The best change first, each with the probability that it leads to."""
    best = Remedy(change={"scaling": "standard"}, risk=0.02, loss=0.4)
    other = Remedy(change={"learning_rate": 0.0001, "drop": ("age",)}, risk=0.2, loss=0.6)
    layers = Remedy(change={"normalization": "batch", "skip": True}, risk=0.22, loss=0.6)
    found = judged(FlatLossRisk(), trained(probe(flat_loss=0.9), cause("flat_loss", 0.9, best, other, layers)))
    assert found is not None
    assert "Cause: the inputs are not scaled" in found.message
    assert found.remedy == (
        "scaling = standard: probed, the probability is then 2 %; or learning_rate = 0.0001, without age (20 %); "
        "or normalization = batch, skip = true (22 %)."
    )


def test_risk_that_no_change_lowers_says_so() -> None:
    """Then it is not the plan: the features and the target are to be looked at."""
    found = judged(FlatLossRisk(), trained(probe(flat_loss=0.9), cause("flat_loss", 0.9)))
    assert found is not None
    assert "No change of the plan" in found.remedy


def test_probe_of_a_part_of_the_run_says_which() -> None:
    """Where the planned run is longer, the message names both numbers of steps."""
    part = replace(probe(flat_loss=0.1), steps_planned=31_250)
    found = judged(FlatLossRisk(), trained(part))
    assert found is not None
    assert "190 of 31,250 planned steps" in found.message


def test_limit_can_be_set() -> None:
    """What is passed at 0.5 is a warning at 0.2."""
    found = judged(ZeroLossRisk(max_probability=0.2), trained(probe(zero_loss=0.3)))
    assert found is not None
    assert found.status == "warn"


@pytest.mark.parametrize(("unseen", "status"), [(0.09, "pass"), (0.11, "warn")])
def test_easy_task_is_no_fault(unseen: float, status: str) -> None:
    """Where rows that were not trained on have next to no loss either, zero is deserved."""
    found = judged(ZeroLossRisk(), trained(probe(zero_loss=0.9), unseen=unseen))
    assert found is not None
    assert found.status == status


def test_leak_is_a_fault_also_where_unseen_rows_have_no_loss() -> None:
    """A feature that tells the target tells it for all rows."""
    found = judged(ZeroLossRisk(), trained(probe(zero_loss=0.9), cause("zero_loss", 0.9), unseen=0.0))
    assert found is not None
    assert (found.status, found.columns) == ("warn", ("age",))
