"""The check ``rare-class``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import class_sizes, shown_values
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import rows

__all__ = ["RareClass"]


@dataclass(frozen=True)
class RareClass:
    """Are there classes with too few rows to learn, or to be in every split?

    Parameters
    ----------
    min_rows : int, default 10
        Rows that a class needs: two in each of five folds. Of random 30 % hold-outs, 3 in 100 lack a class of 10 rows
        altogether and 17 in 100 one of 5 rows.
    fail_min_rows : int, default 5
        The check fails when only one class has that many rows, one in each of five folds: nothing else can be learnt.

    What it measures
    ----------------
    The rows of every class; those with fewer than `min_rows` are counted. Where more than half of the classes are that
    small, `too-few-rows-per-class` speaks instead. How small the class is *beside the others* is the question of
    `class-imbalance`.

    Why it hurts training
    ---------------------
    A class of three rows is learnt by heart or not at all, and its recall is 0, a third, two thirds or 1. A random
    split can leave it out of the training or out of the test; a balanced score then jumps by a whole class.

    Example
    -------
    Two of nine fault types were seen twice in a year.

    What to do
    ----------
    Collect more of them, merge them into a neighbouring class or into "other", or leave them out and say so. Split
    with `stratify=`.

    When it may be a false alarm
    ----------------------------
    When the rare class is a rest that no decision depends on.

    References
    ----------
    scikit-learn, StratifiedKFold: warns when the least populated class has fewer members than folds.
    """

    id: ClassVar[str] = "rare-class"
    stage: ClassVar[Stage] = "classes"
    applies_to: ClassVar[Applies] = "classification"
    needs: ClassVar[tuple[str, ...]] = ()

    min_rows: int = 10
    fail_min_rows: int = 5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when some classes, and at most half of them, are too small."""
        sizes = class_sizes(evidence)
        n_rare = sum(size < self.min_rows for size in sizes)
        if len(sizes) < 2 or not 0 < n_rare <= len(sizes) / 2:
            return
        name = evidence.task.target or ""
        alone = sum(size >= self.fail_min_rows for size in sizes) < 2
        rare = list(reversed(evidence.profile.class_counts or ()))[:n_rare]
        yield Finding(
            check=self.id,
            status="fail" if alone else "warn",
            message=f"{n_rare} of {len(sizes)} classes {'has' if n_rare == 1 else 'have'} fewer than "
            f"{rows(self.min_rows)}; the rarest has {rows(sizes[-1])}{shown_values(evidence, rare)}.",
            columns=(name,),
            measured=sizes[-1],
            limit=self.min_rows,
            unit="rows",
            why="So few rows are learnt by heart or not at all, and a split can leave them out. The limit puts two "
            "rows of a class into each of five folds; a random 30 % hold-out then lacks the class in 3 of 100 splits.",
            remedy=f"Collect more of them, or merge them: counts = df[{name!r}].value_counts(); df[{name!r}] = "
            f"df[{name!r}].where(df[{name!r}].map(counts) >= {self.min_rows}, 'other'). Split with stratify=.",
        )
