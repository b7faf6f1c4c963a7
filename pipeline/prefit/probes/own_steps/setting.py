"""What an own estimator trains with, told in the words of a training plan; and changes of it that may help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from prefit.evidence.training import InputScale, Setting
from prefit.plan import TrainingPlan
from prefit.probes.own_steps.feeding import Fed
from prefit.probes.own_steps.weights import ACTIVATIONS, is_linear, is_network

__all__ = ["changes_of", "plan_of", "rows_per_call"]

LARGEST_BATCH = 200
"""Rows of a batch of scikit-learn's networks, where they are told no number."""

HEAVY = 0.5
"""Momentum from which plain gradient descent is one with momentum."""

FAR = 3.0
"""Root mean square of the inputs, or its inverse, from which standardized ones are tried."""

UNEQUAL = 10.0
"""Largest over smallest root mean square of the columns from which standardized ones are tried."""


def rows_per_call(fed: Fed, plan: TrainingPlan) -> int:
    """Return how many rows a call of ``partial_fit`` is given: one batch of a network, else one of the plan."""
    batch = getattr(fed.estimator, "batch_size", None) if is_network(fed.estimator) else plan.batch_size
    return min(LARGEST_BATCH if not isinstance(batch, int) else batch, fed.n_rows)


def plan_of(fed: Fed, plan: TrainingPlan) -> TrainingPlan:
    """Return the plan with what the estimator has for itself; passes over the rows are those of the plan at most.

    A linear model by gradient descent takes a step for every row.
    """
    own = fed.estimator.get_params(deep=False) if hasattr(fed.estimator, "get_params") else {}
    shared = TrainingPlan(
        initialization="glorot", scaling="none", epochs=min(plan.epochs, int(own.get("max_iter") or plan.epochs))
    )
    if is_linear(fed.estimator):
        return replace(shared, depth=1, optimizer="sgd", learning_rate=_first_rate(fed, own), batch_size=1)
    if not is_network(fed.estimator):
        return replace(shared, batch_size=plan.batch_size)
    hidden = np.atleast_1d(np.asarray(own["hidden_layer_sizes"], dtype=np.int64))
    batch = rows_per_call(fed, plan)
    optimizer = "adam" if own["solver"] == "adam" else "momentum" if own["momentum"] >= HEAVY else "sgd"
    return replace(
        shared,
        depth=len(hidden) + 1,
        width=int(np.median(hidden)) if len(hidden) else plan.width,
        activation=ACTIVATIONS[own["activation"]],  # type: ignore[arg-type]
        optimizer=optimizer,  # type: ignore[arg-type]
        learning_rate=float(own["learning_rate_init"]),
        batch_size=batch,
        weight_decay=float(own["alpha"]) / batch,
    )


def changes_of(fed: Fed, inputs: InputScale) -> Iterator[Mapping[str, Setting]]:
    """Yield changes that may lower a risk: standardized inputs or values, and parameters of the estimator.

    Where something is not standardized, parameters are changed on top of that: they seldom make up for it.
    """
    scaled: dict[str, Setting] = {}
    if not 1 / FAR < inputs.rms < FAR or inputs.ratio > UNEQUAL:
        scaled["scaling"] = "standard"
        yield scaled
    if not fed.n_classes and not (1 / FAR < fed.scale < FAR and abs(fed.center) < FAR * fed.scale):
        scaled = scaled | {"target_scaling": "standard"}
        yield scaled
    for change in _of_parameters(fed):
        yield scaled | change


def _of_parameters(fed: Fed) -> Iterator[dict[str, Setting]]:
    own = fed.estimator.get_params(deep=False)
    if is_network(fed.estimator):
        if own["activation"] != "relu":
            yield {"activation": "relu"}
        yield {"learning_rate_init": own["learning_rate_init"] / 10}
        yield {"learning_rate_init": own["learning_rate_init"] * 10}
    elif own.get("learning_rate") == "optimal":
        yield {"learning_rate": "invscaling", "eta0": 0.01}
    elif "C" in own or str(own.get("learning_rate")).startswith("pa"):
        name = "C" if "C" in own else "eta0"
        yield {name: own[name] / 100}
    elif "eta0" in own:
        yield {"eta0": own["eta0"] / 10}
        yield {"eta0": own["eta0"] * 10}


def _first_rate(fed: Fed, own: Mapping[str, Any]) -> float:
    """Return the learning rate of the first step of a linear model.

    ``optimal`` begins where weights of the size that the penalty suggests are reached in one step; the passive
    aggressive rules go as far as the length of a row allows.
    """
    kind = own.get("learning_rate")
    if kind == "optimal":
        return float(np.sqrt(1 / np.sqrt(own["alpha"])))
    if "C" in own or str(kind).startswith("pa"):
        few = fed.take(np.arange(min(fed.n_rows, 256))).dense()
        length = float((few**2).sum(axis=1).mean())
        return float(min(own.get("C", own.get("eta0", 1.0)), 1 / length if length else 1.0))
    return float(own.get("eta0", 1.0))
