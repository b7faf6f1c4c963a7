"""What the risk model reads of a probe: figures without units, so that plans and data sets can be compared."""

from __future__ import annotations

import math

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.training.probe import Ending, Measured
from prefit.probes.training.run import Trajectory

__all__ = ["TRAITS", "of_gradients", "traits"]

LARGEST_LOG = 12.0
"""Logarithms beyond this count as this."""

BACK = (2.0, 4.0, 8.0, 32.0)
"""The loss is read where the run is now, and where it was so many times earlier."""

LOSSES = ("cross_entropy", "hinge", "mse", "mae", "huber", "poisson")
ACTIVATIONS = ("relu", "tanh", "sigmoid")
OPTIMIZERS = ("sgd", "momentum", "adam", "rmsprop")
NORMALIZATIONS = ("none", "layer", "batch")


def traits(measured: Measured, n_steps: int | None = None) -> dict[str, float]:
    """Return the traits of a probe, or of its first `n_steps`, as if it had ended there."""
    seen = measured.trajectory
    taken = int(seen.steps[-1]) if n_steps is None else min(n_steps, int(seen.steps[-1]))
    return (
        _of_plan(measured)
        | _of_start(measured)
        | _of_run(measured, taken)
        | of_gradients(measured, taken)
        | _of_endings(measured, taken)
        | _of_layers(measured)
    )


def _of_plan(measured: Measured) -> dict[str, float]:
    plan = measured.plan
    return {
        "depth": plan.depth,
        "width": _log(plan.width),
        "activation": ACTIVATIONS.index(plan.activation),
        "optimizer": OPTIMIZERS.index(plan.optimizer),
        "loss kind": LOSSES.index(measured.loss),
        "step size": _log(plan.step_size),
        "batch size": _log(plan.batch_size),
        "epochs": _log(plan.epochs),
        "dropout": plan.dropout,
        "weight decay": plan.weight_decay,
        "clipped": _log(plan.clip_norm) if plan.clip_norm else LARGEST_LOG,
        "outputs": _log(measured.n_outputs),
        "inputs": _log(measured.n_inputs),
        "parameters per row": _log(measured.n_parameters / measured.n_rows_planned),
        "rows seen": _log(measured.n_rows / measured.n_rows_planned),
        "distinct": measured.distinct,
        "rms": _log(measured.inputs.rms),
        "tail": _log(measured.inputs.tail),
        "condition": _log(measured.inputs.condition),
    }


def _of_start(measured: Measured) -> dict[str, float]:
    step, norm, layers = measured.plan.step_size, measured.gradient_norm, measured.layers
    spreads = [layer.spread for layer in layers]
    return {
        "gradient": _log(norm),
        "step x gradient": _log(step * norm),
        "step x gradient squared": _log(step * norm * norm),
        "step x curvature": _log(step * measured.curvature),
        "largest dead": max(layer.dead for layer in layers),
        "largest saturated": max(layer.saturated for layer in layers),
        "least spread": _log(min(spreads)),
        "output spread": _log(spreads[-1]),
        "one batch": _log(measured.one_batch),
        "without inputs": _log(measured.without_inputs),
        "reference": _log(measured.reference),
    }


