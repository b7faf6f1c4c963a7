"""Random plans, and random faults of the rows that they are to train on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from prefit.plan import TrainingPlan
from prefit.plan_values import training_plan
from prefit.probes.frame import Array
from prefit.probes.training.rows import Rows, scaler_of

__all__ = ["Case", "draw_case"]

Random = np.random.Generator

NEAR_DEFAULT = 0.3
"""Share of plans that are what people mostly train: the default, changed in a thing or two."""

SCALES = ("standard", "raw", "x0.01", "x100", "heavy", "robust", "quantile")
SCALE_SHARES = (0.40, 0.14, 0.11, 0.11, 0.12, 0.06, 0.06)
FAULTS = ("none", "imbalance", "leak", "duplicates", "no signal")
FAULT_SHARES = (0.53, 0.10, 0.17, 0.13, 0.07)


@dataclass(frozen=True)
class Case:
    """Rows, the plan to train on them, and what was done to both."""

    rows: Rows
    plan: TrainingPlan
    scale: str
    fault: str
    kind: str


def draw_case(rows: Rows, random: Random, *, layered: bool = False) -> Case:
    """Draw rows, spoil them or not, and draw a plan; a layered one has normalization, skips or a schedule."""
    kind = "near default" if random.random() < NEAR_DEFAULT else "random"
    fault = str(random.choice(FAULTS, p=FAULT_SHARES))
    rows = _spoilt(_sampled(rows, random), fault, random)
    plan = _near_default(random) if kind == "near default" else _random_plan(random)
    if fault in ("leak", "duplicates") and random.random() < 0.5:
        plan = replace(plan, epochs=3 * plan.epochs)  # what is easy to learn is learnt to the end
    plan = _with_loss(_layered(plan, random) if layered else plan, rows, random)
    if plan.loss == "poisson":
        rows = _counted(rows, random)
    scale = str(random.choice(SCALES, p=SCALE_SHARES))
    return Case(*_scaled(rows, plan, scale, random), scale, fault, kind)


def _sampled(rows: Rows, random: Random) -> Rows:
    n_rows = int(np.exp(random.uniform(np.log(150), np.log(6_000))))
    return rows.take(random.permutation(rows.n_rows)[:n_rows])


def _spoilt(rows: Rows, fault: str, random: Random) -> Rows:
    if fault == "duplicates":
        few = int(random.integers(4, 61))
        return rows.take(random.integers(0, min(few, rows.n_rows), rows.n_rows))
    if fault == "no signal":
        return replace(rows, targets=random.permutation(rows.targets))
    if fault == "leak":
        told = rows.targets.astype(np.float64)
        told = told + random.choice([0.0, 0.0, 0.02, 0.1]) * told.std() * random.standard_normal(rows.n_rows)
        return replace(rows, inputs=np.column_stack([rows.inputs, told]).astype(np.float32))
    if fault == "imbalance" and rows.n_classes:
        kept = int(random.integers(rows.n_classes))
        share = float(10 ** random.uniform(-2.3, -1))
        own, others = np.flatnonzero(rows.targets == kept), np.flatnonzero(rows.targets != kept)
        n_others = max(2, int(len(own) * share))
        return rows.take(random.permutation(np.r_[own, others[:n_others]]))
    return rows


def _random_plan(random: Random) -> TrainingPlan:
    optional = {
        "dropout": float(random.choice([0.1, 0.3, 0.5])) if random.random() < 0.2 else 0.0,
        "weight_decay": float(10 ** random.uniform(-5, -1)) if random.random() < 0.2 else 0.0,
        "clip_norm": float(random.choice([0.1, 1.0, 5.0])) if random.random() < 0.12 else 0.0,
    }
    return training_plan(
        {
            "depth": max(1, round(np.exp(random.uniform(np.log(0.6), np.log(16.4))))),
            "width": int(random.choice([16, 32, 64, 64, 128])),
            "activation": str(random.choice(["relu", "tanh", "sigmoid"])),
            "initialization": str(random.choice(["auto", "he", "glorot", "small", "large", "zero"],
                                                p=[0.3, 0.2, 0.2, 0.12, 0.12, 0.06])),
            "optimizer": str(random.choice(["sgd", "momentum", "adam"])),
            "learning_rate": float(10 ** random.uniform(-4, 1)),
            "batch_size": int(random.choice([8, 16, 32, 32, 64, 128, 256])),
            "epochs": int(random.choice([1, 2, 3, 5, 10, 10, 20, 30])),
            **optional,
        }
    )  # fmt: skip


def _near_default(random: Random) -> TrainingPlan:
    changes = {
        "depth": int(random.integers(1, 7)),
        "width": int(random.choice([32, 64, 128])),
        "activation": str(random.choice(["relu", "tanh", "sigmoid"])),
        "optimizer": str(random.choice(["sgd", "momentum", "adam"])),
        "learning_rate": float(10 ** random.uniform(-4, -1)),
        "batch_size": int(random.choice([16, 32, 64, 128])),
        "epochs": int(random.choice([3, 5, 10, 20, 40])),
        "dropout": float(random.choice([0.1, 0.3, 0.5])),
    }
    chosen = random.choice(list(changes), size=int(random.integers(0, 4)), replace=False)
    return training_plan({name: changes[name] for name in chosen})


def _layered(plan: TrainingPlan, random: Random) -> TrainingPlan:
    """Return the plan with at least one of what else keeps a gradient alive; most are deep enough for it to matter."""
    if plan.depth < 3 and random.random() < 0.8:
        plan = replace(plan, depth=int(random.integers(3, 17)))
    while True:
        changed = replace(
            plan,
            normalization=str(random.choice(["none", "batch", "layer"], p=[0.3, 0.35, 0.35])),
            skip=bool(random.random() < 0.45),
            schedule=str(random.choice(["constant", "cosine", "warmup"], p=[0.7, 0.15, 0.15])),
            optimizer="rmsprop" if random.random() < 0.15 else plan.optimizer,
        )
        if changed != plan:
            return changed


def _with_loss(plan: TrainingPlan, rows: Rows, random: Random) -> TrainingPlan:
    if rows.n_classes:
        return replace(plan, loss="hinge" if random.random() < 0.2 else "cross_entropy")
    losses = ["mse", "mae", "huber", "poisson"]
    return replace(plan, loss=str(random.choice(losses, p=[0.5, 0.17, 0.17, 0.16])))


def _counted(rows: Rows, random: Random) -> Rows:
    """Return targets of 0 or more, of a mean from 0.3 to 300."""
    counts = rows.targets - rows.targets.min()
    counts = counts / counts.mean() * 10 ** random.uniform(-0.5, 2.5)
    return replace(rows, targets=counts)


def _scaled(rows: Rows, plan: TrainingPlan, scale: str, random: Random) -> tuple[Rows, TrainingPlan]:
    if scale in ("standard", "robust", "quantile"):
        return rows, replace(plan, scaling=scale)
    if scale == "raw":
        return rows, replace(plan, scaling="none")
    standardized: Array = scaler_of(rows.inputs, "standard")(rows.inputs)
    if scale == "heavy":
        power = random.uniform(2, 5)
        tailed = np.sign(standardized) * np.abs(standardized) ** power
        scaling = str(random.choice(["none", "standard", "robust", "quantile"], p=[0.4, 0.4, 0.1, 0.1]))
        return replace(rows, inputs=tailed.astype(np.float32)), replace(plan, scaling=scaling)
    factor = np.float32(0.01 if scale == "x0.01" else 100)
    return replace(rows, inputs=standardized * factor), replace(plan, scaling="none")
