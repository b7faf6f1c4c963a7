"""How do curves go on that look like this one? Networks and trees fitted on the curves of many data sets, as arrays.

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
from prefit.probes.trees import Trees

__all__ = [
    "FARTHEST",
    "LEARNERS",
    "NEAREST",
    "SHIPPED",
    "UNIT",
    "Layers",
    "Prior",
    "Residual",
    "load_prior",
    "rectified",
    "standardized",
    "with_learners",
]

NEAREST, FARTHEST = 0.5, 6.0
"""Doublings beyond the last size for which the prior was fitted."""

UNIT = 0.02
"""Scores come out of the networks in this unit."""

TREE_SHARE = 0.7
"""How much the trees count in where held-out scores are expected; the rest is that of the networks."""

LEARNERS = (
    "SVC_linear", "SVC_poly", "SVC_rbf", "SVC_sigmoid", "LinearDiscriminantAnalysis", "QuadraticDiscriminantAnalysis",
    "ExtraTreesClassifier", "GradientBoostingClassifier", "RandomForestClassifier", "LogisticRegression",
    "PassiveAggressiveClassifier", "Perceptron", "RidgeClassifier", "SGDClassifier", "BernoulliNB", "MultinomialNB",
    "KNeighborsClassifier", "MLPClassifier", "DecisionTreeClassifier", "ExtraTreeClassifier",
)  # fmt: skip
"""Learners that the trees know, by their class in scikit-learn."""

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
    trees : Trees
        They read which learner it is, too, and speak of held-out scores.
    doublings : ndarray, shape (n_distances,)
        Distances at which the quantiles are known.
    levels : ndarray, shape (n_levels,)
        Their probabilities.
    quantiles : mapping of str to ndarray, shape (n_distances, n_levels)
        Quantiles of (truth - forecast) / scale, by kind of score; with ``train:`` before it for training scores, with
        ``learner:`` where the trees spoke.
    """

    center: Array
    spread: Array
    held_out: Layers
    train: Layers
    trees: Trees
    doublings: Array
    levels: Array
    quantiles: Mapping[str, Array]

    def held_out_residual(self, traits: Array) -> Residual:
        """Return what held-out scores are expected to lie off their plain continuations, by the networks."""
        return _by_networks(standardized(traits, self.center, self.spread), self.held_out)

    def tree_residual(self, traits: Array, learners: Array, rises: Array) -> Residual:
        """Return the same by the networks and the trees, for kinds of score and learners that the trees know.

        Parameters
        ----------
        traits : ndarray, shape (n_curves, n_traits)
        learners : ndarray of int, shape (n_curves,)
            Places in `LEARNERS`.
        rises : ndarray of bool, shape (n_curves,)
            Whether the plain continuation rises. Where not, leaves are too coarse to say more than networks.
        """
        by_networks = self.held_out_residual(traits)
        inputs = with_learners(standardized(traits, self.center, self.spread), learners)
        apart = UNIT * self.trees(inputs) - by_networks.location
        shift = TREE_SHARE * np.where(rises, apart, np.minimum(apart, 0.0))
        return Residual(by_networks.location + shift, np.hypot(by_networks.scale, apart / 2))

    def train_residual(self, traits: Array) -> Residual:
        """Return the same for the scores on the training rows."""
        return _by_networks(standardized(traits, self.center, self.spread), self.train)

    def quantile(self, name: str, probability: float, doublings: float) -> float:
        """Return a quantile of the standardized error at a distance."""
        table = self.quantiles.get(name)
        if table is None:
            table = self.quantiles["train:other" if name.startswith("train:") else "other"]
        place = float(np.interp(doublings, self.doublings, np.arange(len(self.doublings))))
        below, above = int(np.floor(place)), int(np.ceil(place))
        at_distance = table[below] + (place - below) * (table[above] - table[below])
        return float(np.interp(probability, self.levels, at_distance))


def _by_networks(inputs: Array, layers: Layers) -> Residual:
    values = inputs[None]
    for weights, biases in layers[:-1]:
        values = rectified(values @ weights + biases)
    weights, biases = layers[-1]
    location, log_scale = np.moveaxis(values @ weights + biases, -1, 0)
    scale = np.exp(np.clip(log_scale, -4.0, 4.0))
    # The networks' disagreement is a part of the error.
    return Residual(UNIT * location.mean(axis=0), UNIT * np.sqrt((scale**2).mean(axis=0) + location.var(axis=0)))


def standardized(traits: Array, center: Array, spread: Array) -> Array:
    """Return traits as the networks read them: a trait that is not known counts as its mean."""
    return np.asarray(np.nan_to_num(np.clip((traits - center) / spread, -LARGEST_TRAIT, LARGEST_TRAIT)))


def with_learners(inputs: Array, learners: Array) -> Array:
    """Return what the trees read: the inputs of the networks, and a flag for each learner."""
    flags = learners[:, None] == np.arange(len(LEARNERS))
    # Single precision as in the fit: a value at a threshold is on the same side of it.
    return np.concatenate([inputs, flags], axis=1).astype(np.float32)


def rectified(values: Array) -> Array:
    """Return the activation of a layer: negative values count a tenth."""
    return np.asarray(np.maximum(values, 0.1 * values))


@lru_cache(maxsize=1)
def load_prior(path: Path = SHIPPED) -> Prior:
    """Read a prior from its file."""
    with np.load(path, allow_pickle=False) as file:
        stored = {name: file[name] for name in file.files}
    trees = Trees(**{name.removeprefix("trees "): stored.pop(name) for name in list(stored) if name[:6] == "trees "})
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
        trees=trees,
        doublings=arrays["doublings"],
        levels=arrays["levels"],
        quantiles={
            name.removeprefix("quantiles "): value for name, value in arrays.items() if name.startswith("quantiles ")
        },
    )
