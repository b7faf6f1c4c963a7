"""Zeros and non-zeros of the numeric features: what sparse data are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from prefit.checks.columns import constant, features, nonzero_rows
from prefit.evidence import Evidence
from prefit.profiling.values import ColumnProfile

__all__ = [
    "FOLDS",
    "ThinClass",
    "absent_from_a_fold",
    "counted_features",
    "density",
    "folds_without",
    "sparse_features",
    "thin_classes",
]

FOLDS = 5
"""Parts of a cross-validation, each held out once."""

MIN_DENSITY = 0.05
"""Share of non-zero values below which a feature is sparse."""

MAX_SPARSE_SHARE = 0.5
"""Share of the numeric features that may be sparse without the table being so."""

MIN_SPARSE_FEATURES = 3
"""One or two rare flags are not a sparse table."""


MIN_ROWS = 5
"""Non-zero rows that a feature needs: one could be in each of five folds."""

MIN_CLASS_ROWS = 10
"""Rows of a class, two for each fold: with fewer the class is what is rare, and not the values of its features."""


@dataclass(frozen=True, slots=True)
class ThinClass:
    """A class of `n_rows` rows in which `features` have support in hardly any row, though they have elsewhere.

    `rank` is 1 for the largest class; `share` is that of the features which have support in the table.
    """

    rank: int
    n_rows: int
    share: float
    features: tuple[str, ...]


def counted_features(evidence: Evidence) -> list[ColumnProfile]:
    """Return the numeric and boolean features that vary: those for which zero means something."""
    return [column for column in features(evidence, "numeric", "boolean") if column.n_present and not constant(column)]


def density(column: ColumnProfile) -> float:
    """Return the share of the present values that are not zero."""
    return nonzero_rows(column) / column.n_present


def sparse_features(
    evidence: Evidence,
    *,
    min_density: float = MIN_DENSITY,
    max_share: float = MAX_SPARSE_SHARE,
    min_features: int = MIN_SPARSE_FEATURES,
) -> list[ColumnProfile]:
    """Return the features that are zero nearly everywhere, sparsest first; none where only a few features are."""
    counted = counted_features(evidence)
    sparse = sorted((column for column in counted if density(column) < min_density), key=density)
    return sparse if len(sparse) >= min_features and len(sparse) > max_share * len(counted) else []


def folds_without(n_rows: int) -> float:
    """Return how many of five random folds are expected to hold none of so many rows.

    Examples
    --------
    >>> [round(folds_without(n), 2) for n in (1, 5, 20)]
    [4.0, 1.64, 0.06]
    """
    return FOLDS * (1 - 1 / FOLDS) ** n_rows


def absent_from_a_fold(n_rows: int) -> float:
    """Return the probability that some of five random folds holds none of so many rows.

    Examples
    --------
    >>> [round(absent_from_a_fold(n), 2) for n in (4, 5, 10, 20)]
    [1.0, 0.96, 0.48, 0.06]
    """
    return sum((-1.0) ** (j + 1) * comb(FOLDS, j) * (1 - j / FOLDS) ** n_rows for j in range(1, FOLDS + 1))


def thin_classes(evidence: Evidence, columns: Sequence[ColumnProfile], min_rows: int) -> list[ThinClass]:
    """Return the classes in which most of these features have too little support, the thinnest first.

    A feature that is zero throughout one class may be what tells it. It counts here only where so few rows had to be
    expected by the size of the class: then its zeros say nothing.
    """
    support = evidence.profile.class_support
    supported = [column for column in columns if nonzero_rows(column) >= min_rows]
    if support is None or evidence.task.kind != "classification" or not supported:
        return []
    place = {name: i for i, name in enumerate(support.features)}
    counts = support.counts[[place[column.name] for column in supported]]
    thin = []
    for k, n_class in enumerate(support.n_rows.tolist()):
        chance = n_class / evidence.profile.n_rows
        names = tuple(
            column.name
            for column, count in zip(supported, counts[:, k].tolist(), strict=True)
            if count < min_rows and nonzero_rows(column) * chance < min_rows
        )
        if n_class >= MIN_CLASS_ROWS and len(names) > MAX_SPARSE_SHARE * len(supported):
            thin.append(ThinClass(k + 1, n_class, len(names) / len(supported), names))
    return sorted(thin, key=lambda found: -found.share)
