"""Small tables with a known relation between features and target."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from prefit.task import ColumnKind, Task


def labelled(n: int = 240, *, noise: float = 0.3, seed: int = 0, minority: float = 0.5) -> pa.Table:
    """Two numbers, a category, a text and a flag; the first number and the category tell the label."""
    rng = np.random.default_rng(seed)
    signal, other = rng.normal(size=n), rng.normal(size=n)
    colour = rng.choice(["red", "green", "blue"], size=n)
    score = signal + (colour == "red") + rng.normal(scale=noise, size=n)
    return pa.table(
        {
            "signal": signal,
            "noise": pa.array([None if k % 17 == 0 else value for k, value in enumerate(other)]),
            "colour": colour,
            "remark": [f"row number {k} of many" for k in range(n)],
            "flag": rng.random(n) < 0.5,
            "label": np.where(score > np.quantile(score, 1 - minority), "yes", "no"),
        }
    )


KINDS: dict[str, ColumnKind] = {
    "signal": "numeric",
    "noise": "numeric",
    "colour": "categorical",
    "remark": "text",
    "flag": "boolean",
    "label": "categorical",
}


def label_task(*features: str, group: str | None = None, time: str | None = None) -> Task:
    """Classify the label by some of the features; by default by all but the text."""
    chosen = features or ("signal", "noise", "colour", "flag")
    return Task(target="label", kind="classification", features=chosen, kinds=KINDS, group=group, time=time)


def measured(n: int = 240, *, noise: float = 0.3, seed: int = 0) -> pa.Table:
    """Give two numbers, of which the first tells the amount."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(size=n)
    return pa.table(
        {"signal": signal, "noise": rng.normal(size=n), "amount": 3 * signal + rng.normal(scale=noise, size=n)}
    )


def amount_task(*features: str) -> Task:
    """Predict the amount."""
    kinds: dict[str, ColumnKind] = {"signal": "numeric", "noise": "numeric", "amount": "numeric"}
    return Task(target="amount", kind="regression", features=features or ("signal", "noise"), kinds=kinds)
