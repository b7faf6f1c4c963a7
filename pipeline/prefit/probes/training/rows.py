"""The rows as they reach the optimizer: inputs scaled as the plan says, targets as its loss takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prefit.errors import InputError, UsageError
from prefit.plan import TrainingPlan
from prefit.probes.frame import Array

__all__ = ["Prepared", "Rows", "Scaler", "prepare", "scaler_of"]

SMALLEST_SPREAD = 1e-12
"""Columns whose spread is smaller, beside their mean, are constant: they are centred and not scaled."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Encoded and imputed inputs, not scaled yet (float32), and class numbers, or floats where `n_classes` is 0.

    Raises
    ------
    InputError
        If there is no row.
    """

    inputs: Array
    targets: Array
    n_classes: int

    def __post_init__(self) -> None:
        _refuse_none(self.targets)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.targets)

    def take(self, rows: Array) -> Rows:
        """Return the given rows, in the given order."""
        return Rows(self.inputs[rows], self.targets[rows], self.n_classes)


@dataclass(frozen=True, slots=True)
class Scaler:
    """What standardizes columns, or maps their quantiles to those of a normal column where `quantiles` are there."""

    center: Array
    scale: Array
    quantiles: Array | None = None

    def __call__(self, inputs: Array) -> Array:
        """Return scaled inputs, float32."""
        with np.errstate(all="ignore"):
            if self.quantiles is None:
                return np.asarray((inputs.astype(np.float64) - self.center) / self.scale, dtype=np.float32)
            return _normal_scores(inputs, self.quantiles)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows that a network can be trained on: its `n_outputs` outputs are judged against `targets` by `loss`.

    `center` and `scale` turn outputs back into units of the target; they are 0 and 1 where it was not standardized.

    Raises
    ------
    InputError
        If there is no row: a training would never take its first step.
    """

    inputs: Array
    targets: Array
    loss: str
    n_outputs: int
    scaler: Scaler
    center: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        _refuse_none(self.targets)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.targets)

    def take(self, rows: Array) -> Prepared:
        """Return the given rows, in the given order, scaled as they are."""
        return Prepared(
            self.inputs[rows], self.targets[rows], self.loss, self.n_outputs, self.scaler, self.center, self.scale
        )


def _refuse_none(targets: Array) -> None:
    if not len(targets):
        raise InputError("a training must have at least one row; got 0. Give more rows, or smaller groups.")


def prepare(rows: Rows, plan: TrainingPlan) -> Prepared:
    """Scale inputs and targets as the plan says.

    Raises
    ------
    UsageError
        If the loss of the plan does not suit the target.
    """
    loss = plan.loss_for(rows.n_classes)
    if (loss in ("cross_entropy", "hinge")) != (rows.n_classes > 0):
        kind = "classes" if rows.n_classes else "numbers"
        known = "cross_entropy or hinge" if rows.n_classes else "mse, mae, huber or poisson"
        raise UsageError(f"plan: loss must suit a target of {kind}; got {loss!r}. Use {known}, or auto.")
    if loss == "poisson" and (rows.targets < 0).any():
        raise UsageError("plan: loss poisson needs targets of 0 or more; got negative ones. Use mse, mae or huber.")
    if loss == "poisson" and (rows.targets > np.finfo(np.float32).max).any():
        raise UsageError("plan: loss poisson needs targets below 3.4e38; got larger ones. Use another unit, or mse.")
    scaler = scaler_of(rows.inputs, plan.scaling)
    inputs = scaler(rows.inputs)
    if rows.n_classes:
        return Prepared(inputs, rows.targets.astype(np.int64), loss, rows.n_classes, scaler)
    if loss == "poisson":
        return Prepared(inputs, rows.targets.astype(np.float32), loss, 1, scaler)
    unit = float(np.ldexp(1.0, np.frexp(np.abs(rows.targets).max())[1] - 1))  # a power of 2: nothing is rounded
    held = rows.targets / unit  # so that no square overflows
    center, scale = float(held.mean()), float(held.std()) or 1.0
    targets = ((held - center) / scale).astype(np.float32)
    return Prepared(inputs, targets, loss, 1, scaler, center * unit, scale * unit)


def scaler_of(inputs: Array, scaling: str) -> Scaler:
    """Learn how to scale columns: standard, robust (median and quartiles), quantile, or none."""
    n_columns = inputs.shape[1]
    if scaling == "none":
        return Scaler(np.zeros(n_columns), np.ones(n_columns))
    if scaling == "quantile":
        return Scaler(np.zeros(n_columns), np.ones(n_columns), np.sort(inputs, axis=0))
    if scaling == "robust":
        low, center, high = np.quantile(inputs.astype(np.float64), [0.25, 0.5, 0.75], axis=0)
        scale = high - low
    else:
        center, scale = inputs.mean(axis=0, dtype=np.float64), inputs.std(axis=0, dtype=np.float64)
    constant = scale <= SMALLEST_SPREAD * np.abs(center)
    return Scaler(center, np.where(constant, 1.0, scale))


def _normal_scores(inputs: Array, ordered: Array) -> Array:
    """Return the normal quantile of the rank of each value among the ordered ones of its column, ties in the middle."""
    from scipy.special import ndtri

    n_rows = len(ordered)
    scores = np.empty(inputs.shape, dtype=np.float32)
    for column in range(inputs.shape[1]):
        known = ordered[:, column]
        ranks = np.searchsorted(known, inputs[:, column], "left") + np.searchsorted(known, inputs[:, column], "right")
        scores[:, column] = ndtri(np.clip(ranks / (2 * n_rows), 0.5 / n_rows, 1 - 0.5 / n_rows))
    return scores
