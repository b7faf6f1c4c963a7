"""Why is a risk high, and what removes it? Likely changes are probed, and those that help are kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from prefit.errors import UsageError
from prefit.evidence.training import RISKS, PlanProbe, Remedy, RiskCause, RiskName, Setting, TrainingRisks
from prefit.plan_values import training_plan
from prefit.probes.training.changes import Change, changes
from prefit.probes.training.probe import as_values, measure
from prefit.probes.training.risk import risks_of
from prefit.probes.training.rows import Rows

__all__ = ["WORTH", "Trials", "causes"]

WORTH = 0.4
"""Probability from which the cause of a risk is looked for."""

SOLVED = 0.25
"""Probability below which a change has removed a risk."""

EASY = 0.1
"""Loss on unseen rows over the reference below which a task is easy."""

UNEVEN_CLASSES = 0.5
"""Entropy of the classes over that of equal ones below which they are unequal: 11 % in the smaller one of two."""

MOST_TRIALS = 7
"""Changes that are probed for one risk."""

NONE_HELPS: Mapping[RiskName, str] = {
    "flat_loss": "the inputs say little of the target that a network could learn",
    "vanishing_gradient": "no change of the plan that was probed helps",
    "exploding_gradient": "no change of the plan that was probed helps",
    "zero_loss": "the target is easy to tell",
}


@dataclass
class Trials:
    """Probes of changed plans, each made once, until their seconds are used up."""

    rows: Rows
    owners: tuple[str, ...]
    probe: PlanProbe
    seed: int
    seconds_each: float
    n_left: int
    made: dict[tuple[tuple[str, Setting], ...], PlanProbe | None] = field(default_factory=dict)

    def probed(self, values: Mapping[str, Setting]) -> PlanProbe | None:
        """Return the probe of the plan with these values; None where none is left or the plan makes no sense."""
        key = tuple(values.items())
        if key not in self.made:
            if self.n_left <= 0:
                return None
            self.n_left -= 1
            self.made[key] = self._probe(values)
        return self.made[key]

    def _probe(self, values: Mapping[str, Setting]) -> PlanProbe | None:
        rows, plan_values = self.rows, dict(values)
        dropped = plan_values.pop("drop", ())
        assert isinstance(dropped, tuple)
        kept = np.array([owner not in dropped for owner in self.owners], dtype=bool)
        if not kept.all():
            rows = replace(rows, inputs=rows.inputs[:, kept])
        try:
            plan = training_plan(asdict(self.probe.plan) | plan_values)
        except UsageError:  # a learning rate beyond what a plan may have
            return None
        same = plan.scaling == self.probe.plan.scaling and kept.all()
        measured = measure(
            rows, plan, seed=self.seed, n_rows_planned=self.probe.n_rows_planned, seconds=self.seconds_each,
            scale=self.probe.inputs if same else None,
        )  # fmt: skip
        return as_values(measured, risks_of(measured))


def causes(trials: Trials, unseen: float | None = None) -> tuple[RiskCause, ...]:
    """Return the cause of every risk that is worth it, highest risk first.

    `unseen` is the loss over the reference on rows that a probe of the plan was not trained on, where that is known.
    """
    risks = asdict(trials.probe.risks)
    high: list[RiskName] = sorted((name for name in RISKS if risks[name] >= WORTH), key=lambda name: -risks[name])
    found = (_cause(name, risks[name], trials) for name in high)
    return tuple(_deserved(cause, unseen) if cause.risk == "zero_loss" else cause for cause in found)


def _deserved(cause: RiskCause, unseen: float | None) -> RiskCause:
    """Return what is to be said where rows that were not trained on have no loss either, and no feature is to blame."""
    if unseen is None or unseen >= EASY or cause.columns:
        return cause
    said = f"on rows that a probe was not trained on the loss is {unseen:.2g} of a constant prediction's"
    return replace(cause, cause=NONE_HELPS["zero_loss"], evidence=said, remedies=())


def _cause(risk: RiskName, probability: float, trials: Trials) -> RiskCause:
    helping: list[tuple[Change, Remedy]] = []
    candidates = changes(risk, trials.probe, trials.rows, trials.owners)
    for change in candidates[: MOST_TRIALS - 1] + candidates[MOST_TRIALS - 1 :][-1:]:
        if change is candidates[-1] and any(remedy.risk < SOLVED for _, remedy in helping):
            break  # the safe plan is for what no single change removes
        after = trials.probed(change.values)
        if after is not None and _helps(risk, trials.probe.risks, after.risks):
            loss = after.losses[-1][1] / after.reference
            helping.append((change, Remedy(change=change.values, risk=asdict(after.risks)[risk], loss=loss)))
    if not helping:
        return RiskCause(risk=risk, probability=probability, cause=_of_data(risk, trials), evidence=_no_help(trials))
    solving = [change for change, remedy in helping if remedy.risk < SOLVED]
    helping.sort(key=lambda pair: (pair[1].risk >= SOLVED, round(pair[1].risk, 2), pair[1].loss))
    named = solving[0] if solving else helping[0][0]
    helping.sort(key=lambda pair: pair[0] is not named)  # a cause, and then what removes that very cause
    return RiskCause(
        risk=risk,
        probability=probability,
        cause=named.cause,
        evidence=named.evidence,
        columns=named.columns,
        remedies=tuple(remedy for _, remedy in helping[:3]),
    )


def _helps(risk: RiskName, before: TrainingRisks, after: TrainingRisks) -> bool:
    """Whether a change lowers a risk by a third at least, and no other risk takes its place."""
    was, now = asdict(before), asdict(after)
    others = [name for name in RISKS if name not in (risk, "zero_loss") and now[name] > max(0.5, was[name])]
    return now[risk] < was[risk] * 2 / 3 and not others


def _of_data(risk: RiskName, trials: Trials) -> str:
    """Name what no change of the plan removes: features that hold nothing, or a constant that is hard to beat."""
    rows = trials.rows
    if risk == "flat_loss" and (rows.inputs == rows.inputs[0]).all():
        return "all inputs are constant"
    if risk == "flat_loss" and rows.n_classes and trials.probe.loss == "cross_entropy":
        entropy = trials.probe.reference / math.log(rows.n_classes)
        if entropy < UNEVEN_CLASSES:
            return "the classes are so unequal that a constant prediction is hard to beat"
    return NONE_HELPS[risk]


def _no_help(trials: Trials) -> str:
    tried = [made for made in trials.made.values() if made is not None]
    least = min((made.losses[-1][1] / made.reference for made in (trials.probe, *tried)), default=1.0)
    return (
        f"of {len(tried)} changed plans that were probed, the best has a loss of {least:.3g} times that of a constant "
        "prediction"
    )
