"""The yes/no question that tells two sets of values apart best, and how well it does so on values it was not chosen by.

For numbers the questions are "is it above t?" and "is it further than t from the middle?"; for categories "is it one of
these?". A question is chosen on four fifths of the values and asked on the other fifth, in turn, so that many possible
questions do not make the difference of the shares of yes any larger. It never exceeds the total variation distance of
the two, and nears the distance of Kolmogorov and Smirnov for a shift as the rows get many. Whether there is any
difference is left to tests on all values.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from statistics import NormalDist

import numpy as np

from prefit.probes.frame import Array

__all__ = ["FOLDS", "NOTHING", "Difference", "absolute_difference", "of_codes", "of_numbers"]

FOLDS = 5
BINS = 64

FEW_VALUES = 10
"""Numbers with no more distinct values than this are compared value by value, as codes may be."""

FEWEST = 20
"""Values that it takes on either side."""

FEWEST_EXPECTED = 5
"""Values that a category must be expected to have on either side, to be counted apart from other rare ones."""

NORMAL = NormalDist()
Z90 = NORMAL.inv_cdf(0.95)


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two shares, and its 90 % interval.

    `p` is the probability of as large a difference where there is none; None where nothing could be compared.
    """

    value: float
    low: float
    high: float
    p: float | None


NOTHING = Difference(0.0, 0.0, 1.0, None)
"""What is said of values that cannot be compared."""


def of_numbers(values: Array, side: Array, fold: Array) -> Difference:
    """Compare the numbers of side 0 with those of side 1; NaN is left out.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
    side, fold : ndarray of int, shape (n,)
        0 or 1; the fold of each value, 0 to 4.
    """
    present = ~np.isnan(values)
    if not present.all():
        values, side, fold = values[present], side[present], fold[present]
    if np.bincount(side, minlength=2).min() < FEWEST:
        return NOTHING
    by_size = _table(values, side, fold)
    if by_size.shape[2] <= FEW_VALUES:
        return _asked([by_size], _p_of_codes(by_size.sum(axis=0)), ordered=False)
    by_distance = _table(np.abs(values - np.median(values)), side, fold)
    counts = [table.sum(axis=0) for table in (by_size, by_distance)]
    p = min(_p_of_ranks(counts[0]), _p_of_gap(counts[0]), _p_of_gap(counts[1]))
    return _asked([by_size, by_distance], min(1.0, 3 * p), ordered=True)


def of_codes(codes: Array, n_codes: int, side: Array, fold: Array) -> Difference:
    """Compare the categories of side 0 with those of side 1, given as codes from 0; negative ones are left out."""
    present = codes >= 0
    codes, side, fold = codes[present], side[present], fold[present]
    if np.bincount(side, minlength=2).min() < FEWEST:
        return NOTHING
    table = _counts(codes, n_codes, side, fold)
    return _asked([table], _p_of_codes(table.sum(axis=0)), ordered=False)


def absolute_difference(counts: tuple[float, float], totals: tuple[float, float]) -> Difference:
    """Return how far two shares are apart, whichever is the larger."""
    larger = int(counts[0] / totals[0] < counts[1] / totals[1])
    order = (larger, 1 - larger)
    found = _difference([counts[i] for i in order], [totals[i] for i in order])
    pooled = (sum(counts) + 1) / (sum(totals) + 2)
    z = found.value / sqrt(pooled * (1 - pooled) * (1 / totals[0] + 1 / totals[1]))
    return Difference(found.value, found.low, found.high, 2 * NORMAL.cdf(-z))


def _table(values: Array, side: Array, fold: Array) -> Array:
    """Count the values of each fold and side in 64 bins of equal frequency, or one by one where they are few."""
    ordered = np.sort(values)
    edges = np.unique(ordered[np.linspace(0, len(values) - 1, BINS + 1).astype(np.int64)[1:]])
    if len(edges) <= FEW_VALUES:
        distinct = np.unique(ordered)
        edges = distinct if len(distinct) <= FEW_VALUES else edges
    return _counts(np.searchsorted(edges, values), len(edges), side, fold)


def _counts(codes: Array, n_codes: int, side: Array, fold: Array) -> Array:
    """Return how many values of each fold and side have each code, shape (folds, 2, codes)."""
    place = (fold * 2 + side) * n_codes + codes
    return np.bincount(place, minlength=FOLDS * 2 * n_codes).reshape(FOLDS, 2, n_codes)


