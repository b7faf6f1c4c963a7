"""Candidates for each setting of a plan, with the reason for each, and the advice that comes of trying them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from prefit.evidence.advice import Choice
from prefit.plan import ADAPTIVE
from prefit.probes.advice.scaling import scaling_candidates
from prefit.probes.advice.settle import Option, Settled, named, settle
from prefit.probes.advice.target import TargetFacts, candidates, remark
from prefit.probes.advice.trials import Trials, Variant
from prefit.wording import two_digits

__all__ = ["batch_size", "loss", "network_penalty", "optimizer", "scaling"]

SPARSE = 0.2
"""Share of inputs that are not zero below which one rate for all weights starves those of rare features."""

FEW_STEPS = 16
"""Steps of an epoch below which a smaller batch is worth a trial."""

FEWEST_OF_CLASS = 5
"""Rows of a class in the sample below which folds say nothing of a loss that serves it."""

NOISY_BATCH = 8
DEFAULT_BATCH = 32

PENALTIES: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("dropout 0.2", {"dropout": 0.2}, "units that cannot rely on each other remember less of single rows"),
    ("weight decay 0.001", {"weight_decay": 1e-3}, "small weights keep the function smooth"),
    ("weight decay 0.01", {"weight_decay": 1e-2}, "small weights keep the function smooth"),
)

Step = tuple[Variant, Choice]
"""The plan to go on with, and what is said of the setting."""


def scaling(trials: Trials, now: Variant, facts: Mapping[str, float]) -> Step:
    """Advise on the scaling of the inputs."""
    options = [
        Option(name, replace(now, plan=replace(now.plan, scaling=name)), reason)  # type: ignore[arg-type]
        for name, reason in scaling_candidates(now.plan, facts)
    ]
    silent = (
        f"the largest root mean square of a column is {two_digits(facts['rms_ratio'])} times the smallest, and "
        + ("standardizing evens that out" if now.plan.scaling != "none" else "none is far from 1")
    )
    return _said(now.plan.scaling, settle(trials, now, options), silent, facts, is_named=named(now.plan, "scaling"))


def loss(trials: Trials, now: Variant, facts: TargetFacts) -> Step:
    """Advise on the loss, from the distribution of the target."""
    planned = now.plan.loss_for(facts.n_classes)
    options = [
        Option(
            found.name,
            Variant(replace(now.plan, loss=found.loss), weighted=found.weighted, log=found.log),  # type: ignore[arg-type]
            found.reason,
        )
        for found in candidates(facts, planned)
    ]
    kind = "a class is rare" if facts.n_classes else "the target has heavy tails, a long skew or counts"
    settled = settle(trials, now, options)
    variant, choice = _said(
        planned, settled, f"another one is tried where {kind}", facts.figures, is_named=named(now.plan, "loss")
    )
    return variant, replace(choice, why=choice.why + _rarity(trials, choice) + remark(facts))


def _rarity(trials: Trials, choice: Choice) -> str:
    """Say where a class is so rare that the trials tell nothing of it."""
    numbers = trials.numbers
    if not numbers.n_classes or choice.untried or choice.pays:
        return ""
    rarest = int(np.bincount(numbers.target, minlength=numbers.n_classes).min())
    if rarest >= FEWEST_OF_CLASS:
        return ""
    return f" The smallest class has {rarest} rows in the trials, too few to tell a loss that serves it."


def optimizer(trials: Trials, now: Variant, facts: Mapping[str, float]) -> Step:
    """Advise on the optimizer: an adaptive one where features are sparse, or where steps of one size get nowhere."""
    planned = now.plan.optimizer
    options = []
    if planned not in ADAPTIVE:
        sparse = facts["density"] < SPARSE
        reason = (
            f"only {facts['density']:.2g} of the inputs are not zero, and steps of one size starve rare features"
            if sparse
            else "steps of a size that each weight sets for itself need no tuning"
        )
        options.append(
            Option("adam", replace(now, plan=replace(now.plan, optimizer="adam", learning_rate=None)), reason)
        )
    silent = "it adapts the step of each weight"
    measured = {"density": facts["density"]}
    return _said(planned, settle(trials, now, options), silent, measured, is_named=named(now.plan, "optimizer"))


def batch_size(trials: Trials, now: Variant, planned_rows: int) -> Step:
    """Advise on the batch size where it matters: an epoch of a few steps, or batches of a few rows."""
    planned = now.plan.batch_size
    steps = -(-planned_rows // planned)
    smaller = max(NOISY_BATCH, 2 ** max(0, (planned_rows // (2 * FEW_STEPS)).bit_length() - 1))
    options = []
    if steps < FEW_STEPS and smaller < planned:
        reason = f"an epoch has {steps} steps"
        options.append(Option(str(smaller), replace(now, plan=replace(now.plan, batch_size=smaller)), reason))
    if planned < NOISY_BATCH and planned_rows >= FEW_STEPS * DEFAULT_BATCH:
        reason = f"{planned} rows say little of the gradient"
        options.append(
            Option(str(DEFAULT_BATCH), replace(now, plan=replace(now.plan, batch_size=DEFAULT_BATCH)), reason)
        )
    silent, is_named = f"an epoch has {steps:,} steps", named(now.plan, "batch_size")
    return _said(str(planned), settle(trials, now, options), silent, {"steps": float(steps)}, is_named=is_named)


def network_penalty(trials: Trials, now: Variant, overfitting: float | None) -> Step:
    """Advise on weight decay, dropout and early stopping of the plan, each tried on the folds."""
    plan = now.plan
    planned = _penalties(now)
    options = [
        Option(name, replace(now, plan=replace(plan, **change)), reason)
        for name, change, reason in PENALTIES
        if any(getattr(plan, key) < value for key, value in change.items())
        and (plan.depth > 1 or "dropout" not in change)
    ]
    if plan.epochs >= 3:
        sooner = replace(now, plan=replace(plan, epochs=max(1, plan.epochs // 3)))
        reason = "the score on rows that are not trained on falls again later"
        options.append(Option(f"stopping after {sooner.plan.epochs} epochs", sooner, reason))
    measured = {} if overfitting is None else {"overfitting_probability": overfitting}
    silent, is_named = "it is as strong as any that would be tried", named(plan, "dropout", "weight_decay")
    return _said(planned, settle(trials, now, options), silent, measured, is_named=is_named)


def _penalties(now: Variant) -> str:
    parts = [f"dropout {now.plan.dropout:g}"] if now.plan.dropout else []
    parts += [f"weight decay {now.plan.weight_decay:g}"] if now.plan.weight_decay else []
    return ", ".join(parts) or "none"


def _outcome(settled: Settled) -> str:
    return "worse" if settled.worse else "not surely better"


def _said(planned: str, settled: Settled, silent: str, measured: Mapping[str, float], *, is_named: bool) -> Step:
    best = settled.best
    if settled.untried:
        why = f"{planned} stays, and nothing else was tried: {settled.untried}."
    elif best is None:
        why = f"{planned} stays: {silent}."
    elif settled.changed:
        why = f"{best.name} scores better on held-out rows: {best.reason}."
    else:
        tried = "was tried, beside the other changes that are advised," if settled.beside else "was tried"
        why = f"{planned} stays: {best.name} {tried} and is {_outcome(settled)} on held-out rows."
    advised = best.name if best is not None and settled.changed else planned
    return settled.variant, Choice(
        planned=planned,
        advised=advised,
        why=why,
        measured=dict(measured),
        effect=settled.effect,
        untried=settled.untried,
        is_named=is_named,
    )
