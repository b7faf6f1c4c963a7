"""Zeros and non-zeros of the numeric features: what sparse data are judged by."""

from __future__ import annotations

from prefit.checks.columns import constant, features, nonzero_rows
from prefit.evidence import Evidence
from prefit.profiling.values import ColumnProfile

__all__ = ["counted_features", "density", "sparse_features"]

MIN_DENSITY = 0.05
"""Share of non-zero values below which a feature is sparse."""

MAX_SPARSE_SHARE = 0.5
"""Share of the numeric features that may be sparse without the table being so."""

MIN_SPARSE_FEATURES = 3
"""One or two rare flags are not a sparse table."""


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
