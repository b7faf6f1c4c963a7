"""The check ``too-few-rows-per-class``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import class_sizes, labelled_rows, target
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import rows

__all__ = ["TooFewRowsPerClass"]


@dataclass(frozen=True)
class TooFewRowsPerClass:
    """Do most classes have too few rows to be learnt?

    Parameters
    ----------
    min_rows : int, default 10
        Rows that a class needs: two in each of five folds. Of random 30 % hold-outs, 3 in 100 lack a class of 10 rows
        altogether and 17 in 100 one of 5 rows.
    fail_min_rows : int, default 5
        The check fails when fewer than two classes have that many rows: one in each of five folds.

    What it measures
    ----------------
    The rows of the typical class: it warns when more than half of the classes have fewer than `min_rows`. Where only
    some classes are that small, `rare-class` speaks.

    Why it hurts training
    ---------------------
    The table is cut into more classes than its rows can describe. Most classes are learnt from a few rows and scored on
    one or two, so that neither the model nor its score can be trusted. Stratified splits fail on classes with one row.

    Example
    -------
    900 support tickets with 300 different labels: the typical label has three tickets.

    What to do
    ----------
    Merge classes into groups that a decision needs, collect rows for the small ones, or learn a number instead if the
    classes are ordered (ratings, ages, counts).

    When it may be a false alarm
    ----------------------------
    When the model is not trained on these rows alone, for example when it matches rows to a pretrained representation
    (few-shot learning).

    References
    ----------
    scikit-learn, StratifiedKFold: warns when the least populated class has fewer members than folds.
    """

    id: ClassVar[str] = "too-few-rows-per-class"
    stage: ClassVar[Stage] = "size"
    applies_to: ClassVar[Applies] = "classification"
    needs: ClassVar[tuple[str, ...]] = ()

    min_rows: int = 10
    fail_min_rows: int = 5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when the typical class is too small."""
        n_classes, typical = _classes(evidence)
        if n_classes < 2 or typical >= self.min_rows:
            return
        learnable = sum(size >= self.fail_min_rows for size in class_sizes(evidence))
        hopeless = learnable < 2 and typical < self.fail_min_rows
        name = evidence.task.target or ""
        yield Finding(
            check=self.id,
            status="fail" if hopeless else "warn",
            message=f"{rows(labelled_rows(evidence))} in {n_classes:,} classes: the typical class has {typical:g}, "
            f"and {self.min_rows} are needed.",
            columns=(name,),
            measured=typical,
            limit=self.min_rows,
            unit="rows",
            why="Most classes are learnt from a few rows and scored on one or two. The limit puts two rows of a "
            "class into each of five folds; a random 30 % hold-out then lacks the class in 3 of 100 splits.",
            remedy="Merge classes, collect rows for the small ones, or predict a number if the classes are ordered: "
            f"df[{name!r}] = df[{name!r}].map(groups)",
        )


def _classes(evidence: Evidence) -> tuple[int, float]:
    """Return how many classes there are and the rows of the typical one, the mean where they were not counted."""
    sizes = class_sizes(evidence)
    if sizes:
        return len(sizes), median(sizes)
    label = target(evidence)
    if label is None or not label.n_present:
        return 0, 0.0
    n_classes = max(1, round(label.distinct.estimate))
    return n_classes, label.n_present / n_classes
