"""Why a risk of an own estimator is high, and which of its parameters remove it: probed, not guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from prefit.evidence.training import RISKS, PlanProbe, Remedy, RiskCause, RiskName, Setting
from prefit.wording import two_digits

__all__ = ["HIGH", "Change", "causes_of"]

HIGH = 0.5
"""Probability from which a cause is looked for, and below which a change removes it."""

LOW = 0.2
"""Probability up to which the change of the fewest things is the best one."""

MOST_REMEDIES = 3
FADED = 1e-3
SHORTENED = {"learning_rate", "C"}
RATES = ("learning_rate_init", "eta0")

Change = Mapping[str, Setting]


def causes_of(
    probe: PlanProbe, changes: tuple[Change, ...], again: Callable[[Change], PlanProbe]
) -> tuple[RiskCause, ...]:
    """Return the causes of the risks that are high, highest first, with the changes that lower them below one half.

    A loss of zero has none: steps that merely take longer to learn by heart what there is are no remedy.

    Parameters
    ----------
    probe : PlanProbe
    changes : tuple of mapping
        Parameters of the estimator, or the scaling of its inputs.
    again : callable
        Probes the estimator with a change.
    """
    risks = asdict(probe.risks)
    high = sorted((risk for risk in RISKS if risks[risk] >= HIGH), key=lambda risk: -risks[risk])
    tried = [(change, again(change)) for change in changes] if {*high} - {"zero_loss"} else []
    kept = [(change, found) for change, found in tried if max(asdict(found.risks).values()) < HIGH]
    return tuple(_cause(risk, risks[risk], probe, kept if risk != "zero_loss" else []) for risk in high)


def _cause(risk: RiskName, probability: float, probe: PlanProbe, kept: list[tuple[Change, PlanProbe]]) -> RiskCause:
    remedies = [
        Remedy(change=dict(change), risk=getattr(found.risks, risk), loss=found.losses[-1][1] / found.reference)
        for change, found in kept
    ]
    remedies.sort(key=lambda remedy: (remedy.risk > LOW, len(remedy.change), remedy.risk))
    cause, evidence = _words(risk, probe, remedies[0] if remedies else None)
    return RiskCause(
        risk=risk, probability=probability, cause=cause, evidence=evidence, remedies=tuple(remedies[:MOST_REMEDIES])
    )


def _words(risk: RiskName, probe: PlanProbe, best: Remedy | None) -> tuple[str, str]:
    """Name what the best change removes, or else what stands out, and the figures that say so."""
    last = probe.losses[-1][1] / probe.reference
    evidence = f"the loss is {last:.3g} of the constant one after {probe.steps:,} steps"
    change = {} if best is None else best.change
    if risk == "zero_loss":
        return "the task is learnt to the end early", evidence
    if risk == "vanishing_gradient" and probe.gradient_ratio < FADED:
        cause = "the gradient fades on its way to the first layer: use relu, or fewer layers"
        return cause, f"the gradient of the first layer is {probe.gradient_ratio:.1e} of that of the last"
    if set(change) == {"target_scaling", "scaling"}:
        cause = "neither inputs nor target are scaled"
    elif "target_scaling" in change:
        cause = "the target is not scaled"
    elif "scaling" in change:
        cause, evidence = (
            "the inputs are not scaled",
            f"their root mean square is {two_digits(probe.inputs.rms)}, {evidence}",
        )
    elif "activation" in change:
        cause = "the activation lets little through"
    elif risk == "exploding_gradient" or set(change) & SHORTENED or _rate(change) < probe.plan.step_size:
        cause = "the steps are too long"
    else:
        cause = "it learns too little in these steps"
    return cause, evidence


def _rate(change: Change) -> float:
    """Return the learning rate that a change sets; infinite where it sets none."""
    return min((float(change[name]) for name in RATES if name in change), default=float("inf"))  # type: ignore[arg-type]
