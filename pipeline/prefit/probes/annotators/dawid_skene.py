"""Who is right where annotators disagree: how each confuses the classes tells the classes, and the other way round."""

from __future__ import annotations

import numpy as np

from prefit.probes.frame import Array

__all__ = ["dawid_skene"]

ROUNDS, CLOSE = 200, 1e-6

FEWEST_ROUNDS, MOST_WORK = 5, 200_000_000
"""Rounds that are made in any case, and labels times classes times rounds, which take some five seconds; the vote of
the majority is a good start, so that few rounds tell most."""

FOR_RIGHT, FOR_WRONG = 2.0, 1.0
"""Labels that count before any is seen: so many right ones of each class for each annotator, so many wrong ones."""


def dawid_skene(item: Array, annotator: Array, label: Array, n_classes: int) -> Array:
    """Return the probability of each class for each item, shape (n_items, n_classes).

    Classes and confusions are estimated together, by expectation and maximization from the vote of the majority.

    Parameters
    ----------
    item, annotator, label : ndarray of int, shape (n_labels,)
        Numbers from 0 of the item, of who labelled it, and of the class that was given.
    n_classes : int

    References
    ----------
    Dawid & Skene (1979), Maximum likelihood estimation of observer error-rates, doi:10.2307/2346806.
    """
    from scipy.sparse import csr_matrix

    n_items, n_annotators = int(item.max()) + 1, int(annotator.max()) + 1
    # Only pairs of an annotator and a label that occur: many annotators use few of many classes.
    pairs, pair = np.unique(annotator * n_classes + label, return_inverse=True)
    who, what = np.divmod(pairs, n_classes)
    given = csr_matrix((np.ones(len(item)), (pair, item)), shape=(len(pairs), n_items))
    received = given.T.tocsr()
    by_annotator = csr_matrix((np.ones(len(pairs)), (who, np.arange(len(pairs)))), shape=(n_annotators, len(pairs)))
    votes = csr_matrix((np.ones(len(item)), (item, label)), shape=(n_items, n_classes)).toarray()
    posterior: Array = votes / votes.sum(axis=1, keepdims=True)
    before = np.full((n_classes, n_classes), FOR_WRONG / max(1, n_classes - 1))
    np.fill_diagonal(before, FOR_RIGHT)
    for _ in range(rounds(len(item), n_classes)):
        counts = given @ posterior  # of each pair, by the class that is true
        totals = by_annotator @ counts + before.sum(axis=1)
        shares = (posterior.sum(axis=0) + 1) / (n_items + n_classes)
        log = np.log(shares) + received @ np.log((counts + before[:, what].T) / totals[who])
        log -= log.max(axis=1, keepdims=True)
        told = np.exp(log)
        told /= told.sum(axis=1, keepdims=True)
        moved = float(np.abs(told - posterior).max())
        posterior = told
        if moved < CLOSE:
            break
    return posterior


def rounds(n_labels: int, n_classes: int) -> int:
    """Return how many rounds may be made at most.

    Examples
    --------
    >>> rounds(3_000, 3), rounds(200_000, 100), rounds(10_000_000, 100)
    (200, 10, 5)
    """
    return min(ROUNDS, max(FEWEST_ROUNDS, MOST_WORK // (n_labels * n_classes)))
