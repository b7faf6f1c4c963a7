"""A short run of the user's own network on sampled rows, with what its layers show before it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from prefit.evidence.network import NetworkProbe
from prefit.evidence.training import PlanProbe
from prefit.own.model import own_places
from prefit.own.network import OwnNetwork
from prefit.plan import Normalization, TrainingPlan
from prefit.probes.advice.range_test import range_test
from prefit.probes.own_network.adapter import ModuleNetwork, WrongOutputs, whole
from prefit.probes.own_network.calm import calm
from prefit.probes.own_network.causes import causes_of
from prefit.probes.own_network.layers import layer_signals
from prefit.probes.training.controls import one_batch, without_inputs
from prefit.probes.training.inputs import input_scale
from prefit.probes.training.probe import Measured, as_values
from prefit.probes.training.risk import risks_of
from prefit.probes.training.rows import Prepared, Rows, prepare
from prefit.probes.training.run import checkpoints, run
from prefit.probes.training.signals import curvature_of, signal_rows
from prefit.wording import without_values

__all__ = ["probe_network"]

MOST_STEPS, FEWEST_STEPS = 600, 24
BATCH_STEPS = 200
SHARE_OF_RUN = 0.5

OPERATIONS = 6e-11
"""Seconds of a step by parameter and row: forward and back, on one thread."""

STEP_SECONDS = 4e-4
FAR_SLOWER = 20.0
"""Times the cost model that a step may take, in CPU time, before the run is cut short: a convolution uses its
parameters many times over. So far beyond, that a busy machine does not decide what is probed."""

TIMED_STEPS = 3


def probe_network(
    own: OwnNetwork, rows: Rows, plan: TrainingPlan, *, seed: int, n_rows_planned: int, seconds: float = 3.0
) -> NetworkProbe:
    """Make the network, and take the first steps of the plan with it.

    What the user's code raises is a finding, not an error: `failure` says what and where. The module itself, the
    random generators and torch's threads are left as they were.

    Parameters
    ----------
    own : OwnNetwork
    rows : Rows
        Encoded and imputed, not scaled.
    plan : TrainingPlan
        Loss, optimizer, rate, batch and scaling of the training; the layers are the network's own.
    seed : int
    n_rows_planned : int
    seconds : float
        CPU seconds, by a model of the cost.
    """
    prepared = prepare(rows, plan)
    with calm(seed):
        try:
            module = own.make(prepared.inputs.shape[1], prepared.n_outputs)
            return _probed(own.name, module, rows, prepared, plan, seed, n_rows_planned, seconds)
        except Exception as error:  # noqa: BLE001 - whatever the user's code raises is the result
            return NetworkProbe(name=own.name, failure=_summary(error, prepared))


def _probed(
    name: str,
    module: Any,
    rows: Rows,
    prepared: Prepared,
    plan: TrainingPlan,
    seed: int,
    n_rows_planned: int,
    seconds: float,
) -> NetworkProbe:
    network = ModuleNetwork(module, prepared.n_outputs, plan)
    seen = signal_rows(prepared, seed)
    first = network.outputs(seen.inputs)
    if not np.isfinite(first).all():
        raise WrongOutputs("outputs of the first batch must be numbers; got NaN or infinity")
    names, layers = layer_signals(network, seen)
    plan = replace(
        plan, depth=len(layers), width=_width(network), normalization=_normalization(network), skip=False
    )  # the keys of the plan that are of layers say what the network's own are; of skips nothing is known
    n_steps, stopped = _steps(network, prepared, plan, n_rows_planned, seconds)

    def under(plan: TrainingPlan) -> PlanProbe:
        measured = _measured(module, rows, plan, seed, n_rows_planned, n_steps)
        return as_values(measured, risks_of(measured))

    probe = under(plan)
    return NetworkProbe(
        name=name,
        layers=names,
        constant_outputs=bool((np.ptp(first, axis=0) <= 1e-6 * (1 + np.abs(first).max())).all()),
        probabilities=network.probabilities,
        frozen=_frozen(network, seen),
        range_test=range_test(prepared, plan, seed=seed, network=ModuleNetwork(module, prepared.n_outputs, plan))[3],
        stopped=stopped,
        probe=probe,
        causes=causes_of(probe, names, under),
    )


def _measured(module: Any, rows: Rows, plan: TrainingPlan, seed: int, n_rows_planned: int, n_steps: int) -> Measured:
    """Take the first steps of a plan with a copy of the module."""
    prepared = prepare(rows, plan)
    n_out = prepared.n_outputs
    seen = signal_rows(prepared, seed)

    def make(plan: TrainingPlan) -> ModuleNetwork:
        return ModuleNetwork(module, n_out, plan)

    network = make(plan)
    names, layers = layer_signals(network, seen)
    gradient = network.gradient.astype(np.float64)
    few = max(FEWEST_STEPS, min(BATCH_STEPS, n_steps))
    n_planned = plan.steps(n_rows_planned)
    trained = make(plan)
    by_name = {layer.name: layer for layer in trained.layers}
    trained.layers = [by_name[name] for name in names if name in by_name] or [whole(trained.module)]
    trajectory = run(
        trained, prepared, plan, seed=seed, n_steps=n_steps, marks=checkpoints(n_steps), n_planned=n_planned
    )
    return Measured(
        plan=plan,
        loss=prepared.loss,
        n_rows=prepared.n_rows,
        n_rows_planned=n_rows_planned,
        n_inputs=prepared.inputs.shape[1],
        n_outputs=n_out,
        n_parameters=len(network.parameters),
        distinct=len(np.unique(rows.inputs, axis=0)) / rows.n_rows,
        reference=trajectory.reference,
        trajectory=trajectory,
        layers=layers,
        gradient_norm=float(np.linalg.norm(gradient)),
        curvature=curvature_of(ModuleNetwork(module, n_out, plan, np.float64), seen, seed),
        inputs=input_scale(prepared.inputs),
        one_batch=one_batch(make, prepared, plan, seed=seed, n_steps=few),
        without_inputs=without_inputs(make, prepared, plan, seed=seed, n_steps=few, n_planned=n_planned),
    )


def _steps(
    network: ModuleNetwork, prepared: Prepared, plan: TrainingPlan, n_rows_planned: int, seconds: float
) -> tuple[int, bool]:
    """Return the steps of the run: by the cost model, or fewer where a step takes far longer than it says."""
    step = STEP_SECONDS + OPERATIONS * len(network.parameters) * plan.batch_size
    affordable = int(np.clip(SHARE_OF_RUN * seconds / step, FEWEST_STEPS, MOST_STEPS))
    batch = prepared.take(np.arange(min(plan.batch_size, prepared.n_rows)))
    taken = []
    for _ in range(TIMED_STEPS):
        started = time.thread_time()
        network.learn(batch.inputs, batch.targets, batch.loss)
        taken.append(time.thread_time() - started)
    slower = min(taken) / (FAR_SLOWER * step)
    n_steps = min(plan.steps(n_rows_planned), affordable)
    if slower > 1:
        return min(n_steps, max(FEWEST_STEPS, int(n_steps / slower))), True
    return n_steps, False


def _frozen(network: ModuleNetwork, seen: Prepared) -> int:
    """Count the parameters that are trained and get no gradient from a batch, apart from units that are dead."""
    network.learn(seen.inputs, seen.targets, seen.loss, training=False)
    trained = [parameter for parameter in network.module.parameters() if parameter.requires_grad]
    return sum(parameter.numel() for parameter in trained if not bool(parameter.grad.any()))


def _width(network: ModuleNetwork) -> int:
    return int(np.median([layer.width for layer in network.layers]))


def _normalization(network: ModuleNetwork) -> Normalization:
    """Return what the layers of a network are normalized by, as far as the names of its parts tell."""
    kinds = {type(part).__name__ for part in network.module.modules()}
    if any("BatchNorm" in kind for kind in kinds):
        return "batch"
    return "layer" if any(kind.endswith("Norm") for kind in kinds) else "none"


def _summary(error: Exception, prepared: Prepared) -> str:
    """Say what was raised, where in the user's code, and what the batch looked like."""
    lines = str(error).splitlines() or [""]
    what = lines[0] if isinstance(error, WrongOutputs) else f"{type(error).__name__}: {without_values(lines[0], ())}"
    places = own_places(error)
    place = f" ({places[-1]})" if places else ""
    n_columns, n_out = prepared.inputs.shape[1], prepared.n_outputs
    wanted = f"{n_out} classes" if prepared.loss in ("cross_entropy", "hinge") else "1 number"
    return f"{what}{place}; it was given rows of {n_columns} numbers, for {wanted} each"
