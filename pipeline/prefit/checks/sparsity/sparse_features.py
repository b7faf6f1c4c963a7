"""The check ``sparse-features``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import nonzero_rows
from prefit.checks.support import (
    FOLDS,
    MAX_SPARSE_SHARE,
    MIN_DENSITY,
    MIN_ROWS,
    MIN_SPARSE_FEATURES,
    absent_from_a_fold,
    counted_features,
    density,
    sparse_features,
    thin_classes,
)
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.wording import percent, rows

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
    min_rows : int, default 5
        Non-zero rows that a feature needs, as in `thin-support`; how many have fewer is said, and not judged here.

    What it measures
    ----------------
    For every number or flag the share of its present values that are not zero, columns with a single value left out;
    and what these zeros leave to learn from: how many features have fewer than five non-zero rows, how many will be
    zero throughout one of five folds at least, the rows that are zero throughout, and the classes in which most
    features have hardly any non-zero row.

    Why it hurts training
    ---------------------
    The weights of a sparse feature move only on the few rows where it is not zero, and overfit those. Standardizing
    turns every zero into a number, blows up the rare non-zeros to tens of standard deviations, and makes a small table
    a huge one. A feature that is zero throughout a fold cannot be tested there, and one that is zero throughout the
    others was never learnt.

    Example
    -------
    Counts of 3,000 words in 2,000 posts: 98 of 100 entries are zero, and 900 words stand in fewer than five posts.

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
    min_rows: int = MIN_ROWS

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when most numeric features are sparse."""
        sparse = sparse_features(
            evidence, min_density=self.min_density, max_share=self.max_sparse_share, min_features=self.min_features
        )
        if not sparse:
            return
        counted = counted_features(evidence)
        names = tuple(column.name for column in sparse)
        thin = [column.name for column in sparse if nonzero_rows(column) < self.min_rows]
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{len(sparse):,} of {len(counted):,} numeric features are zero in more than "
            f"{percent(1 - self.min_density)} of their rows; of all their values "
            f"{percent(fmean(map(density, counted)))} are not zero: {listed(names)}. "
            f"{self._support(evidence, sparse, len(thin))}",
            columns=names,
            measured=len(sparse) / len(counted),
            limit=self.max_sparse_share,
            unit="fraction",
            why="Their weights move only on the few rows where they are not zero, and overfit those; standardizing "
            f"destroys the zeros. At {percent(self.min_density)} non-zeros, one batch of 32 rows in "
            f"{_batches(self.min_density)} has none.",
            remedy=f"{_drop(thin, self.min_rows)}Keep zeros zero (MaxAbsScaler instead of StandardScaler, "
            "scipy.sparse), use weight decay, early stopping and an adaptive optimizer, or reduce the features by "
            "TruncatedSVD.",
        )

    def _support(self, evidence: Evidence, sparse: Sequence[ColumnProfile], n_thin: int) -> str:
        """Say how many rows there are to learn from, in the table, in folds and in classes."""
        absent = sum(absent_from_a_fold(nonzero_rows(column)) for column in sparse)
        said = [
            f"{n_thin:,} of them are non-zero in fewer than {rows(self.min_rows)}",
            f"about {absent:,.0f} will be zero throughout one of {FOLDS} folds or more",
        ]
        if evidence.profile.n_hollow_rows:
            said.append(f"{rows(evidence.profile.n_hollow_rows)} have no non-zero value at all")
        classes = thin_classes(evidence, sparse, self.min_rows)
        if classes:
            said.append(
                f"in {len(classes):,} class{'' if len(classes) == 1 else 'es'} most of the others have as few, too "
                f"({percent(classes[0].share)} of them in one of {rows(classes[0].n_rows)})"
            )
        return "; ".join(said) + "."


def _drop(thin: Sequence[str], min_rows: int) -> str:
    return f"Drop the {len(thin):,} features with fewer than {rows(min_rows)}, or merge them. " if thin else ""


def _batches(share: float) -> str:
    """Return how many batches of 32 rows there are for one without a non-zero value."""
    return f"{1 / (1 - share) ** 32:.2g}"
