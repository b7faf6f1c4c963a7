"""Probes of a plan from explicit figures: what the tests of the checks of training judge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.checks.builders import categories, evidence, numbers

from prefit.evidence import Evidence
from prefit.evidence.training import (
    InputScale,
    LayerSignal,
    PlanProbe,
    Remedy,
    RiskCause,
    RiskName,
    TrainingEvidence,
    TrainingRisks,
)
from prefit.plan import TrainingPlan

CALM = TrainingRisks(flat_loss=0.01, zero_loss=0.01, exploding_gradient=0.01, vanishing_gradient=0.01)
LAYER = LayerSignal(gradient_norm=0.5, spread=1.0, saturated=0.0, dead=0.0)
INPUTS = InputScale(rms=1.0, largest=4.0, tail=4.0, ratio=1.0, condition=3.0, condition_standardized=3.0, degenerate=0)


def probe(
    *, last: float = 0.4, plan: dict[str, Any] | None = None, inputs: InputScale = INPUTS, **risks: float
) -> PlanProbe:
    """Return a probe of 190 steps that ends at a loss, in units of that of a constant prediction."""
    return PlanProbe(
        plan=TrainingPlan(**(plan or {})),
        risks=replace(CALM, **risks),
        loss="cross_entropy",
        n_rows=600,
        n_rows_planned=600,
        steps=190,
        steps_planned=190,
        reference=0.7,
        losses=((0, 0.8), (190, 0.7 * last)),
        layers=(LAYER, LAYER, LAYER),
        gradient_ratio=0.8,
        gradient_norm=1.5,
        curvature=10.0,
        inputs=inputs,
        one_batch=0.001,
        without_inputs=1.0,
    )


def cause(risk: RiskName, probability: float, *remedies: Remedy, columns: tuple[str, ...] = ("age",)) -> RiskCause:
    """Return a cause in a column."""
    return RiskCause(
        risk=risk,
        probability=probability,
        cause="the inputs are not scaled",
        evidence="their root mean square is 1e+03",
        columns=columns,
        remedies=remedies,
    )


def trained(given: PlanProbe, *causes: RiskCause, **others: Any) -> Evidence:
    """Return the evidence of a run that probed a plan."""
    healthy = evidence(numbers("age"), categories("job", [600, 400]), target=categories("income", [760, 240]))
    return replace(healthy, training=TrainingEvidence(probe=given, causes=causes, **others))
