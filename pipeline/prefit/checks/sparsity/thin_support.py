"""The check ``thin-support``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import code, nonzero_rows
from prefit.checks.support import counted_features
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import rows

__all__ = ["ThinSupport"]


@dataclass(frozen=True)
class ThinSupport:
    """Are there features with too few non-zero rows to learn from?

    Parameters
    ----------
    min_rows : int, default 5
        Non-zero rows that a feature needs: one in each of five folds. With fewer, some fold never sees the feature, and
        of random 30 % hold-outs one in four or more holds none of them (four rows: 24 %, one row: 70 %).

    What it measures
    ----------------
    The rows in which a number or a flag has a value and is not zero. Columns with a single value are left to
    `constant-column`.

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

    min_rows: int = 5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the features with too few non-zero rows."""
        counted = counted_features(evidence)
        thin = sorted((column for column in counted if nonzero_rows(column) < self.min_rows), key=nonzero_rows)
        if not thin:
            return
        names = tuple(column.name for column in thin)
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{len(thin):,} of {len(counted):,} numeric features are non-zero in fewer than "
            f"{rows(self.min_rows)}; the fewest are {nonzero_rows(thin[0])}: {listed(names, limit=5)}.",
            columns=names,
            measured=nonzero_rows(thin[0]),
            limit=self.min_rows,
            unit="rows",
            why="A weight that one to four rows decide is those rows learnt by heart, and a split without them "
            "cannot test it. The limit puts one non-zero row into each of five folds.",
            remedy=f"df = df.drop(columns={code(names)}), or merge them into a coarser feature.",
        )
