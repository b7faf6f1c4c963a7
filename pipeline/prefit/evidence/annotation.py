"""What several annotators say of the same items: how far they agree, how good each is, and what is most probable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SURE", "Annotation", "Annotator", "Consensus"]

SURE = 0.1
"""Probability of the label that a row has up to which the annotators contradict it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotator:
    """How good one annotator is.

    Attributes
    ----------
    name : object
        A column, or a value of the column that says who annotated.
    n_labels : int
    accuracy, low, high : float
        Share of this annotator's labels that are right, as all others tell, and its 90 % interval.
    highest : float
        What the accuracies of all annotators at once lie below at 95 %: for whoever compares all of them.
    """

    name: object
    n_labels: int
    accuracy: float
    low: float
    high: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Consensus:
    """The most probable label of every row that has an annotation.

    Attributes
    ----------
    positions : ndarray of int64
        0-based row numbers of the table.
    given, label : ndarray of int64
        Places in `Annotation.classes`: of the label that the row has (-1 where it has none), and of the consensus.
    posterior : ndarray of float
        Probability of the consensus.
    given_posterior : ndarray of float
        Probability of the label that the row has; NaN where it has none.
    """

    positions: NDArray[np.int64]
    given: NDArray[np.int64]
    label: NDArray[np.int64]
    posterior: NDArray[np.float64]
    given_posterior: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Annotation:
    """What several annotators say of the same items.

    Attributes
    ----------
    alpha, low, high : float
        Krippendorff's alpha for classes, and its 90 % interval: 1 where all agree, 0 where they agree as by chance.
    n_items, n_labels : int
        Items with two labels or more, and all labels.
    annotators : tuple of Annotator
        Least accurate first.
    classes : tuple
        Values of the labels.
    consensus : Consensus
    long : bool
        Whether each row of the table is one annotation; else each is one item.
    """

    alpha: float
    low: float
    high: float
    n_items: int
    n_labels: int
    annotators: tuple[Annotator, ...]
    classes: tuple[object, ...]
    consensus: Consensus
    long: bool = False

    @property
    def contradicted(self) -> NDArray[np.bool_]:
        """Which rows of the consensus have a label that it surely contradicts."""
        known = self.consensus.given >= 0
        return known & (np.nan_to_num(self.consensus.given_posterior) <= SURE)
