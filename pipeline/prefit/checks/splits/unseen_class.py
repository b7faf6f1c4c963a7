"""The check ``unseen-class``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.splits.labels import both_class_counts, incomparable
from prefit.checks.splits.unseen import unseen_values
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["UnseenClass"]


@dataclass(frozen=True)
class UnseenClass:
    """Do the test data hold a class that is not in the training data?

    Parameters
    ----------
    chance : float, default 0.01
        Probability that a random split leaves as many classes unseen, above which it warns instead of failing.

    What it measures
    ----------------
    The classes of the test rows that no training row has, and the share of the labelled test rows that they
    make up. There is no limit: one such row is one that no model can get right.

    Why it hurts training
    ---------------------
    A classifier can only answer with a class that it was shown. Every row of the new class is an error, and
    some libraries refuse to score it at all.

    Example
    -------
    Training rows sorted by species were cut at row 100, so that the third species is in the test file only.

    What to do
    ----------
    Split again with ``stratify``, add rows of the class to the training data, or take the class out of both and
    say so. Check the spelling first: `Yes` and `yes` are two classes.

    When it may be a false alarm
    ----------------------------
    When recognizing unknown classes is the very task.

    References
    ----------
    Geng, Huang & Chen (2021), Recent advances in open set recognition, IEEE TPAMI 43,
    doi:10.1109/TPAMI.2020.2981604.
    """

    id: ClassVar[str] = "unseen-class"
    stage: ClassVar[Stage] = "splits"
    applies_to: ClassVar[Applies] = "classification"
    needs: ClassVar[tuple[str, ...]] = ("test_labels",)

    chance: float = 0.01

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding with the share of the test rows that no model can get right."""
        counts = both_class_counts(evidence)
        if counts is None:
            yield incomparable(self.id, evidence)
            return
        train, test = counts
        unseen = unseen_values(train, test)
        if not unseen.values:
            return
        n_test = sum(test.values())
        named = f" ({', '.join(map(repr, unseen.values[:5]))})" if evidence.show_values else ""
        rare = unseen.probability > self.chance
        yield Finding(
            check=self.id,
            status="warn" if rare else "fail",
            message=f"{len(unseen.values)} of {len(test)} classes of the test data{named} are not in training: "
            f"{rows(unseen.n_rows)}, {percent(unseen.n_rows / n_test)} of those with a label"
            f"{', so few that a random split explains it' if rare else ''}.",
            columns=(str(evidence.task.target),),
            measured=unseen.n_rows / n_test,
            limit=0.0,
            unit="fraction",
            why="A classifier can only answer with a class that it was shown: every such row is an error.",
            remedy="Check the spelling of the classes; then split again: "
            "`train_test_split(data, stratify=data[target])`.",
        )
