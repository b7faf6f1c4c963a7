"""The check ``sparse-features``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.support import (
    MAX_SPARSE_SHARE,
    MIN_DENSITY,
    MIN_SPARSE_FEATURES,
    counted_features,
    density,
    sparse_features,
)
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent

__all__ = ["SparseFeatures"]


@dataclass(frozen=True)
class SparseFeatures:
    """Are most numeric features zero nearly everywhere?

    Parameters
    ----------
    min_density : float, default 0.05
        Share of non-zero values below which a feature is sparse. At 5 % one batch of 32 rows in five holds no
        non-zero value, so that the weights of the feature get no gradient from it; at 2 % it is every second batch.
    max_sparse_share : float, default 0.5
        Share of the numeric features that may be sparse; above it sparsity is a property of the table.
    min_features : int, default 3
        Sparse features that it takes: one or two rare flags are not a sparse table.

    What it measures
    ----------------
    For every number or flag the share of its present values that are not zero, columns with a single value left out.

    Why it hurts training
    ---------------------
    The weights of a sparse feature move only on the few rows where it is not zero, and overfit those. Standardizing
    turns every zero into a number, blows up the rare non-zeros to tens of standard deviations, and makes a small table
    a huge one.

    Example
    -------
    Counts of 3,000 words in 2,000 posts: 98 of 100 entries are zero.

    What to do
    ----------
    Keep them in a sparse matrix and scale by MaxAbsScaler, which keeps zeros. Use weight decay and early stopping, an
    adaptive optimizer (Adam, Adagrad), or reduce them first (TruncatedSVD). Drop what `thin-support` names.

    When it may be a false alarm
    ----------------------------
    Penalized linear models and naive Bayes are at home with word counts, and trees do not mind zeros.

    References
    ----------
    Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12.
    """

    id: ClassVar[str] = "sparse-features"
    stage: ClassVar[Stage] = "sparsity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_density: float = MIN_DENSITY
    max_sparse_share: float = MAX_SPARSE_SHARE
    min_features: int = MIN_SPARSE_FEATURES

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when most numeric features are sparse."""
        sparse = sparse_features(
            evidence, min_density=self.min_density, max_share=self.max_sparse_share, min_features=self.min_features
        )
        if not sparse:
            return
        counted = counted_features(evidence)
        names = tuple(column.name for column in sparse)
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{len(sparse):,} of {len(counted):,} numeric features are zero in more than "
            f"{percent(1 - self.min_density)} of their rows; of all their values "
            f"{percent(fmean(map(density, counted)))} are not zero: {listed(names, limit=5)}.",
            columns=names,
            measured=len(sparse) / len(counted),
            limit=self.max_sparse_share,
            unit="fraction",
            why="Their weights move only on the few rows where they are not zero, and overfit those; standardizing "
            f"destroys the zeros. At {percent(self.min_density)} non-zeros, one batch of 32 rows in "
            f"{_batches(self.min_density)} has none.",
            remedy="Keep zeros zero (MaxAbsScaler instead of StandardScaler, scipy.sparse), use weight decay, early "
            "stopping and an adaptive optimizer, or reduce them by TruncatedSVD.",
        )


def _batches(share: float) -> str:
    """Return how many batches of 32 rows there are for one without a non-zero value."""
    return f"{1 / (1 - share) ** 32:.2g}"
