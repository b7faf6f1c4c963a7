"""How do curves go on that look like this one? Small networks fitted on the curves of many data sets, as plain arrays.

The arrays are in ``prior.npz``; ``prior.json`` beside it says from which data sets they come, under which licences, and
how they were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from prefit.probes.frame import Array

__all__ = ["FARTHEST", "NEAREST", "SHIPPED", "UNIT", "Prior", "Residual", "load_prior", "rectified", "standardized"]

NEAREST, FARTHEST = 0.5, 6.0
"""Doublings beyond the last size for which the prior was fitted."""

UNIT = 0.02
"""Scores come out of the networks in this unit."""

LARGEST_TRAIT = 5.0
"""Traits farther out than this many standard deviations count as that many."""

SHIPPED = Path(__file__).with_name("prior.npz")


@dataclass(frozen=True, slots=True)
class Residual:
    """What the truth is expected to lie above the plain continuation, and the scale of its error, one per curve."""

    location: Array
    scale: Array


@dataclass(frozen=True, slots=True)
class Prior:
    """Networks that read the traits of curves, and the quantiles of their errors on data sets they were not fitted on.

    Attributes
    ----------
    center, spread : ndarray, shape (n_traits,)
        Mean and standard deviation of each trait.
    layers : tuple of (weights, biases)
        Of all networks at once: shapes (n_networks, n_in, n_out) and (n_networks, 1, n_out).
    doublings : ndarray, shape (n_distances,)
        Distances at which the quantiles are known.
    levels : ndarray, shape (n_levels,)
        Their probabilities.
    quantiles : mapping of str to ndarray, shape (n_distances, n_levels)
        Quantiles of (truth - forecast) / scale, by kind of score, and by ``train:`` and the kind for training scores.
    """

    center: Array
    spread: Array
    layers: tuple[tuple[Array, Array], ...]
    doublings: Array
    levels: Array
    quantiles: Mapping[str, Array]

    def residuals(self, traits: Array) -> tuple[Residual, Residual]:
        """Return what held-out and training scores are expected to lie off their plain continuations."""
        values = standardized(traits, self.center, self.spread)[None]
        for weights, biases in self.layers[:-1]:
            values = rectified(values @ weights + biases)
        weights, biases = self.layers[-1]
        outputs = values @ weights + biases
        return _pooled(outputs[..., 0], outputs[..., 1]), _pooled(outputs[..., 2], outputs[..., 3])

    def quantile(self, name: str, probability: float, doublings: float) -> float:
        """Return a quantile of the standardized error at a distance."""
        table = self.quantiles.get(name)
        if table is None:
            table = self.quantiles["train:other" if name.startswith("train:") else "other"]
        at_distance = [np.interp(doublings, self.doublings, column) for column in table.T]
        return float(np.interp(probability, self.levels, at_distance))


def standardized(traits: Array, center: Array, spread: Array) -> Array:
    """Return traits as the networks read them: a trait that is not known counts as its mean."""
    return np.asarray(np.nan_to_num(np.clip((traits - center) / spread, -LARGEST_TRAIT, LARGEST_TRAIT)))


def rectified(values: Array) -> Array:
    """Return the activation of a layer: negative values count a tenth."""
    return np.asarray(np.maximum(values, 0.1 * values))


def _pooled(location: Array, log_scale: Array) -> Residual:
    """Return the mean of the networks, and their scale with their disagreement, both of shape (n_curves,)."""
    scale = np.exp(np.clip(log_scale, -4.0, 4.0))
    return Residual(UNIT * location.mean(axis=0), UNIT * np.sqrt((scale**2).mean(axis=0) + location.var(axis=0)))


@lru_cache(maxsize=1)
def load_prior(path: Path = SHIPPED) -> Prior:
    """Read a prior from its file."""
    with np.load(path, allow_pickle=False) as file:
        stored = {name: file[name] for name in file.files}
    arrays = {name: value.astype(np.float64) for name, value in stored.items()}
    n_layers = sum(name.startswith("weights") for name in arrays)
    return Prior(
        center=arrays["center"],
        spread=arrays["spread"],
        layers=tuple((arrays[f"weights{k}"], arrays[f"biases{k}"]) for k in range(n_layers)),
        doublings=arrays["doublings"],
        levels=arrays["levels"],
        quantiles={
            name.removeprefix("quantiles "): value for name, value in arrays.items() if name.startswith("quantiles ")
        },
    )
