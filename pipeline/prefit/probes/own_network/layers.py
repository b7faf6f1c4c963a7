"""What the layers of a module do with a batch before any step, seen through hooks that are removed again."""

from __future__ import annotations

from typing import Any

import numpy as np

from prefit.evidence.training import LayerSignal
from prefit.probes.frame import Array
from prefit.probes.own_network.adapter import Layer, ModuleNetwork, whole
from prefit.probes.training.rows import Prepared

__all__ = ["layer_signals"]

BOUNDED = 0.97


def layer_signals(network: ModuleNetwork, rows: Prepared) -> tuple[tuple[str, ...], tuple[LayerSignal, ...]]:
    """Return the layers with weights in the order in which a batch passes them, and what each gives on.

    What a layer gives on is what the next one gets: whatever activation, normalization or skip connection stands
    between. Layers that the batch does not pass are left out; where it passes none, the module is one layer.
    """
    passed: list[tuple[Layer, Array | None]] = []
    hooks = []
    for layer in network.layers:

        def note(_part: Any, given: tuple[Any, ...], layer: Layer = layer) -> None:
            tensor = given[0] if given else None
            is_float = getattr(tensor, "is_floating_point", bool)()
            passed.append((layer, tensor.detach().numpy().copy() if tensor is not None and is_float else None))

        hooks.append(layer.part.register_forward_pre_hook(note))
    try:
        outputs = network.outputs(rows.inputs)
        passed_once = list({layer.name: (layer, values) for layer, values in reversed(passed)}.values())[::-1]
        network.learn(rows.inputs, rows.targets, rows.loss, training=False)
    finally:
        for hook in hooks:
            hook.remove()
    network.layers = [layer for layer, _ in passed_once] or [whole(network.module)]
    norms = network.gradient_norms()
    given_on = [values for _, values in passed_once[1:]]
    signals = [_signal(norm, values) for norm, values in zip(norms[:-1], given_on, strict=True)]
    last = LayerSignal(gradient_norm=_finite(norms[-1]), spread=_finite(float(outputs.std())), saturated=0.0, dead=0.0)
    return tuple(layer.name for layer in network.layers), (*signals, last)


def _signal(norm: float, values: Array | None) -> LayerSignal:
    if values is None:
        return LayerSignal(gradient_norm=_finite(norm), spread=0.0, saturated=0.0, dead=0.0)
    units = values.reshape(len(values), -1)
    low, high = float(units.min()), float(units.max())
    saturated = 0.0
    if -1 <= low < -0.5 and high <= 1:  # tanh
        saturated = float((np.abs(units) > BOUNDED).mean())
    elif low > 0 and high < 1:  # sigmoid: a relu gives zeros
        saturated = float(((units > BOUNDED) | (units < 1 - BOUNDED)).mean())
    return LayerSignal(
        gradient_norm=_finite(norm),
        spread=_finite(float(units.std(dtype=np.float64))),
        saturated=saturated,
        dead=float((units == 0).all(axis=0).mean()),
    )


def _finite(value: float) -> float:
    return value if np.isfinite(value) else float("inf")
