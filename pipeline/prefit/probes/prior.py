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

__all__ = [
    "FARTHEST",
    "NEAREST",
    "SHIPPED",
    "UNIT",
    "Layers",
    "Prior",
    "Residual",
    "load_prior",
    "rectified",
    "standardized",
]

NEAREST, FARTHEST = 0.5, 6.0
"""Doublings beyond the last size for which the prior was fitted."""

UNIT = 0.02
"""Scores come out of the networks in this unit."""

LARGEST_TRAIT = 5.0
"""Traits farther out than this many standard deviations count as that many."""

N_LAYERS = 2

Layers = tuple[tuple[Array, Array], ...]

SHIPPED = Path(__file__).with_name("prior.npz")


@dataclass(frozen=True, slots=True)
class Residual:
    """Where the truth is expected, from some starting point, and the scale of the error of that, one per curve."""

    location: Array
    scale: Array


@dataclass(frozen=True, slots=True)
class Prior:
    """Networks that read the traits of curves, and the quantiles of their errors on data sets they were not fitted on.

    Attributes
    ----------
    center, spread : ndarray, shape (n_traits,)
        Mean and standard deviation of each trait.
    held_out, train : tuple of (weights, biases)
        Layers of the networks for the one and the other score, of all networks at once: shapes
        (n_networks, n_in, n_out) and (n_networks, 1, n_out).
    doublings : ndarray, shape (n_distances,)
        Distances at which the quantiles are known.
    levels : ndarray, shape (n_levels,)
        Their probabilities.
    quantiles : mapping of str to ndarray, shape (n_distances, n_levels)
        Quantiles of (truth - forecast) / scale, by kind of score, and by ``train:`` and the kind for training scores.
    """

    center: Array
    spread: Array
    held_out: Layers
    train: Layers
    doublings: Array
    levels: Array
    quantiles: Mapping[str, Array]

    def residual(self, traits: Array, layers: Layers) -> Residual:
        """Return what scores are expected to lie off their plain continuations, by `held_out` or `train`."""
        values = standardized(traits, self.center, self.spread)[None]
        for weights, biases in layers[:-1]:
            values = rectified(values @ weights + biases)
        weights, biases = layers[-1]
        location, log_scale = np.moveaxis(values @ weights + biases, -1, 0)
        scale = np.exp(np.clip(log_scale, -4.0, 4.0))
        # The networks' disagreement is a part of the error.
        return Residual(UNIT * location.mean(axis=0), UNIT * np.sqrt((scale**2).mean(axis=0) + location.var(axis=0)))

    def quantile(self, name: str, probability: float, doublings: float) -> float:
        """Return a quantile of the standardized error at a distance."""
        table = self.quantiles.get(name)
        if table is None:
            table = self.quantiles["train:other" if name.startswith("train:") else "other"]
        place = float(np.interp(doublings, self.doublings, np.arange(len(self.doublings))))
        below, above = int(np.floor(place)), int(np.ceil(place))
        at_distance = table[below] + (place - below) * (table[above] - table[below])
        return float(np.interp(probability, self.levels, at_distance))


def standardized(traits: Array, center: Array, spread: Array) -> Array:
    """Return traits as the networks read them: a trait that is not known counts as its mean."""
    return np.asarray(np.nan_to_num(np.clip((traits - center) / spread, -LARGEST_TRAIT, LARGEST_TRAIT)))


def rectified(values: Array) -> Array:
    """Return the activation of a layer: negative values count a tenth."""
    return np.asarray(np.maximum(values, 0.1 * values))


@lru_cache(maxsize=1)
def load_prior(path: Path = SHIPPED) -> Prior:
    """Read a prior from its file."""
    with np.load(path, allow_pickle=False) as file:
        stored = {name: file[name] for name in file.files}
    arrays = {name: value.astype(np.float64) for name, value in stored.items()}
    held_out, train = (
        tuple((arrays[f"{name} weights {k}"], arrays[f"{name} biases {k}"]) for k in range(N_LAYERS))
        for name in ("held_out", "train")
    )
    return Prior(
        center=arrays["center"],
        spread=arrays["spread"],
        held_out=held_out,
        train=train,
        doublings=arrays["doublings"],
        levels=arrays["levels"],
        quantiles={
            name.removeprefix("quantiles "): value for name, value in arrays.items() if name.startswith("quantiles ")
        },
    )
