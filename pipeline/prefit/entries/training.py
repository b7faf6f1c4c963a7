"""The entry ``training`` of ``report.json``: the plan, its risks with their causes, what the probe saw, and advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from prefit.entries.advice import advice_entry
from prefit.entries.network import network_entry
from prefit.entries.plain import finite
from prefit.evidence import Evidence
from prefit.evidence.training import RISKS, PlanProbe, RiskCause, Setting
from prefit.plan import TrainingPlan
from prefit.wording import two_digits

__all__ = ["training"]


def training(evidence: Evidence) -> dict[str, Any] | None:
    """Return what is known of the planned training; None where it was neither probed nor advised on."""
    probed, advice = evidence.training, evidence.advice
    if probed is None and advice is None:
        return None
    told: dict[str, Any] = {"plan": None, "risks": None, "evidence": {}, "causes": [], "probe": None}
    if probed is not None:
        causes = {cause.risk: cause for cause in probed.causes}
        told = {
            "plan": _plan(probed.probe),
            "risks": asdict(probed.probe.risks),
            "evidence": {name: _sentence(name, probed.probe, causes.get(name)) for name in RISKS},
            "causes": [_cause(cause) for cause in probed.causes],
            "probe": _probe(probed.probe),
        }
    return told | {
        "advice": None if advice is None else advice_entry(advice),
        "networks": [
            network_entry(network, judged=probed is not None and network.probe is probed.probe)
            for network in evidence.networks or ()
        ],
    }


def _plan(probe: PlanProbe) -> dict[str, Any]:
    """Return the plan with all that it leaves open filled in."""
    plan: TrainingPlan = probe.plan
    return asdict(plan) | {"loss": probe.loss, "initialization": plan.start, "learning_rate": plan.step_size}


def _listed(change: Mapping[str, Setting]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in change.items()}


def _cause(cause: RiskCause) -> dict[str, Any]:
    return {
        "risk": cause.risk,
        "probability": cause.probability,
        "cause": cause.cause,
        "evidence": cause.evidence,
        "columns": list(cause.columns),
        "remedies": [
            {"change": _listed(remedy.change), "probability": remedy.risk, "loss": finite(remedy.loss)}
            for remedy in cause.remedies
        ],
    }


def _probe(probe: PlanProbe) -> dict[str, Any]:
    """Return the figures of the probe; losses are in units of the constant prediction's."""
    return {
        "rows": probe.n_rows,
        "rows_planned": probe.n_rows_planned,
        "steps": probe.steps,
        "steps_planned": probe.steps_planned,
        "reference_loss": probe.reference,
        "losses": [{"step": step, "loss": finite(loss / probe.reference)} for step, loss in probe.losses],
        "layers": [{name: finite(value) for name, value in asdict(layer).items()} for layer in probe.layers],
        "gradient_ratio": finite(probe.gradient_ratio),
        "gradient_norm": finite(probe.gradient_norm),
        "curvature": finite(probe.curvature),
        "inputs": {name: finite(value) for name, value in asdict(probe.inputs).items()},
        "one_batch": finite(probe.one_batch),
        "without_inputs": finite(probe.without_inputs),
    }


def _sentence(risk: str, probe: PlanProbe, cause: RiskCause | None) -> str:
    """Say in one sentence what speaks for or against a risk."""
    if cause is not None:
        return f"{cause.cause}: {cause.evidence}"
    last = probe.losses[-1][1] / probe.reference
    ends = f"the loss of the probe is {last:.3g} of that of a constant prediction after {probe.steps:,} steps"
    reach = two_digits(probe.plan.step_size * probe.gradient_norm)
    return {
        "flat_loss": ends,
        "zero_loss": ends,
        "exploding_gradient": f"learning rate times first gradient is {reach}",
        "vanishing_gradient": f"the gradient of the first layer is {probe.gradient_ratio:.2g} of that of the last",
    }[risk]
