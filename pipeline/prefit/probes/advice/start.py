"""How to initialize: the signal through the layers of the plan, and starts that keep it alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from prefit.evidence.advice import Choice, Pretrained, Start
from prefit.plan import TrainingPlan
from prefit.probes.advice.settle import Option, Settled, named, settle
from prefit.probes.advice.trials import Trials, Variant
from prefit.probes.training.network import Network
from prefit.probes.training.rows import Prepared

__all__ = ["Signal", "signal_of", "start"]

BATCH = 256
FADED, GROWN = 1e-3, 1e3
"""Gradient of the first layer over that of the last beyond which depth, not the data, decides what is learnt."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What each layer gives on before any step (standard deviation), and the gradient norm of its weights."""

    spread: tuple[float, ...]
    gradient: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Gradient norm of the first layer over that of the last; 0/0 is 0."""
        first, last = self.gradient[0], self.gradient[-1]
        return 0.0 if first == 0 else first / last if last > 0 else float("inf")

    @property
    def alive(self) -> bool:
        """Whether the gradient reaches the first layer, neither faded nor grown beyond use."""
        return FADED <= self.ratio <= GROWN and bool(np.isfinite(self.spread).all())


def signal_of(prepared: Prepared, plan: TrainingPlan, seed: int) -> Signal:
    """Pass one batch forward and back through new weights."""
    rows = prepared.take(np.random.default_rng([seed, 5]).permutation(prepared.n_rows)[:BATCH])
    network = Network(rows.inputs.shape[1], rows.n_outputs, plan, np.random.default_rng([seed, 1]))
    with np.errstate(all="ignore"):
        spread = tuple(float(values.std()) for values in network.layers(rows.inputs)[1:])
        network.learn(rows.inputs, rows.targets, rows.loss, training=False)
        return Signal(spread, tuple(network.gradient_norms()))


def start(
    trials: Trials, now: Variant, prepared: Prepared, *, pretrained: Pretrained | None = None
) -> tuple[Variant, Start]:
    """Advise on the initialization, and on the activation where none can help this one at this depth."""
    plan = now.plan
    before = signal_of(prepared, plan, trials.seed)
    options = []
    for candidate, name in _candidates(plan):
        signal = signal_of(prepared, candidate, trials.seed)
        if signal.alive or not before.alive:
            reason = (
                f"the gradient of the first layer is then {signal.ratio:.2g} of that of the last, "
                f"now {before.ratio:.2g}"
            )
            options.append(Option(name, replace(now, plan=candidate), reason))
    settled = settle(trials, now, options)
    planned = _name(plan)
    advised = _name(settled.variant.plan)
    after = signal_of(prepared, settled.variant.plan, trials.seed)
    choice = Choice(
        planned=planned,
        advised=advised,
        why=_why(plan, before, settled),
        measured={"gradient_ratio": before.ratio, "gradient_ratio_advised": after.ratio},
        effect=settled.effect,
        untried=settled.untried,
        is_named=named(plan, "initialization", "activation"),
    )
    return settled.variant, Start(
        choice=choice,
        signal=before.spread,
        signal_advised=after.spread,
        gradient=before.gradient,
        gradient_advised=after.gradient,
        pretrained=pretrained,
    )


def _candidates(plan: TrainingPlan) -> Sequence[tuple[TrainingPlan, str]]:
    natural = replace(plan, initialization="auto")
    found = [(natural, _name(natural))] if plan.start != natural.start else []
    if plan.activation != "relu" and plan.depth > 2:
        relu = replace(plan, activation="relu", initialization="auto")
        found.append((relu, _name(relu)))
    return found


def _name(plan: TrainingPlan) -> str:
    return f"{plan.start} with {plan.activation}" if plan.depth > 1 else plan.start


def _why(plan: TrainingPlan, before: Signal, settled: Settled) -> str:
    best = settled.best
    if settled.changed and best is not None:
        return f"{best.name} scores better on held-out rows: {best.reason}."
    state = f"the gradient of the first layer is {before.ratio:.2g} of that of the last"
    if settled.untried:
        return f"{_name(plan)} stays, and nothing else was tried: {settled.untried}; {state}."
    if best is None:
        return (
            f"{_name(plan)} stays, as the gradient gets through: {state}."
            if before.alive
            else f"With {_name(plan)}, {state}."
        )
    return f"{_name(plan)} stays: {best.name} was tried and is not surely better on held-out rows; {state}."
