"""From the columns of annotators to their agreement, their quality and the consensus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence.annotation import Annotation, Annotator, Consensus
from prefit.probes.annotators.agreement import alpha, alpha_interval
from prefit.probes.annotators.dawid_skene import dawid_skene
from prefit.probes.frame import Array, as_numbers, as_texts
from prefit.task import Annotators, Task

__all__ = ["annotation"]

MOST_CLASSES = 100
"""Of more classes the confusions of an annotator cannot be learnt."""

LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class _Labels:
    """Labels as texts, one by one: number of the item, of who gave it, and what; `item_of_row` is -1 without one."""

    item: Array
    annotator: Array
    label: Array
    names: tuple[object, ...]
    item_of_row: Array


def annotation(table: pa.Table, positions: Array, task: Task, *, seed: int = 0) -> Annotation:
    """Say how far annotators agree, how good each is, and what the label of each item most probably is.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample.
    positions : ndarray of int64
        Row number of each of its rows.
    task : Task
        With annotators. Where it has a target of classes, that of each row is held against the consensus.
    seed : int

    Raises
    ------
    InputError
        If no item has two labels, or if there are more than 100 classes.
    """
    annotators = task.annotators
    assert annotators is not None
    labels = _long(table, annotators) if annotators.long else _wide(table, annotators)
    given = _texts(table, task.target) if task.target is not None and task.kind == "classification" else None
    present = labels.label if given is None else np.concatenate([labels.label, given[_filled(given)]])
    classes, codes = np.unique(present.astype(str), return_inverse=True)
    if len(classes) > MOST_CLASSES:
        raise InputError(
            f"annotators must tell at most {MOST_CLASSES} classes apart; got {len(classes)} different labels. "
            "Name columns that hold classes."
        )
    code = codes[: len(labels.label)]
    n_items = int(labels.item.max(initial=-1)) + 1
    counts = np.zeros((n_items, len(classes)))
    np.add.at(counts, (labels.item, code), 1.0)
    several = int((counts.sum(axis=1) >= 2).sum())
    if not several:
        raise InputError("annotators must label an item twice at least; got no item with two labels. Add annotators.")
    posterior = dawid_skene(labels.item, labels.annotator, code, len(classes))
    low, high = alpha_interval(counts, seed)
    return Annotation(
        alpha=alpha(counts),
        low=low,
        high=high,
        n_items=several,
        n_labels=len(code),
        annotators=_quality(posterior, labels, code),
        classes=tuple(classes.tolist()),
        consensus=_consensus(posterior, labels, given, classes, positions),
        long=annotators.long,
    )


def _wide(table: pa.Table, annotators: Annotators) -> _Labels:
    columns = [_texts(table, name) for name in annotators.columns]
    rows = [np.flatnonzero(_filled(texts)) for texts in columns]
    labelled = np.unique(np.concatenate(rows))
    item_of_row = np.full(table.num_rows, -1)
    item_of_row[labelled] = np.arange(len(labelled))
    return _Labels(
        item=item_of_row[np.concatenate(rows)],
        annotator=np.repeat(np.arange(len(rows)), [len(found) for found in rows]),
        label=np.concatenate([texts[found] for texts, found in zip(columns, rows, strict=True)]),
        names=annotators.columns,
        item_of_row=item_of_row,
    )


def _long(table: pa.Table, annotators: Annotators) -> _Labels:
    item, who, label = (_texts(table, name) for name in annotators.columns)
    rows = np.flatnonzero(_filled(item) & _filled(who) & _filled(label))
    _, item_of = np.unique(item[rows].astype(str), return_inverse=True)
    names, annotator = np.unique(who[rows].astype(str), return_inverse=True)
    item_of_row = np.full(table.num_rows, -1)
    item_of_row[rows] = item_of
    return _Labels(item_of, annotator, label[rows], tuple(names.tolist()), item_of_row)


def _texts(table: pa.Table, name: str) -> Array:
    """Return a column as texts, None where it is empty; whole numbers are the same whatever their type."""
    column = table.column(name)
    if pa.types.is_floating(column.type):
        numbers = as_numbers(column)
        if (np.round(numbers) == numbers)[np.isfinite(numbers)].all():
            column = pa.chunked_array([pa.array(numbers, mask=~np.isfinite(numbers)).cast(pa.int64())])
    texts = as_texts(column)
    return np.asarray(texts.astype(object).where(texts.notna(), None), dtype=object)


def _filled(texts: Array) -> Array:
    return np.array([text is not None for text in texts], dtype=bool)


def _quality(posterior: Array, labels: _Labels, code: Array) -> tuple[Annotator, ...]:
    """Return the share of right labels of each annotator, as the model of all of them tells."""
    from scipy.stats import beta

    right = np.bincount(labels.annotator, posterior[labels.item, code], minlength=len(labels.names))
    n = np.bincount(labels.annotator, minlength=len(labels.names))
    of_all = 1 - (1 - LEVEL) / 2 / max(1, int((n > 0).sum()))  # whoever looks worst among many is mostly unlucky
    low, high, highest = beta.ppf([[(1 - LEVEL) / 2], [(1 + LEVEL) / 2], [of_all]], right + 0.5, n - right + 0.5)
    found = [
        Annotator(
            name=name,
            n_labels=int(n[k]),
            accuracy=float(right[k] / n[k]),
            low=float(low[k]),
            high=float(high[k]),
            highest=float(highest[k]),
        )
        for k, name in enumerate(labels.names)
        if n[k]
    ]
    return tuple(sorted(found, key=lambda annotator: annotator.accuracy))


def _consensus(posterior: Array, labels: _Labels, given: Array | None, classes: Array, positions: Array) -> Consensus:
    rows = np.flatnonzero(labels.item_of_row >= 0)
    of_row = posterior[labels.item_of_row[rows]]
    codes = np.full(len(rows), -1)
    if given is not None:
        filled = _filled(given[rows])
        codes[filled] = np.searchsorted(classes, given[rows][filled].astype(str))
    of_given = np.where(codes >= 0, of_row[np.arange(len(rows)), np.maximum(codes, 0)], np.nan)
    return Consensus(
        positions=positions[rows],
        given=codes,
        label=of_row.argmax(axis=1),
        posterior=of_row.max(axis=1),
        given_posterior=of_given,
    )
