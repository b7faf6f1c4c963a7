"""Who is right where annotators disagree: how each confuses the classes tells the classes, and the other way round."""

from __future__ import annotations

from typing import Any

import numpy as np

from prefit.probes.frame import Array

__all__ = ["dawid_skene"]

ROUNDS, CLOSE = 200, 1e-6

FEWEST_ROUNDS, MOST_WORK = 5, 500_000_000
"""Rounds that are made in any case, and labels times classes times rounds, which take some three seconds; the vote of
the majority is a good start, so that few rounds tell most. Of more labels the confusions are learnt from those of some
items, and all items are judged by them at last."""

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
    n_items = int(item.max()) + 1
    # Only pairs of an annotator and a label that occur: many annotators use few of many classes.
    number = annotator * n_classes + label
    met = np.bincount(number) > 0
    pairs, pair = np.flatnonzero(met), (np.cumsum(met) - 1)[number]
    learnt = _some_items(item, n_items, MOST_WORK // (FEWEST_ROUNDS * n_classes))
    votes = _counted(item[learnt], label[learnt], n_items, n_classes)
    known = np.flatnonzero(votes.sum(axis=1))
    place = np.zeros(n_items, dtype=np.int64)
    place[known] = np.arange(len(known))
    given = _incidence(pair[learnt], place[item[learnt]], len(pairs), len(known))
    posterior: Array = votes[known] / votes[known].sum(axis=1, keepdims=True)
    received = given.T.tocsr()
    for _ in range(rounds(int(given.nnz), n_classes)):
        log_shares, log_confused = _confusions(given, posterior, pairs, n_classes)
        told = _told(received, log_shares, log_confused)
        moved = float(np.abs(told - posterior).max())
        posterior = told
        if moved < CLOSE:
            break
    if len(known) == n_items:
        return posterior
    return _told(_incidence(item, pair, n_items, len(pairs)), *_confusions(given, posterior, pairs, n_classes))


def _some_items(item: Array, n_items: int, most_labels: int) -> Array:
    """Say which labels are those of items, drawn at random, that have about so many of them."""
    if len(item) <= most_labels:
        return np.ones(len(item), dtype=bool)
    drawn = np.random.default_rng(0).permutation(n_items)[: max(2, most_labels * n_items // len(item))]
    some = np.zeros(n_items, dtype=bool)
    some[drawn] = True
    return np.asarray(some[item])


def _counted(rows: Array, columns: Array, n_rows: int, n_columns: int) -> Array:
    return np.bincount(rows * n_columns + columns, minlength=n_rows * n_columns).reshape(n_rows, n_columns)


def _incidence(rows: Array, columns: Array, n_rows: int, n_columns: int) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(n_rows, n_columns))


def _confusions(given: Any, posterior: Array, pairs: Array, n_classes: int) -> tuple[Array, Array]:
    """Return the log share of each class, and how probable each label of each annotator is where a class is true."""
    who, what = np.divmod(pairs, n_classes)
    before = np.full((n_classes, n_classes), FOR_WRONG / max(1, n_classes - 1))
    np.fill_diagonal(before, FOR_RIGHT)
    counts = given @ posterior  # of each pair, by the class that is true
    by_annotator = _incidence(who, np.arange(len(pairs)), int(who.max()) + 1, len(pairs))
    totals = by_annotator @ counts + before.sum(axis=1)
    shares = (posterior.sum(axis=0) + 1) / (len(posterior) + n_classes)
    return np.log(shares), np.log((counts + before[:, what].T) / totals[who])


def _told(received: Any, log_shares: Array, log_confused: Array) -> Array:
    """Return the probability of each class for each item from the labels that it has received."""
    log = log_shares + received @ log_confused
    log -= log.max(axis=1, keepdims=True)
    told = np.exp(log)
    return np.asarray(told / told.sum(axis=1, keepdims=True))


def rounds(n_labels: int, n_classes: int) -> int:
    """Return how many rounds may be made at most.

    Examples
    --------
    >>> rounds(3_000, 3), rounds(200_000, 100), rounds(10_000_000, 100)
    (200, 25, 5)
    """
    return min(ROUNDS, max(FEWEST_ROUNDS, MOST_WORK // (n_labels * n_classes)))
