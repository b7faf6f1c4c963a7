"""Who is right where annotators disagree: how each confuses the classes tells the classes, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Model", "dawid_skene"]

ROUNDS, CLOSE = 200, 1e-6

FOR_RIGHT, FOR_WRONG = 2.0, 1.0
"""Labels that count before any is seen: so many right ones of each class for each annotator, so many wrong ones."""


@dataclass(frozen=True, slots=True)
class Model:
    """Probability of each class for each item; of an annotator's label, given the class; and of the classes.

    Shapes are (n_items, n_classes), (n_annotators, n_classes, n_classes) with the true class in the middle, and
    (n_classes,).
    """

    posterior: Array
    confusion: Array
    shares: Array


def dawid_skene(item: Array, annotator: Array, label: Array, n_classes: int) -> Model:
    """Estimate classes and confusions together, by expectation and maximization from the vote of the majority.

    Parameters
    ----------
    item, annotator, label : ndarray of int, shape (n_labels,)
        Numbers from 0 of the item, of who labelled it, and of the class that was given.
    n_classes : int

    References
    ----------
    Dawid & Skene (1979), Maximum likelihood estimation of observer error-rates, doi:10.2307/2346806.
    """
    n_items, n_annotators = int(item.max()) + 1, int(annotator.max()) + 1
    votes = np.zeros((n_items, n_classes))
    np.add.at(votes, (item, label), 1.0)
    posterior = votes / votes.sum(axis=1, keepdims=True)
    before = np.full((n_classes, n_classes), FOR_WRONG / max(1, n_classes - 1))
    np.fill_diagonal(before, FOR_RIGHT)
    for _ in range(ROUNDS):
        counts = np.zeros((n_annotators, n_classes, n_classes))
        for true in range(n_classes):
            np.add.at(counts[:, true, :], (annotator, label), posterior[item, true])
        counts += before
        confusion = counts / counts.sum(axis=2, keepdims=True)
        shares = (posterior.sum(axis=0) + 1) / (n_items + n_classes)
        log = np.tile(np.log(shares), (n_items, 1))
        np.add.at(log, item, np.log(confusion[annotator, :, label]))
        log -= log.max(axis=1, keepdims=True)
        told = np.exp(log)
        told /= told.sum(axis=1, keepdims=True)
        moved = float(np.abs(told - posterior).max())
        posterior = told
        if moved < CLOSE:
            break
    return Model(posterior, confusion, shares)