def _of_run(measured: Measured, taken: int) -> dict[str, float]:
    """Return where the loss is, how it came there, and where it would be at the end of the planned run."""
    seen, planned = measured.trajectory, measured.plan.steps(measured.n_rows_planned)
    within = seen.steps <= taken
    steps = np.log(np.maximum(seen.steps[within], 0.5))
    losses = np.array([_log(loss / seen.reference) for loss in seen.losses[within]])
    now = math.log(taken)
    batches = seen.batch_losses[:taken]
    recent = np.array([_log(loss / seen.reference) for loss in batches[len(batches) // 2 :]])

    def at(step: float) -> float:
        return float(np.interp(math.log(max(step, 0.5)), steps, losses))

    slope = (at(taken) - at(taken / 4)) / math.log(4)
    ahead = math.log(planned / taken)
    quarter = planned / 4
    return {
        "steps": now,
        "steps ahead": ahead,
        "first loss": losses[0],
        "loss now": at(taken),
        **{f"loss at 1/{back:g}": at(taken / back) for back in BACK},
        "least loss": float(losses.min()),
        "slope": slope,
        "loss at the end": max(-LARGEST_LOG, at(taken) + slope * ahead),
        "loss at a quarter": at(quarter) if quarter <= taken else at(taken) + slope * math.log(quarter / taken),
        "burst": _burst(seen, within, batches),
        "broken": float(seen.steps[-1] <= taken and math.isinf(seen.losses[-1])),
        "recent mean": float(recent.mean()),
        "recent spread": float(recent.std()),
        "recent largest": float(recent.max()),
        "gain over no inputs": at(taken) - _log(measured.without_inputs),
    }


def _of_endings(measured: Measured, taken: int) -> dict[str, float]:
    """Return how whole runs with this and other seeds end: none is known of a run that was not made to its end."""
    seen = measured.trajectory
    whole = taken >= measured.plan.steps(measured.n_rows_planned) or math.isinf(seen.losses[-1])
    endings = ([Ending.of(seen)] if whole else []) + list(measured.endings)
    first, quarter, last, largest = (
        np.array([_log(getattr(ending, name)) for ending in endings])
        for name in ("first", "quarter", "last", "largest")
    )
    bursts = largest - np.maximum(first, _log(1 / seen.reference))
    flat = (last > math.log(0.97)) & (last < np.maximum(math.log(3), first)) & (bursts < math.log(1000))
    return {
        "endings": len(endings),
        "mean last": _mean(last),
        "spread last": float(last.std()) if len(last) > 1 else 0.0,
        "least last": float(last.min()) if len(last) else 0.0,
        "most last": float(last.max()) if len(last) else 0.0,
        "mean quarter": _mean(quarter),
        "most burst": float(bursts.max()) if len(last) else 0.0,
        "flat share": _mean(flat),
        "exploding share": _mean((last >= np.maximum(math.log(3), first)) | (bursts >= math.log(1000))),
        "zero share": _mean((quarter < math.log(1 / 100)) | (last < math.log(1 / 1000))),
    }


def _of_layers(measured: Measured) -> dict[str, float]:
    """Return what the layers have beside weights and an activation."""
    return {
        "normalization": NORMALIZATIONS.index(measured.plan.normalization),
        "skip": float(measured.plan.skip),
    }


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else 0.0


def _burst(seen: Trajectory, within: Array, batches: Array) -> float:
    """Return how far the largest loss so far is above the first one."""
    largest = max(float(seen.losses[within].max()), float(batches.max()))
    return _log(largest / max(1.0, float(seen.losses[0])))


def of_gradients(measured: Measured, taken: int) -> dict[str, float]:
    """Return how the gradient fades from the last layer to the first, and how it grew over the first steps."""
    norms = measured.trajectory.gradient_norms[:taken]
    with np.errstate(all="ignore"):
        ratios = np.nan_to_num(np.where(norms[:, 0] == 0, 0.0, norms[:, 0] / norms[:, -1]), nan=0.0)
        whole = np.sqrt((np.nan_to_num(norms, nan=np.inf) ** 2).sum(axis=1))
    low, middle, high = (_log10(value) for value in np.quantile(ratios, [0.1, 0.5, 0.9], method="nearest"))
    return {
        "first ratio": _log10(float(ratios[0])),
        "ratio": middle,
        "low ratio": low,
        "high ratio": high,
        "gradient growth": _log(float(whole[-1])) - _log(float(whole[0])),
        "least gradient": min(_log10(float(norm)) for norm in norms.min(axis=0)),
        "epoch seen": min(1.0, taken / max(1, -(-measured.n_rows_planned // measured.plan.batch_size))),
    }


def _log(value: float) -> float:
    if not math.isfinite(value):
        return LARGEST_LOG
    return min(LARGEST_LOG, max(-LARGEST_LOG, math.log(max(value, 1e-300))))


def _log10(value: float) -> float:
    return _log(value) / math.log(10) if value > math.exp(-LARGEST_LOG) else -LARGEST_LOG / math.log(10)


TRAITS: tuple[str, ...] = (
    "depth", "width", "activation", "optimizer", "loss kind", "step size", "batch size", "epochs", "dropout",
    "weight decay", "clipped", "outputs", "inputs", "parameters per row", "rows seen", "distinct", "rms", "tail",
    "condition", "gradient", "step x gradient", "step x gradient squared", "step x curvature", "largest dead",
    "largest saturated", "least spread", "output spread", "one batch", "without inputs", "reference", "steps",
    "steps ahead", "first loss", "loss now", *(f"loss at 1/{back:g}" for back in BACK), "least loss", "slope",
    "loss at the end", "loss at a quarter", "burst", "broken", "recent mean", "recent spread", "recent largest",
    "gain over no inputs", "first ratio", "ratio", "low ratio", "high ratio", "gradient growth", "least gradient",
    "epoch seen", "endings", "mean last", "spread last", "least last", "most last", "mean quarter", "most burst",
    "flat share", "exploding share", "zero share", "normalization", "skip",
)  # fmt: skip
"""Their names, in the order in which the model takes them."""
