"""Which rows nearly repeat another: copies whose numbers were rounded, whose texts were edited, whose vectors shook.

No pair of rows is looked at unless sorting or hashing brought it together, so that the cost grows like n log n.
"""

from __future__ import annotations

from math import expm1, log1p

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.evidence.copies import NearTwins
from prefit.probes.comparable import Rows, comparable_rows
from prefit.probes.frame import Array
from prefit.probes.nearness import Numbers
from prefit.task import Task

__all__ = ["groups_of", "near_overlap", "near_twins"]

CLOSE = 1e-2
"""Greatest difference of copied numbers, in interquartile ranges of their column."""

GAP, SMALL_GAP = 100.0, 10.0
"""A neighbour is a copy where the next one is this many times as far away. In points spread by nature that happens in
a share of 1/100 ** d, and ten times in 1/10 ** d, for d dimensions and whatever the density: the share of the rows with
a gap between the two, divided by 9, is at least what chance puts above both."""

WIDER = 2.0
"""Texts and embeddings at up to twice the distance of near ones tell how many chance brings near."""

CROWDED = 0.5
"""Where so many rows have another within the wider distance, what is near cannot be told from what is alike."""

LARGEST_GROUP = 0.02
"""What a fiftieth of all rows resemble, and more than 20 rows, is a form letter, not a copy."""


def near_twins(table: pa.Table, positions: Array, task: Task, *, n_rows: int | None = None, seed: int = 0) -> NearTwins:
    """Find the rows that nearly, but not exactly, equal another row in the features and in the target.

    Parameters
    ----------
    table : pyarrow.Table
        Row sample.
    positions : ndarray of int64
        Row number of each of its rows.
    task : Task
    n_rows : int, optional
        Rows of the whole table; default all are in the sample.
    seed : int

    Returns
    -------
    NearTwins

    Notes
    -----
    Texts are near at a Jaccard similarity of 0.8 of their 5-byte shingles, embeddings at a cosine of 0.98 about their
    mean, numbers at a hundredth of the interquartile range; all parts of a row must be near, categories and missing
    values agree. Points that are spread by nature have neighbours at all distances, copies have one far nearer than the
    others. How many chance explains follows from that, whatever the columns have in common.

    References
    ----------
    Facco et al. (2017), Estimating the intrinsic dimension of datasets by a minimal neighborhood information,
    doi:10.1038/s41598-017-11873-y.
    Broder (1997), On the resemblance and containment of documents, doi:10.1109/SEQUEN.1997.666900.
    Charikar (2002), Similarity estimation techniques from rounding algorithms, doi:10.1145/509907.509965.
    """
    rng = np.random.default_rng(seed)
    rows = comparable_rows(table, task, rng)
    everything = np.arange(len(rows.places))
    thinning = (n_rows or table.num_rows) / max(table.num_rows, 1)
    return _compared(rows, everything, everything, positions, thinning, rng)


def near_overlap(
    train: pa.Table, test: pa.Table, positions: Array, task: Task, *, n_rows: int | None = None, seed: int = 0
) -> NearTwins | None:
    """Find the test rows that nearly, but not exactly, equal a training row, in the target too if both have it.

    Parameters are as in :func:`near_twins`; `positions` are those of the test rows, `n_rows` counts the training rows.

    Returns
    -------
    NearTwins or None
        None where the test data lack a column: `schema-mismatch` says so.

    Raises
    ------
    InputError
        If a column of the test data cannot be read as the type that it has in training.
    """
    names = [*task.features, *([task.target] if task.target in test.column_names else [])]
    if not set(names) <= set(test.column_names):
        return None
    both = _stacked(train.select(names), test.select(names))
    rng = np.random.default_rng(seed)
    rows = comparable_rows(both, task, rng)
    of_test = rows.places >= train.num_rows
    all_positions = np.concatenate([np.full(train.num_rows, -1), positions])
    thinning = (n_rows or train.num_rows) / max(train.num_rows, 1)
    return _compared(rows, np.flatnonzero(of_test), np.flatnonzero(~of_test), all_positions, thinning, rng)


