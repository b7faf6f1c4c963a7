"""Why a risk of the user's network is high, and which change of the plan removes it: probed, not guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from prefit.evidence.training import RISKS, PlanProbe, Remedy, RiskCause, RiskName
from prefit.plan import ADAPTIVE, TrainingPlan
from prefit.wording import two_digits

__all__ = ["causes_of"]

HIGH = 0.5
"""Probability from which a cause is looked for."""

MOST_REMEDIES = 3
FADED = 1e-3
BURSTING = 10.0
"""Learning rate times gradient norm above which the first step leaves the region where the loss is known."""

Probe = Callable[[TrainingPlan], PlanProbe]


def causes_of(probe: PlanProbe, layers: tuple[str, ...], again: Probe) -> tuple[RiskCause, ...]:
    """Return the causes of the risks that are high, highest first, with the changes that lower them below one half.

    Parameters
    ----------
    probe : PlanProbe
        Of the network under the plan.
    layers : tuple of str
    again : callable
        Probes the same network under another plan.
    """
    risks = asdict(probe.risks)
    high = sorted((risk for risk in RISKS if risks[risk] >= HIGH), key=lambda risk: -risks[risk])
    if not high:
        return ()
    tried = [(change, again(replace(probe.plan, **change))) for change in _changes(probe.plan)]
    return tuple(_cause(risk, risks[risk], probe, layers, tried) for risk in high)


def _changes(plan: TrainingPlan) -> Iterator[Mapping[str, Any]]:
    yield {"learning_rate": plan.step_size / 10}
    yield {"learning_rate": plan.step_size * 10}
    if not plan.clip_norm:
        yield {"clip_norm": 1.0}
    if plan.scaling == "none":
        yield {"scaling": "standard"}
    if plan.optimizer not in ADAPTIVE:
        yield {"optimizer": "adam", "learning_rate": None}


def _cause(
    risk: RiskName,
    probability: float,
    probe: PlanProbe,
    layers: tuple[str, ...],
    tried: list[tuple[Mapping[str, Any], PlanProbe]],
) -> RiskCause:
    outcomes = [
        Remedy(
            change={key: value for key, value in change.items() if value is not None},
            risk=getattr(found.risks, risk),
            loss=found.losses[-1][1] / found.reference,
        )
        for change, found in tried
        if max(asdict(found.risks).values()) < HIGH  # a change that brings another risk is none
    ]
    cause, evidence = _words(risk, probe, layers)
    best = tuple(sorted(outcomes, key=lambda remedy: remedy.risk)[:MOST_REMEDIES])
    return RiskCause(risk=risk, probability=probability, cause=cause, evidence=evidence, remedies=best)


def _words(risk: RiskName, probe: PlanProbe, layers: tuple[str, ...]) -> tuple[str, str]:
    """Name what stands out, and the figures that say so."""
    reach = probe.plan.step_size * probe.gradient_norm
    dead = [name for name, layer in zip(layers, probe.layers, strict=True) if layer.dead > HIGH]
    if risk == "zero_loss":
        return (
            "the task is learnt to the end early",
            f"one batch is learnt to {probe.one_batch:.2g} of the constant loss",
        )
    if risk == "exploding_gradient":
        where = "the inputs are not scaled" if probe.inputs.rms > BURSTING else "the steps are too long"
        scale = f"the inputs have a root mean square of {two_digits(probe.inputs.rms)}"
        return where, f"learning rate times first gradient is {two_digits(reach)}, {scale}"
    if dead:
        return "units are dead", f"more than half of the units behind layer {dead[0]!r} give zero for all rows"
    if probe.gradient_ratio < FADED:
        faded = f"the gradient of layer {layers[0]!r} is {probe.gradient_ratio:.1e} of that of layer {layers[-1]!r}"
        return (
            "the gradient fades on its way to the first layer: add skip connections or normalization, or use relu",
            faded,
        )
    last = probe.losses[-1][1] / probe.reference
    return (
        "the network learns too little in these steps",
        f"the loss is {last:.3g} of the constant one after {probe.steps:,}",
    )