def _asked(tables: list[Array], p: float, *, ordered: bool) -> Difference:
    """Choose a question on the other folds and ask it on each fold."""
    yes, reach = zip(*(_chosen(table, ordered=ordered) for table in tables), strict=True)
    hits = np.zeros(2)
    for fold, best in enumerate(np.argmax(reach, axis=0)):
        hits += (tables[best][fold] * yes[best][fold]).sum(axis=1)
    found = _difference(hits.tolist(), tables[0].sum(axis=(0, 2)).tolist())
    return Difference(found.value, found.low, found.high, p)


def _chosen(table: Array, *, ordered: bool) -> tuple[Array, Array]:
    """Return for each fold which codes mean yes, chosen on the other folds, and the difference that they made there."""
    rest = table.sum(axis=0) - table
    shares = rest / np.maximum(rest.sum(axis=2, keepdims=True), 1)
    gap = shares[:, 0] - shares[:, 1]
    if not ordered:
        return gap > 0, np.clip(gap, 0, None).sum(axis=1)
    below = np.cumsum(gap, axis=1)
    at = np.argmax(np.abs(below), axis=1)
    most = below[np.arange(FOLDS), at]
    lower = np.arange(table.shape[2]) <= at[:, None]
    return np.where(most[:, None] > 0, lower, ~lower), np.abs(most)


def _difference(counts: list[float], totals: list[float]) -> Difference:
    """Return the first share less the second, cut at 0.

    The interval is that of Agresti and Caffo (2000, doi:10.1080/00031305.2000.10474560), good near shares of 0 and 1.
    """
    value = max(counts[0] / totals[0] - counts[1] / totals[1], 0.0)
    shares = [(count + 1) / (total + 2) for count, total in zip(counts, totals, strict=True)]
    margin = Z90 * sqrt(sum(share * (1 - share) / (total + 2) for share, total in zip(shares, totals, strict=True)))
    middle = shares[0] - shares[1]
    return Difference(value, min(max(middle - margin, 0.0), value), max(min(middle + margin, 1.0), value), None)


def _p_of_gap(counts: Array) -> float:
    """Return the probability of a distance as large after Kolmogorov and Smirnov; ties and bins make it cautious.

    With the correction of Stephens (1970, doi:10.1111/j.2517-6161.1970.tb00821.x).
    """
    totals = counts.sum(axis=1)
    gap = float(np.abs(np.cumsum(counts[0]) / totals[0] - np.cumsum(counts[1]) / totals[1]).max())
    root = sqrt(totals[0] * totals[1] / totals.sum())
    scaled = gap * (root + 0.12 + 0.11 / root)
    if scaled < 0.3:  # the series does not converge there, and the probability is 1 to five digits
        return 1.0
    return min(1.0, 2 * sum((1 if k % 2 else -1) * exp(-2 * (k * scaled) ** 2) for k in range(1, 20)))


def _p_of_ranks(counts: Array) -> float:
    """Return the probability of ranks as different after Mann and Whitney, ties and all."""
    totals = counts.sum(axis=1).astype(float)
    n, tied = totals.sum(), counts.sum(axis=0).astype(float)
    below = np.cumsum(counts[0]) - counts[0] / 2
    auc = float((below * counts[1]).sum() / totals.prod())
    variance = float(n + 1 - (tied**3 - tied).sum() / (n * (n - 1))) / (12 * totals.prod())
    return 2 * NORMAL.cdf(-abs(auc - 0.5) / sqrt(variance)) if variance > 0 else 1.0


def _p_of_codes(counts: Array) -> float:
    """Return the probability of shares as different after Pearson; rare categories are counted as one."""
    from scipy.stats import chi2

    totals = counts.sum(axis=1).astype(float)
    expected = counts.sum(axis=0) * totals.min() / totals.sum()
    often = expected >= FEWEST_EXPECTED
    counts = np.column_stack([counts[:, often], counts[:, ~often].sum(axis=1)]).astype(float)
    counts = counts[:, counts.sum(axis=0) * totals.min() / totals.sum() >= 1]
    if counts.shape[1] < 2:
        return 1.0
    fitted = np.outer(totals, counts.sum(axis=0)) / totals.sum()
    return float(chi2.sf(((counts - fitted) ** 2 / fitted).sum(), counts.shape[1] - 1))
