"""What may make a training fail, each with the change that would remove it: to be probed, nothing is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from prefit.evidence.training import PlanProbe, RiskName, Setting
from prefit.plan import ADAPTIVE, LEARNING_RATES
from prefit.probes.frame import Array
from prefit.probes.training.easy import told_by_feature
from prefit.probes.training.inputs import tails
from prefit.probes.training.rows import Rows
from prefit.wording import two_digits

__all__ = ["Change", "changes"]

LONG_TAIL = 20.0
"""Standard deviations from which single cells, not their columns, decide what the first layer sees."""

UNEVEN, LARGE = 10.0, 10.0
"""Ratio of the scales of columns, and root mean square, from which inputs count as not scaled."""

DEEP = 4
LEAK = 0.98
"""Share of the target that a feature tells alone, which no honest feature does."""

FEW_DISTINCT = 0.5

SAFE = {
    "scaling": "standard",
    "activation": "relu",
    "initialization": "auto",
    "optimizer": "adam",
    "learning_rate": "auto",
}

PLAIN: Mapping[str, Setting] = {"normalization": "none", "skip": False, "schedule": "constant"}
"""What the safest plan leaves out where the plan has it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A likely cause, the figures that speak for it, and the keys of the plan, or the features to drop, to change."""

    cause: str
    evidence: str
    values: Mapping[str, Setting]
    columns: tuple[str, ...] = ()


def changes(risk: RiskName, probe: PlanProbe, rows: Rows, owners: tuple[str, ...]) -> list[Change]:
    """Return the changes to try for a risk, the likeliest cause first; the last is the safest plan as a whole."""
    if risk == "zero_loss":
        return [*_leaks(rows, owners), *_by_heart(probe, rows)]
    found = [*_of_inputs(probe, rows, owners)]
    if risk == "exploding_gradient":
        found += [*_of_large_start(probe), *_of_sums(probe), *_of_long_steps(probe)]
    elif risk == "vanishing_gradient":
        found += [*_of_start(probe), *_of_depth(probe), *_of_skips(probe), *_of_optimizer(probe)]
    else:
        found += [*_of_start(probe), *_of_sums(probe), *_of_depth(probe), *_of_steps(probe), *_of_restraint(probe)]
    planned = asdict(probe.plan)
    usual = {key: value for key, value in PLAIN.items() if planned[key] != value}
    safe: dict[str, Setting] = {**SAFE, **usual, "depth": min(probe.plan.depth, 3)}
    return [*found, Change("several settings of the plan together", "no single change removes it", safe)]


def _of_inputs(probe: PlanProbe, rows: Rows, owners: tuple[str, ...]) -> Iterator[Change]:
    scale, plan = probe.inputs, probe.plan
    if plan.scaling == "none" and (scale.ratio > UNEVEN or not 1 / LARGE < scale.rms < LARGE):
        yield Change(
            "the inputs are not scaled",
            f"their root mean square is {two_digits(scale.rms)}, and their columns differ by a factor of "
            f"{two_digits(scale.ratio)}",
            {"scaling": "standard"},
            _largest(np.abs(rows.inputs).max(axis=0), owners),
        )
    if scale.tail > LONG_TAIL and plan.scaling != "quantile":
        farthest = tails(rows.inputs)
        if farthest.max(initial=0.0) > LONG_TAIL:
            yield Change(
                "the inputs have long tails",
                f"a cell is {farthest.max():.3g} standard deviations from the mean of its column",
                {"scaling": "quantile"},
                _largest(farthest, owners),
            )


def _of_large_start(probe: PlanProbe) -> Iterator[Change]:
    if probe.plan.start == "large":
        yield Change(
            "the weights start too large",
            f"the first loss is {probe.losses[0][1] / probe.reference:.3g} times that of a constant prediction",
            {"initialization": "auto"},
        )


def _of_long_steps(probe: PlanProbe) -> Iterator[Change]:
    plan, rate = probe.plan, probe.plan.step_size
    if probe.loss == "poisson" and probe.reference > LARGE:
        yield Change(
            "the outputs are logarithms of large numbers",
            f"the first gradient has a norm of {probe.gradient_norm:.3g}",
            {"loss": "mse"},
        )
    said = f"the learning rate {rate:g} times the first gradient is {two_digits(rate * probe.gradient_norm)}"
    usual = LEARNING_RATES[plan.optimizer]
    for lower in (*(("auto",) if usual < rate else ()), rate / 10):
        yield Change("the learning rate is too high", said, {"learning_rate": lower})
    yield from _of_scale(probe)
    yield Change("the learning rate is too high", said, {"learning_rate": rate / 100})
    if not plan.clip_norm:
        yield Change("single gradients are too long", said, {"clip_norm": 1.0})
    if plan.optimizer not in ADAPTIVE:
        yield Change("the steps do not adapt to the gradient", said, {"optimizer": "adam", "learning_rate": "auto"})


def _of_start(probe: PlanProbe) -> Iterator[Change]:
    last = probe.layers[-1]
    if probe.plan.start in ("zero", "small", "large"):
        cause = {
            "zero": "all weights start at zero and stay alike",
            "small": "the weights start so small that no signal comes through",
            "large": "the weights start so large that units are saturated",
        }[probe.plan.start]
        said = f"the outputs have a standard deviation of {two_digits(last.spread)} before the first step"
        yield Change(cause, said, {"initialization": "auto"})


def _of_depth(probe: PlanProbe) -> Iterator[Change]:
    plan = probe.plan
    if plan.depth < 2:
        return
    cause, said = _deep(probe)
    if plan.activation != "relu":
        yield Change(cause, said, {"activation": "relu", "initialization": "auto"})
    yield from _of_scale(probe)
    if plan.depth > DEEP:
        yield Change(cause, said, {"depth": 3})


def _of_scale(probe: PlanProbe) -> Iterator[Change]:
    """Yield what keeps the values of many layers in scale."""
    if probe.plan.depth > DEEP and probe.plan.normalization == "none":
        yield Change(*_deep(probe), {"normalization": "batch"})


def _of_skips(probe: PlanProbe) -> Iterator[Change]:
    """Yield ways past the layers; without normalization their sums would grow with each of them."""
    plan = probe.plan
    if plan.depth > DEEP and not plan.skip:
        normalization = "batch" if plan.normalization == "none" else plan.normalization
        yield Change(*_deep(probe), {"normalization": normalization, "skip": True})


def _of_sums(probe: PlanProbe) -> Iterator[Change]:
    plan = probe.plan
    if plan.skip and plan.depth > DEEP and plan.normalization == "none":
        said = f"the outputs have a standard deviation of {two_digits(probe.layers[-1].spread)} before the first step"
        yield Change("the sums of the skip connections grow from layer to layer", said, {"skip": False})


def _of_optimizer(probe: PlanProbe) -> Iterator[Change]:
    if probe.plan.optimizer not in ADAPTIVE:
        said = (
            f"the first gradient has a norm of {two_digits(probe.gradient_norm)}, the rate is {probe.plan.step_size:g}"
        )
        yield Change("the steps do not adapt to the gradient", said, {"optimizer": "adam", "learning_rate": "auto"})


def _deep(probe: PlanProbe) -> tuple[str, str]:
    plan = probe.plan
    return f"depth {plan.depth} with {plan.activation}", (
        f"through {plan.depth} layers of {plan.activation} the gradient of the first layer is "
        f"{probe.gradient_ratio:.1e} of that of the last"
    )


def _of_steps(probe: PlanProbe) -> Iterator[Change]:
    rate, planned = probe.plan.step_size, probe.steps_planned
    last = probe.losses[-1][1] / probe.reference
    said = f"after {probe.steps:,} of {planned:,} steps the loss is {last:.3g} of that of a constant prediction"
    usual = LEARNING_RATES[probe.plan.optimizer]
    higher: tuple[float | str, ...] = (*(("auto",) if usual > rate else ()), 10 * rate, 100 * rate)
    lower: tuple[float | str, ...] = (*(("auto",) if usual < rate else ()), rate / 10, rate / 100)
    high = last > 1.02 or rate * probe.gradient_norm > 1
    for other in (*lower[:2], higher[0]) if high else (*higher[:2], lower[0]):
        cause = "the learning rate is too low" if other in higher else "the learning rate is too high"
        yield Change(cause, said, {"learning_rate": other})
    if probe.plan.optimizer not in ADAPTIVE:
        yield Change("the steps do not adapt to the gradient", said, {"optimizer": "adam", "learning_rate": "auto"})
    yield Change("the training is too short", said, {"epochs": 5 * probe.plan.epochs})


def _of_restraint(probe: PlanProbe) -> Iterator[Change]:
    plan = probe.plan
    if plan.weight_decay:
        yield Change("the weight decay is too strong", f"it is {plan.weight_decay:g} a step", {"weight_decay": 0.0})
    if plan.dropout:
        yield Change("the dropout is too strong", f"it leaves out {plan.dropout:.0%} of the units", {"dropout": 0.0})


def _leaks(rows: Rows, owners: tuple[str, ...]) -> Iterator[Change]:
    """Yield the features that tell the target alone."""
    strength = told_by_feature(rows, owners)
    told = [name for name in strength if strength[name] > LEAK]
    if told and len(told) < len(strength):
        yield Change(
            "a feature tells the target: a leak",
            f"alone it tells {100 * max(strength.values()):.3g} % of what there is to tell",
            {"drop": tuple(told)},
            tuple(told),
        )


def _by_heart(probe: PlanProbe, rows: Rows) -> Iterator[Change]:
    plan = probe.plan
    distinct = len(np.unique(np.ascontiguousarray(rows.inputs), axis=0)) / rows.n_rows
    last = probe.losses[-1][1] / probe.reference
    if distinct < FEW_DISTINCT:
        cause, said = "few rows, repeated many times", f"{distinct:.0%} of the rows differ from all before them"
    else:
        cause = "the rows are learnt by heart"
        said = (
            f"after {probe.steps:,} of {probe.steps_planned:,} steps the loss is {last:.1e} of a constant prediction's"
        )
    yield Change(cause, said, {"weight_decay": max(1e-2, 10 * plan.weight_decay)})
    yield Change(cause, said, {"epochs": max(1, plan.epochs // 5)})
    yield Change(cause, said, {"dropout": 0.5})


def _largest(figures: Array, owners: tuple[str, ...], n_named: int = 3) -> tuple[str, ...]:
    """Name the features of the inputs with the largest figures."""
    ordered = dict.fromkeys(owners[place] for place in np.argsort(-figures, kind="stable"))
    return tuple(ordered)[:n_named]
