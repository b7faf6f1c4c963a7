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
class _Texts:
    """A column as texts: the number of each in `values`, -1 where it is empty."""

    codes: Array
    values: Array

    @property
    def filled(self) -> Array:
        """Whether there is a text."""
        return np.asarray(self.codes >= 0)

    def among(self, values: Array) -> Array:
        """Return the place of each text among sorted values that hold all of them; what stands for none is any."""
        return np.asarray(np.searchsorted(values, self.values)[self.codes] if len(self.values) else self.codes)


@dataclass(frozen=True, slots=True)
class _Labels:
    """Labels one by one: number of the item, of who gave it, and what; `item_of_row` is -1 without one."""

    item: Array
    annotator: Array
    columns: tuple[tuple[_Texts, Array], ...]
    names: tuple[object, ...]
    item_of_row: Array

    @property
    def values(self) -> list[Array]:
        """The labels that occur, of each column that holds labels."""
        return [texts.values[np.unique(texts.codes[rows])] for texts, rows in self.columns]

    def codes(self, classes: Array) -> Array:
        """Return the place of each label among all classes."""
        return np.concatenate([texts.among(classes)[rows] for texts, rows in self.columns])


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
    classes = np.unique(np.concatenate([*labels.values, *([] if given is None else [given.values])]))
    if len(classes) > MOST_CLASSES:
        raise InputError(
            f"annotators must tell at most {MOST_CLASSES} classes apart; got {len(classes)} different labels. "
            "Name columns that hold classes."
        )
    code = labels.codes(classes)
    n_items = int(labels.item.max(initial=-1)) + 1
    counts = np.bincount(labels.item * len(classes) + code, minlength=n_items * len(classes))
    counts = counts.reshape(n_items, len(classes)).astype(float)
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
    rows = [np.flatnonzero(texts.filled) for texts in columns]
    labelled = np.unique(np.concatenate(rows))
    item_of_row = np.full(table.num_rows, -1)
    item_of_row[labelled] = np.arange(len(labelled))
    return _Labels(
        item=item_of_row[np.concatenate(rows)],
        annotator=np.repeat(np.arange(len(rows)), [len(found) for found in rows]),
        columns=tuple(zip(columns, rows, strict=True)),
        names=annotators.columns,
        item_of_row=item_of_row,
    )


def _long(table: pa.Table, annotators: Annotators) -> _Labels:
    item, who, label = (_texts(table, name) for name in annotators.columns)
    rows = np.flatnonzero(item.filled & who.filled & label.filled)
    _, item_of = np.unique(item.codes[rows], return_inverse=True)
    names, annotator = np.unique(who.codes[rows], return_inverse=True)
    item_of_row = np.full(table.num_rows, -1)
    item_of_row[rows] = item_of
    return _Labels(item_of, annotator, ((label, rows),), tuple(who.values[names].tolist()), item_of_row)


def _texts(table: pa.Table, name: str) -> _Texts:
    """Return a column as texts; whole numbers are the same whatever their type."""
    encoded = table.column(name).combine_chunks()
    encoded = encoded if pa.types.is_dictionary(encoded.type) else encoded.dictionary_encode()
    distinct = pa.chunked_array([encoded.dictionary])
    if pa.types.is_floating(distinct.type):
        numbers = as_numbers(distinct)
        if (np.round(numbers) == numbers)[np.isfinite(numbers)].all():
            distinct = pa.chunked_array([pa.array(numbers, mask=~np.isfinite(numbers)).cast(pa.int64())])
    texts = as_texts(distinct)
    there = np.asarray(texts.notna())
    values, place = np.unique(texts[there].to_numpy(dtype=str), return_inverse=True)
    code_of = np.full(len(texts) + 1, -1)  # the last one is that of a row without a value
    code_of[:-1][there] = place
    indices = encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    used, codes = np.unique(code_of[indices], return_inverse=True)
    n_empty = int((used < 0).sum())
    return _Texts(codes - n_empty, values[used[n_empty:]])


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


def _consensus(posterior: Array, labels: _Labels, given: _Texts | None, classes: Array, positions: Array) -> Consensus:
    rows = np.flatnonzero(labels.item_of_row >= 0)
    of_row = posterior[labels.item_of_row[rows]]
    codes = np.full(len(rows), -1)
    if given is not None:
        filled = given.filled[rows]
        codes[filled] = given.among(classes)[rows][filled]
    of_given = np.where(codes >= 0, of_row[np.arange(len(rows)), np.maximum(codes, 0)], np.nan)
    return Consensus(
        positions=positions[rows],
        given=codes,
        label=of_row.argmax(axis=1),
        posterior=of_row.max(axis=1),
        given_posterior=of_given,
    )
