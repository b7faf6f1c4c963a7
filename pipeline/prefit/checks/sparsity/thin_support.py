"""The check ``thin-support``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import code, nonzero_rows
from prefit.checks.support import (
    FOLDS,
    MIN_ROWS,
    ThinClass,
    counted_features,
    folds_without,
    sparse_features,
    thin_classes,
)
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.wording import percent, rows

__all__ = ["ThinSupport"]


@dataclass(frozen=True)
class ThinSupport:
    """Are there features with too few non-zero rows to learn from?

    Parameters
    ----------
    min_rows : int, default 5
        Non-zero rows that a feature needs. With fewer, one of five folds never sees the feature however they are cut,
        and of random 30 % hold-outs one in four or more holds none of them (four rows: 24 %, one row: 70 %).

    What it measures
    ----------------
    The rows in which a number or a flag has a value and is not zero, and how many of five folds will hold none of
    them. Columns with a single value are left to `constant-column`. In a table of sparse features also the same rows
    within each class of ten rows or more: a class is named, by its size, in which more than half of the features have
    too few, where so few had to be expected of a class of that size. A feature that is zero throughout one class, and
    could have been otherwise, is no defect: it tells the class.

    Why it hurts training
    ---------------------
    The weight of such a feature is set by one to four rows: the model learns their labels by heart. In a split that
    does not hold them the feature is constant, its standard deviation is zero, and what is learnt cannot be tested.

    Example
    -------
    A column for each of 850 words, of which 600 stand in fewer than five documents.

    What to do
    ----------
    Drop such features or merge them into one that says the same (a category above them, a sum), or ask for a minimum
    support when you make them: CountVectorizer(min_df=5), OneHotEncoder(min_frequency=5).

    When it may be a false alarm
    ----------------------------
    A tree ensemble with a minimum leaf size ignores them.

    References
    ----------
    Guyon & Elisseeff (2003), An introduction to variable and feature selection, JMLR 3.
    """

    id: ClassVar[str] = "thin-support"
    stage: ClassVar[Stage] = "sparsity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_rows: int = MIN_ROWS

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the features with too few non-zero rows, in the table or in a class of a sparse table."""
        counted = counted_features(evidence)
        thin = sorted((column for column in counted if nonzero_rows(column) < self.min_rows), key=nonzero_rows)
        classes = thin_classes(evidence, sparse_features(evidence), self.min_rows)
        if thin:
            yield self._of_features(thin, len(counted), classes)
        elif classes:
            yield self._of_classes(classes, evidence.profile.n_rows)

    def _of_features(self, thin: Sequence[ColumnProfile], n_counted: int, classes: Sequence[ThinClass]) -> Finding:
        names, fewest = tuple(column.name for column in thin), nonzero_rows(thin[0])
        without = fmean(folds_without(nonzero_rows(column)) for column in thin)
        in_classes = f" {_said(classes)}" if classes else ""
        return self._finding(
            f"{len(thin):,} of {n_counted:,} numeric features are non-zero in fewer than {rows(self.min_rows)}; the "
            f"fewest are {fewest}: {listed(names, limit=5)}. On average {without:.1f} of {FOLDS} folds hold none of "
            f"their rows.{in_classes}",
            names,
            fewest,
        )

    def _of_classes(self, classes: Sequence[ThinClass], n_rows: int) -> Finding:
        message = f"{_said(classes)} With {rows(n_rows)} in all they are too rare for a class of that size."
        return self._finding(message, classes[0].features, None)

    def _finding(self, message: str, names: tuple[str, ...], measured: float | None) -> Finding:
        return Finding(
            check=self.id,
            status="warn",
            message=message,
            columns=names,
            measured=measured,
            limit=self.min_rows,
            unit="rows",
            why="A weight that one to four rows decide is those rows learnt by heart, and a fold without them "
            "cannot test it. With five rows each of five folds can have one.",
            remedy=f"df = df.drop(columns={code(names)}), or merge them into a coarser feature.",
        )


def _said(classes: Sequence[ThinClass]) -> str:
    worst = classes[0]
    return (
        f"In {len(classes):,} class{'' if len(classes) == 1 else 'es'} most features with support elsewhere have as "
        f"few rows: {percent(worst.share)} of them in one of {rows(worst.n_rows)}."
    )
