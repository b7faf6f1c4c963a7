"""The check ``unseen-class``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.splits.labels import both_class_counts, unlabelled
from prefit.checks.wording import percent, rows
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["UnseenClass"]


@dataclass(frozen=True)
class UnseenClass:
    """Do the test data hold a class that is not in the training data?

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
    needs: ClassVar[tuple[str, ...]] = ("test_profile",)

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one failure with the share of the test rows that no model can get right."""
        counts = both_class_counts(evidence)
        if counts is None:
            yield unlabelled(self.id, evidence)
            return
        train, test = counts
        unseen = {value: count for value, count in test.items() if value not in train}
        if not unseen:
            return
        n_unseen, n_test = sum(unseen.values()), sum(test.values())
        named = f" ({', '.join(map(repr, list(unseen)[:5]))})" if evidence.show_values else ""
        yield Finding(
            check=self.id,
            status="fail",
            message=f"{len(unseen)} of {len(test)} classes of the test data{named} are not in the training data: "
            f"{rows(n_unseen)}, {percent(n_unseen / n_test)} of those with a label.",
            columns=(str(evidence.task.target),),
            measured=n_unseen / n_test,
            limit=0.0,
            unit="fraction",
            why="A classifier can only answer with a class that it was shown: every such row is an error.",
            remedy="Check the spelling of the classes; then split again: "
            "`train_test_split(data, stratify=data[target])`.",
        )
