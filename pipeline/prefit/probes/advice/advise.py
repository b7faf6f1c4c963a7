"""Advice for every setting of a training plan: candidates that the data give cause to try, tried on held-out folds."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

from prefit.evidence.advice import Advice, Choice, Pretrained, Regularization
from prefit.plan import TrainingPlan
from prefit.probes.advice import settings
from prefit.probes.advice.matrix import FOLDS, Numbers
from prefit.probes.advice.penalties import LinearPenalty, best_penalty, constructor, least_cells, penalty_points
from prefit.probes.advice.rate import learning_rate
from prefit.probes.advice.scaling import input_facts
from prefit.probes.advice.settle import Option, settle
from prefit.probes.advice.start import start
from prefit.probes.advice.target import facts_of
from prefit.probes.advice.trials import CONFIRMING, SCREENING, Trials, Variant
from prefit.probes.draw import draw
from prefit.probes.models import quiet
from prefit.probes.training.rows import Rows, prepare

__all__ = ["advise", "trial_plan"]

RUNS = 30
"""Trainings that the trials of a plan take, about."""

STEP_SECONDS, LAYER_SECONDS, OPERATION_SECONDS = 4e-5, 2.5e-5, 3e-11
"""Cost of a step: fixed, by layer, and by multiplication. Measured on one core of a 3 GHz server."""

FEWEST_ROWS, MOST_ROWS = 400, 4_000
NARROWEST = 8
FEWEST_STEPS = 100
"""Steps of a trial below which it says nothing of a run that has more."""

CELLS_PER_SECOND = 80_000
"""Rows times columns times outputs of which a validation curve takes about a second."""

FAR_BEYOND = 4.0
"""Times its share that a validation curve of the fewest rows may cost before it is cut short, or left out."""

TOO_DEAR = "the budget is too small for a trial; give a larger --budget"
TOO_FEW_GROUPS = "a trial needs rows of at least five groups, of which each is held out once; give rows of more"

DEAREST_STEP = 1e-3
"""Seconds of a step beyond which the trials are made with narrower layers."""


def advise(
    numbers: Numbers,
    plan: TrainingPlan,
    *,
    planned_rows: int,
    seconds: float = 3.0,
    label_noise: float | None = None,
    overfitting: float | None = None,
    pretrained: Pretrained | None = None,
    seed: int = 0,
) -> Advice:
    """Which settings of the plan should be changed on these data, and what does each change bring?

    The settings are settled one after the other, each with those before it: scaling, initialization, learning rate,
    optimizer, batch size, loss, regularization. A change is advised only if its effect is surely a gain on folds
    that had no say in choosing it. Where the plan has learnt nothing even so, the default plan is tried in its place.

    Parameters
    ----------
    numbers : Numbers
    plan : TrainingPlan
    planned_rows : int
        Rows of the planned training.
    seconds : float
        CPU seconds for the trials, by a model of the cost: rows and steps follow from it, never from a clock.
    label_noise, overfitting : float, optional
        What other probes found: the share of wrong labels, the probability that a network overfits.
    pretrained : Pretrained, optional
    seed : int

    Raises
    ------
    UsageError
        If the loss of the plan does not suit the target.
    """
    with quiet():
        sample, tried = trial_plan(plan, numbers, planned_rows, seconds)
        planned = Variant(tried)
        trials = Trials(sample, seed, untried=_untried(sample, tried, plan.steps(planned_rows)), planned=planned)
        facts = input_facts(sample.matrix)
        target = facts_of(sample.target, sample.n_classes, label_noise)
        now, scaled = settings.scaling(trials, planned, facts)
        prepared = prepare(Rows(sample.matrix.astype(np.float32), sample.target, sample.n_classes), now.plan)
        now, started = start(trials, now, prepared, pretrained=pretrained)
        shorter = plan.steps(planned_rows) / max(1, tried.steps(_n_trained(sample)))
        now, rate = learning_rate(trials, now, prepared, shorter=shorter)
        now, optimized = settings.optimizer(trials, now, facts)
        now, batch = settings.batch_size(trials, now, planned_rows)
        now, lost = settings.loss(trials, now, target)
        now, kept = settings.network_penalty(trials, now, overfitting)
        now = _learning(trials, now)
        return Advice(
            loss=lost,
            learning_rate=rate,
            initialization=started,
            regularization=_regularization(numbers, plan, planned_rows, seconds, seed, kept),
            scaling=scaled,
            optimizer=optimized,
            batch_size=batch,
            changes=_changes(planned, now, plan.epochs, sample.n_classes),
            effect=None if now == planned else trials.effect(planned, now, CONFIRMING),
            n_rows=sample.n_rows,
        )


def _learning(trials: Trials, now: Variant) -> Variant:
    """Return the default plan where this one still predicts a constant and the default surely does not.

    A plan with several faults is mended by no single change.
    """
    if trials.untried or trials.learns(trials.score(now, SCREENING)):
        return now
    usual = Variant(TrainingPlan(epochs=now.plan.epochs, batch_size=now.plan.batch_size))
    return settle(trials, now, [Option("the default plan", usual, "")]).variant


def _regularization(
    numbers: Numbers, plan: TrainingPlan, planned_rows: int, seconds: float, seed: int, network: Choice
) -> Regularization:
    """Advise on the penalty of a linear model; one that cannot be fitted keeps its default, and the reason is said."""
    if not numbers.fills_folds:
        return _no_curve(numbers, plan, network, TOO_FEW_GROUPS)
    cells = int(CELLS_PER_SECOND * seconds)
    is_dear = least_cells(numbers) > FAR_BEYOND * cells
    if is_dear and plan.depth > 1:  # nobody waits for it
        return _no_curve(numbers, plan, network, TOO_DEAR)
    try:
        linear = LinearPenalty(numbers, cells=cells, seed=seed, is_short=is_dear)
        kind, strength, choice, fraction = best_penalty(linear, planned_rows)
    except Exception as error:  # noqa: BLE001 - whatever a library raises on these data is the result
        return _no_curve(numbers, plan, network, f"the linear model could not be fitted ({type(error).__name__})")
    return Regularization(
        linear=choice,
        network=network,
        is_planned=plan.depth == 1,
        kind=kind,
        strength=strength,
        gain_fraction=fraction,
        n_rows=linear.numbers.n_rows,
        curve=penalty_points(linear),
    )


def _no_curve(numbers: Numbers, plan: TrainingPlan, network: Choice, reason: str) -> Regularization:
    default = constructor("l2", 1.0, numbers.n_classes)
    why = f"{default} stays, and no other penalty was tried: {reason}."
    is_planned = plan.depth == 1
    stays = Choice(planned=default, advised=default, why=why, untried=reason, is_named=is_planned)
    return Regularization(linear=stays, network=network, is_planned=is_planned)


def trial_plan(plan: TrainingPlan, numbers: Numbers, planned_rows: int, seconds: float) -> tuple[Numbers, TrainingPlan]:
    """Return the rows and the plan of the trials: as many steps as planned, or as can be afforded.

    A step is what a training learns by: on fewer rows the trials take more epochs. Layers are narrower where the
    planned ones are too dear. All of this follows from a model of the cost.
    """
    n_inputs, n_outputs = numbers.matrix.shape[1], max(1, numbers.n_classes)
    while plan.width > NARROWEST and _step_seconds(plan, n_inputs, n_outputs) > DEAREST_STEP:
        plan = replace(plan, width=plan.width // 2)
    affordable = seconds / (RUNS * _step_seconds(plan, n_inputs, n_outputs))
    rows = int(np.clip(affordable * plan.batch_size / plan.epochs * FOLDS / (FOLDS - 1), FEWEST_ROWS, MOST_ROWS))
    if numbers.n_rows > rows:
        numbers = numbers.take(draw(numbers.target, numbers.n_classes, rows))
    steps = min(plan.steps(planned_rows), affordable)
    batches = -(-_n_trained(numbers) // plan.batch_size)
    return numbers, replace(plan, epochs=max(1, round(steps / batches)))


def _untried(sample: Numbers, tried: TrainingPlan, planned_steps: int) -> str:
    """Return why a trial of the sample would say nothing; empty where it says something."""
    if not sample.fills_folds:
        return TOO_FEW_GROUPS
    epoch = tried.steps(_n_trained(sample)) / tried.epochs
    steps = (tried.epochs + 0.5) * epoch  # the epochs were rounded
    return TOO_DEAR if steps < min(FEWEST_STEPS, planned_steps) else ""


def _n_trained(numbers: Numbers) -> int:
    return round(numbers.n_rows * (1 - 1 / FOLDS))


def _step_seconds(plan: TrainingPlan, n_inputs: int, n_outputs: int) -> float:
    hidden = plan.depth - 1
    n_weights = n_outputs * (plan.width if hidden else n_inputs)
    n_weights += hidden and n_inputs * plan.width + (hidden - 1) * plan.width**2
    return STEP_SECONDS + plan.depth * LAYER_SECONDS + OPERATION_SECONDS * n_weights * (6 * plan.batch_size + 20)


def _changes(planned: Variant, advised: Variant, epochs: int, n_classes: int) -> dict[str, str | float | int | bool]:
    """Return what the advised plan has otherwise; the trials may have had more or fewer epochs than are planned."""
    before, after = asdict(planned.plan), asdict(advised.plan)
    changes = {key: value for key, value in after.items() if value != before[key]}
    if planned.plan.loss_for(n_classes) == advised.plan.loss_for(n_classes):
        changes.pop("loss", None)  # the usual loss by its name
    if "epochs" in changes:
        changes["epochs"] = max(1, round(epochs * advised.plan.epochs / planned.plan.epochs))
    if advised.weighted:
        changes["class_weights"] = True
    if advised.log:
        changes["log_target"] = True
    return changes
