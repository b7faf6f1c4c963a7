"""What the checks of training risks share: one finding with the probability, its cause, and what removes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from prefit.evidence import Evidence
from prefit.evidence.training import Remedy, RiskCause, RiskName, TrainingEvidence
from prefit.finding import Finding
from prefit.wording import probability as shown

__all__ = ["judge_training_risk", "settings"]


def judge_training_risk(
    check: str, risk: RiskName, evidence: Evidence, *, limit: float, event: str, why: str
) -> Iterator[Finding]:
    """Yield one finding: a warning where the probability of the event reaches the limit."""
    training = evidence.training
    assert training is not None
    probability = asdict(training.probe.risks)[risk]
    said = f"Probability {shown(probability)} that {event} ({_run(training)}); limit {shown(limit)}."
    if probability < limit:
        yield Finding(
            check=check,
            status="pass",
            message=said,
            measured=probability,
            limit=limit,
            unit="probability",
        )
        return
    cause = next((cause for cause in training.causes if cause.risk == risk), None)
    yield Finding(
        check=check,
        status="warn",
        message=f"{said}{_caused(cause)}",
        columns=() if cause is None else cause.columns,
        measured=probability,
        limit=limit,
        unit="probability",
        why=why,
        remedy=_removed(cause),
    )


def settings(remedy: Remedy) -> str:
    """Write a change of the plan as one would set it."""
    return ", ".join(
        f"without {', '.join(value)}"
        if isinstance(value, tuple)
        else f"{key} = {value:g}"
        if isinstance(value, float)
        else f"{key} = {str(value).lower() if isinstance(value, bool) else value}"
        for key, value in remedy.change.items()
    )


def _run(training: TrainingEvidence) -> str:
    probe = training.probe
    seen = (
        f"all {probe.steps:,}" if probe.steps == probe.steps_planned else f"{probe.steps:,} of {probe.steps_planned:,}"
    )
    return f"from a probe of {seen} planned steps on {probe.n_rows:,} rows"


def _caused(cause: RiskCause | None) -> str:
    return "" if cause is None else f" Cause: {cause.cause}; {cause.evidence}."


def _removed(cause: RiskCause | None) -> str:
    if cause is None:
        return "Change the plan: scaling, learning rate, initialization, or depth."
    if not cause.remedies:
        return "No change of the plan that was probed lowers the risk: look at what the cause names, and at the data."
    best, *others = cause.remedies
    text = f"{settings(best)}: probed, the probability is then {shown(best.risk)}"
    if others:
        text += "; or " + "; or ".join(f"{settings(remedy)} ({shown(remedy.risk)})" for remedy in others)
    return f"{text}."