def _stacked(train: pa.Table, test: pa.Table) -> pa.Table:
    """Put the rows of both below each other, in common types or else in those of the training data."""
    try:
        return pa.concat_tables([train, test], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        pass  # flags beside 0 and 1, times with and without a zone: they can be cast, not promoted
    try:
        return pa.concat_tables([train, test.cast(train.schema)])
    except pa.ArrowException:  # its message may hold a cell: the types say enough
        pairs = zip(train.schema, test.schema.types, strict=True)
        others = ", ".join(
            f"{other} for {field.name!r} ({field.type})" for field, other in pairs if field.type != other
        )
        raise InputError(
            f"columns of the test data must be readable as the types of the training data; got {others}. "
            "Write both with one schema."
        ) from None


def _compared(
    rows: Rows, sought: Array, among: Array, positions: Array, thinning: float, rng: np.random.Generator
) -> NearTwins:
    """Look for the copies of the rows `sought` among others."""
    pairs, chance = np.zeros((0, 2), np.int64), 0.0
    if len(sought) and len(among) > 1:
        if rows.others:
            pairs, chance = _by_likeness(rows, sought, among, rng)
        elif rows.numbers is not None:
            pairs, chance = _by_gaps(rows.numbers, rows.within, sought, among, rng)
    component = groups_of(pairs, len(rows.places))
    near = np.intersect1d(pairs, sought)
    groups = np.unique(component[near], return_inverse=True)[1]
    n_kept = len(rows.places)
    return NearTwins(
        n_rows=len(sought),
        n_near=len(near),
        n_extra=len(near) - len(np.unique(groups)),
        chance=chance,
        thinning=thinning * (n_kept + rows.n_left_out) / max(n_kept, 1),
        positions=positions[rows.places[near]],
        groups=groups,
    )


def _by_gaps(
    numbers: Numbers, within: Array, sought: Array, among: Array, rng: np.random.Generator
) -> tuple[Array, float]:
    """Return the pairs that are far closer than the next neighbour, and the share of rows that chance gives one."""
    neighbours, distance = numbers.neighbours(within, sought, among, rng)
    following = np.minimum(distance[:, 1:], 1.0)
    distance = distance[:, :-1]
    ratio = np.where(distance <= CLOSE, following / np.maximum(distance, 1e-12), 0.0)
    greatest = ratio.max(axis=1)
    chance = float(((greatest >= SMALL_GAP) & (greatest < GAP)).mean()) / (GAP / SMALL_GAP - 1)
    after = np.cumsum((ratio >= GAP)[:, ::-1], axis=1)[:, ::-1] > 0  # up to the last gap
    row, place = np.nonzero(after)
    return np.column_stack([sought[row], neighbours[row, place]]), chance


def _by_likeness(rows: Rows, sought: Array, among: Array, rng: np.random.Generator) -> tuple[Array, float]:
    """Return the pairs that are near in every part, and the share of rows that chance gives one.

    Neighbours are a Poisson process whose rate grows at least in proportion to the distance: what lies between one and
    :data:`WIDER` times the distance of near rows bounds what lies within it.
    """
    n = len(rows.places)
    asked, offered = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    asked[sought], offered[among] = True, True
    found = [np.zeros(0, np.int64)]
    for first, second in rows.others[0].candidates(rows.within, rng):
        useful = (asked[first] & offered[second]) | (offered[first] & asked[second])
        found.append((np.minimum(first, second) * n + np.maximum(first, second))[useful])
    pairs = np.column_stack(np.divmod(np.unique(np.concatenate(found)), n))
    distance = np.zeros(len(pairs))
    for part in (*rows.others, rows.numbers):
        if part is not None:
            unit = CLOSE if isinstance(part, Numbers) else 1.0
            distance = np.maximum(distance, part.distance(*pairs.T) / unit)
            close = distance <= WIDER
            pairs, distance = pairs[close], distance[close]
    near = pairs[distance <= 1]
    crowd = np.bincount(groups_of(near, n))
    letters = crowd[groups_of(near, n)[pairs[:, 0]]] > max(20, LARGEST_GROUP * n)
    near = pairs[(distance <= 1) & ~letters]
    within, around = (len(np.intersect1d(found, sought)) / len(sought) for found in (near, pairs))
    if around > CROWDED:
        return near, within
    return near, min(within, -expm1((log1p(-around) - log1p(-within)) / (WIDER - 1)))


def groups_of(pairs: Array, n: int) -> Array:
    """Return the number of the group that each of `n` rows is in."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(pairs), np.bool_), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1])
