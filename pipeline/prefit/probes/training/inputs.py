"""The inputs of a network: from columns to numbers, and their scale as they reach the optimizer."""

from __future__ import annotations

import numpy as np

from prefit.evidence.training import InputScale
from prefit.probes.frame import Array
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem
from prefit.probes.training.rows import Rows

__all__ = ["encoded", "input_scale", "tails"]

MOST_COLUMNS = 400
"""Columns that the condition number is taken of: its cost grows with the cube. Of more, so many evenly spread."""

NEGLIGIBLE = 1e-10
"""Share of the largest eigenvalue below which a direction holds nothing but rounding."""


def encoded(problem: Problem, seed: int) -> tuple[Rows, tuple[str, ...]]:
    """Turn columns into numbers as for the family neural, without scaling; also return the feature of each input."""
    from sklearn.impute import SimpleImputer

    with quiet():
        encoder = Encoder(seed)
        inputs = encoder.fit_transform(problem.frame)
        filled = SimpleImputer(strategy="median", keep_empty_features=True).fit_transform(inputs)
    return Rows(np.asarray(filled, dtype=np.float32), problem.target, problem.n_classes), encoder.owners


def input_scale(inputs: Array) -> InputScale:
    """Measure the scale, the tails and the conditioning of scaled inputs."""
    with np.errstate(all="ignore"):
        values = inputs.astype(np.float64)
        columns = np.sqrt((values**2).mean(axis=0))
        centred = values - values.mean(axis=0)
        spread = centred.std(axis=0)
        varying = spread > 1e-9 * np.maximum(columns, np.finfo(np.float32).tiny)
        tails = np.abs(centred[:, varying] / spread[varying])
        used = columns[columns > 0]
    chosen = np.unique(np.linspace(0, inputs.shape[1] - 1, min(inputs.shape[1], MOST_COLUMNS)).astype(np.int64))
    condition, _ = _condition(values[:, chosen])
    kept = chosen[varying[chosen]]
    standardized, rank = _condition(centred[:, kept] / spread[kept])
    n_empty = int((~varying).sum())
    return InputScale(
        rms=_finite(np.sqrt((columns**2).mean()) if columns.size else 0.0),
        largest=_finite(np.abs(values).max(initial=0.0)),
        tail=_finite(tails.max(initial=0.0)),
        ratio=_finite(used.max() / used.min() if used.size else 1.0),
        condition=condition,
        condition_standardized=standardized,
        degenerate=n_empty + max(0, min(len(kept), len(inputs) - 1) - rank),
    )


def tails(inputs: Array) -> Array:
    """Return how many standard deviations the farthest cell of each column is from its mean.

    It is 0 for columns of one or two values: the indicator of a rare category is far from its mean by nature, and no
    scaling changes what it says.
    """
    values = inputs.astype(np.float64)
    with np.errstate(all="ignore"):
        spread = values.std(axis=0)
        far = np.abs(values - values.mean(axis=0)).max(axis=0) / spread
        between = ((values != values.min(axis=0)) & (values != values.max(axis=0))).any(axis=0)
    return np.where(between & (spread > 0), np.nan_to_num(far, nan=0.0), 0.0)


def _condition(values: Array) -> tuple[float, int]:
    """Return the condition number of the second moments, and how many directions hold something."""
    if not values.size or not np.isfinite(values).all():
        return 1.0, 0
    largest = np.abs(values).max()
    scaled = values / largest if largest else values  # so that no square overflows
    moments = scaled.T @ scaled / len(scaled)
    eigenvalues = np.linalg.eigvalsh(moments)
    held = eigenvalues[eigenvalues > NEGLIGIBLE * eigenvalues[-1]]
    return (float(held[-1] / held[0]), len(held)) if held.size else (1.0, 0)


def _finite(value: float) -> float:
    """Return a figure that a report can hold."""
    return float(np.nan_to_num(value, nan=0.0, posinf=np.finfo(np.float64).max))
