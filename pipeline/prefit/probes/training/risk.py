"""How probable are the events of training on the planned run? Boosted trees, fitted on thousands of runs.

The trees are in ``risk.npz``; ``risk.json`` beside it says from which data sets they come and how they were made.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from prefit.evidence.training import TrainingRisks
from prefit.probes.frame import Array
from prefit.probes.training.events import VANISHED
from prefit.probes.training.probe import Measured
from prefit.probes.training.traits import TRAITS, traits
from prefit.probes.training.trees import Trees

__all__ = ["HEADS", "SHIPPED", "probabilities", "risks_of"]

SHIPPED = Path(__file__).with_name("risk.npz")

HEADS = ("course", "zero", "vanishing")
"""Course: does it explode, stay flat or learn? Zero: does the loss vanish? Vanishing: does the gradient, if flat?"""

TREES_WEIGH = 2.0
"""Whole runs on all rows that the trees count as much as: what so many runs did is the better forecast then."""

EPOCH_WEIGHS = 0.5
"""Share of what the gradients of a first epoch on all rows say of whether they vanish, beside what the trees say."""

SURE = 0.999
"""No probability is closer to 0 or 1: nothing that a sample says is certain."""


def risks_of(measured: Measured) -> TrainingRisks:
    """Return the probability of each event."""
    exploding, flat, zero, vanishing = probabilities(_shipped(), [traits(measured)])[0]
    return TrainingRisks(
        flat_loss=float(flat),
        zero_loss=float(zero),
        exploding_gradient=float(exploding),
        vanishing_gradient=float(vanishing),
    )


def probabilities(heads: tuple[Trees, ...], given: Sequence[dict[str, float]]) -> Array:
    """Return the probabilities of exploding, flat, zero and vanishing, shape (n_cases, 4).

    Where whole runs were made on all rows of the planned one, their outcomes are counted beside what the trees say, and
    so are the gradients of a first epoch.
    """
    values = np.array([[case[name] for name in TRAITS] for case in given])
    course, zero, vanishing = (head(values) for head in heads)
    weights = np.exp(course - course.max(axis=1, keepdims=True))
    exploding, flat, _ = (weights / weights.sum(axis=1, keepdims=True)).T
    runs = np.array([case["endings"] if case["rows seen"] == 0 else 0.0 for case in given])
    share = runs / (runs + TREES_WEIGH)
    exploding = exploding + share * (np.array([case["exploding share"] for case in given]) - exploding)
    flat = flat + share * (np.array([case["flat share"] for case in given]) - flat)
    fades = _logistic(vanishing[:, 0])
    whole = np.array([case["rows seen"] == 0 and case["epoch seen"] == 1 for case in given])
    faded = np.array([case["ratio"] < math.log10(VANISHED) for case in given])
    fades = np.where(whole, fades + EPOCH_WEIGHS * (faded - fades), fades)
    found = np.stack([exploding, flat, _logistic(zero[:, 0]), flat * fades], axis=1)
    return np.asarray(np.clip(found, 1 - SURE, SURE))


def _logistic(values: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(values / 2)))


@lru_cache(maxsize=1)
def _shipped() -> tuple[Trees, ...]:
    """Read the trees that come with the package."""
    with np.load(SHIPPED, allow_pickle=False) as file:
        stored = {name: file[name] for name in file.files}
    return tuple(Trees.of(stored, head) for head in HEADS)
