"""A short run of the planned training on sampled rows, with what the network shows before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prefit.errors import InputError
from prefit.evidence.training import InputScale, LayerSignal, PlanProbe, TrainingRisks
from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.controls import one_batch, without_inputs
from prefit.probes.training.cost import affordable_steps, n_parameters, step_seconds
from prefit.probes.training.inputs import input_scale
from prefit.probes.training.losses import reference_loss
from prefit.probes.training.network import Network
from prefit.probes.training.rows import Prepared, Rows, prepare
from prefit.probes.training.run import Trajectory, checkpoints, run
from prefit.probes.training.signals import curvature, layer_signals, signal_rows
from prefit.profiling.blas import one_thread

__all__ = ["Ending", "Measured", "as_values", "measure", "repeated"]

SHARE_OF_RUN, SHARE_OF_REPEATS = 0.6, 0.2
"""Of the seconds of a probe, for the short run and for more of them; the rest is for batch, baseline and signals."""

MOST_REPEATS = 4
"""Runs with other seeds: what one run does may be luck, above all where it is short."""

BATCH_STEPS, BASELINE_STEPS = 200, 200
"""Steps on one batch alone, and without inputs."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Losses of a whole run over the reference: the first, after a quarter of the steps, the last, the largest."""

    first: float
    quarter: float
    last: float
    largest: float

    @classmethod
    def of(cls, seen: Trajectory) -> Ending:
        """Look at a run that has a checkpoint after a quarter of its steps, unless it broke before."""
        quarter = np.searchsorted(seen.steps, seen.steps[-1] / 4)
        figures = (seen.losses[0], seen.losses[quarter], seen.losses[-1], seen.largest)
        return cls(*(float(figure / seen.reference) for figure in figures))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the risks are read from; the names are those of :class:`~prefit.evidence.training.PlanProbe`."""

    plan: TrainingPlan
    loss: str
    n_rows: int
    n_rows_planned: int
    n_inputs: int
    n_outputs: int
    n_parameters: int
    distinct: float
    reference: float
    trajectory: Trajectory
    layers: tuple[LayerSignal, ...]
    gradient_norm: float
    curvature: float
    inputs: InputScale
    one_batch: float
    without_inputs: float
    endings: tuple[Ending, ...] = ()


@one_thread()
def measure(
    rows: Rows, plan: TrainingPlan, *, seed: int, n_rows_planned: int, seconds: float, scale: InputScale | None = None
) -> Measured:
    """Run the plan as far as the seconds reach, and look at the network and its inputs.

    Parameters
    ----------
    rows : Rows
    plan : TrainingPlan
    seed : int
    n_rows_planned : int
        Rows of the planned run, which decide how many steps it has.
    seconds : float
        On one core, by the cost model.
    scale : InputScale, optional
        That of these rows under this plan's scaling, where it is known.

    Raises
    ------
    InputError
        If the target is constant: there is nothing to train.
    UsageError
        If the loss of the plan does not suit the target.
    """
    prepared = prepare(rows, plan)
    if reference_loss(prepared.loss, prepared.targets) <= 0:
        raise InputError("target must vary for a training to be probed; got one value. Add rows of another one.")
    n_in, n_out = prepared.inputs.shape[1], prepared.n_outputs
    n_planned = plan.steps(n_rows_planned)
    n_steps = min(
        n_planned,
        affordable_steps(plan, n_in, n_out, n_rows=rows.n_rows, seconds=seconds * SHARE_OF_RUN),
    )
    few = affordable_steps(plan, n_in, n_out, n_rows=rows.n_rows, seconds=seconds * 0.08)

    def make(plan: TrainingPlan) -> Network:
        return Network(n_in, n_out, plan, np.random.default_rng([seed, 1]))

    network = make(plan)
    seen = signal_rows(prepared, seed)
    layers = layer_signals(network, seen)
    gradient_norm = float(np.linalg.norm(network.gradient.astype(np.float64)))
    trajectory = run(
        network, prepared, plan, seed=seed, n_steps=n_steps, marks=checkpoints(n_steps), n_planned=n_planned
    )
    return Measured(
        plan=plan,
        loss=prepared.loss,
        n_rows=rows.n_rows,
        n_rows_planned=n_rows_planned,
        n_inputs=n_in,
        n_outputs=n_out,
        n_parameters=n_parameters(plan, n_in, n_out),
        distinct=_distinct_share(rows.inputs),
        reference=trajectory.reference,
        trajectory=trajectory,
        layers=layers,
        gradient_norm=gradient_norm,
        curvature=curvature(plan, seen, seed),
        inputs=input_scale(prepared.inputs) if scale is None else scale,
        one_batch=one_batch(make, prepared, plan, seed=seed, n_steps=min(BATCH_STEPS, few)),
        without_inputs=without_inputs(
            make, prepared, plan, seed=seed, n_steps=min(BASELINE_STEPS, few, n_steps), n_planned=n_planned
        ),
        endings=repeated(prepared, plan, seed=seed, n_rows_planned=n_rows_planned, seconds=seconds * SHARE_OF_REPEATS),
    )


def repeated(
    rows: Prepared, plan: TrainingPlan, *, seed: int, n_rows_planned: int, seconds: float
) -> tuple[Ending, ...]:
    """Make the whole planned run with other seeds, as often as the seconds allow; not at all if they do not."""
    n_in, n_out, n_steps = rows.inputs.shape[1], rows.n_outputs, plan.steps(n_rows_planned)
    price = n_steps * step_seconds(plan, n_in, n_out, rows.n_rows)
    endings = []
    for repeat in range(1, 1 + min(MOST_REPEATS, int(seconds / price))):
        other = seed + 1_000_003 * repeat
        network = Network(n_in, n_out, plan, np.random.default_rng([other, 1]))
        seen = run(network, rows, plan, seed=other, n_steps=n_steps, marks=(max(1, n_steps // 4),))
        endings.append(Ending.of(seen))
    return tuple(endings)


def as_values(measured: Measured, risks: TrainingRisks) -> PlanProbe:
    """Return what a probe says, without what only the risks are read from."""
    seen = measured.trajectory
    return PlanProbe(
        plan=measured.plan,
        risks=risks,
        loss=measured.loss,
        n_rows=measured.n_rows,
        n_rows_planned=measured.n_rows_planned,
        steps=int(seen.steps[-1]),
        steps_planned=measured.plan.steps(measured.n_rows_planned),
        reference=measured.reference,
        losses=tuple((int(step), float(loss)) for step, loss in zip(seen.steps, seen.losses, strict=True)),
        layers=measured.layers,
        gradient_ratio=seen.gradient_ratio,
        gradient_norm=measured.gradient_norm,
        curvature=measured.curvature,
        inputs=measured.inputs,
        one_batch=measured.one_batch,
        without_inputs=measured.without_inputs,
    )


def _distinct_share(inputs: Array) -> float:
    """Return the share of rows that differ from all others before them."""
    _, first = np.unique(np.ascontiguousarray(inputs).view(f"V{inputs.itemsize * inputs.shape[1]}"), return_index=True)
    return len(first) / len(inputs)
