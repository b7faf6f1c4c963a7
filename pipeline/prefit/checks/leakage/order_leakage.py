"""The check ``order-leakage``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.intervals import proportion
from prefit.checks.wording import span
from prefit.evidence import Evidence, RowOrder
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["OrderLeakage"]


@dataclass(frozen=True)
class OrderLeakage:
    """Does the position of a row tell its target?

    Parameters
    ----------
    min_skill : float, default 0.8
        Lower end of the skill (0 = constant predictor, 1 = perfect) of the position alone from which it warns. A share
        of a class that moves from 0 to 100 % over the table gives 0.5: that is drift, not a sorted file.
    min_skill_numbers : float, default 0.9
        The same where the target is a number: numbers drift with time more often than anyone sorts by them.
    min_in_order : float, default 0.5
        Share of the rows that stand in the order of their numbers, by the lower end of its 90 % interval, from which
        `min_skill_missed` is enough: what drifts and has noise is never in order for the most part, while a sorted file
        stays so when some of its rows are moved.
    min_missed : float, default 0.1
        Share of the classes that a block of a fifth of the rows lacks on average, beyond what an equal random draw
        lacks, from which `min_skill_missed` is enough.
    min_skill_missed : float, default 0.6
        Lower end of the skill from which it warns when a split without shuffling loses classes.
    max_changes : float, default 0.75
        How often the class changes from one row to the next, as a multiple of what random order gives, above which
        nothing is said. Between a random order (1) and a sorted file (0), this is as far as a class that goes from 0 to
        100 % over the table comes (2/3), and a little noise.

    What it measures
    ----------------
    How well a model that sees only where in the table a row stands predicts the target (of a number, its rank), out of
    fold, with a 90 % interval; which share of the classes a block of a fifth of the rows lacks that was cut off without
    shuffling; how often the class changes between neighbours; and which share of the rows is in the order of a number.
    Rows in the order of their features, as those of a full factorial design, put a class into some part of the table
    too, and yet between others. Not measured when the rows have a time (`--time`): then their order is meant.

    Why it hurts training
    ---------------------
    A split or a mini-batch that takes the rows as they come trains on some classes and is scored on others. The
    score is then far too low, or a network forgets in each epoch what it has learnt. A file sorted by the target
    is harmless once it is shuffled.

    Example
    -------
    The file holds all flowers of one species, then all of the next: the last fifth holds one species only.

    What to do
    ----------
    Shuffle before splitting and in every epoch: `shuffle=True`. If the rows are in the order of time, name the
    column that says so with `--time` instead.

    When it may be a false alarm
    ----------------------------
    When everything that reads the table shuffles it, as `train_test_split` does and `KFold` does not; or when the
    target grows with time, and the table has no column for the time.

    References
    ----------
    scikit-learn user guide, "A note on shuffling": https://scikit-learn.org/stable/modules/cross_validation.html
    """

    id: ClassVar[str] = "order-leakage"
    stage: ClassVar[Stage] = "leakage"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("row_order",)

    min_skill: float = 0.8
    min_skill_numbers: float = 0.9
    min_missed: float = 0.1
    min_skill_missed: float = 0.6
    min_in_order: float = 0.5
    max_changes: float = 0.75

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when the position predicts the target well, and no date column explains the order."""
        order = evidence.row_order
        if order is None or order.sorted_by is not None or (order.changes or 0.0) > self.max_changes:
            return
        limit = self._limit(order)
        if order.low < limit:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message="The rows look sorted by the target: their position alone predicts it with skill "
            f"{order.skill:.3f} ({span(order.low, order.high)}, {rows(order.n_rows)}){_in_words(order)}.",
            measured=order.skill,
            limit=limit,
            unit="skill",
            interval=(order.low, order.high),
            why="A split that takes the rows as they come trains on other targets than it is scored on.",
            remedy="Shuffle before splitting and in training, for example `KFold(shuffle=True)`; if the rows are in "
            "the order of time, name the column that says so with `--time`.",
        )

    def _limit(self, order: RowOrder) -> float:
        if order.in_order is not None:
            low, _ = proportion(order.in_order * order.n_rows, order.n_rows)
            return self.min_skill_missed if low >= self.min_in_order else self.min_skill_numbers
        if order.classes_missed is None:
            return self.min_skill_numbers
        return self.min_skill_missed if order.classes_missed >= self.min_missed else self.min_skill


def _in_words(order: RowOrder) -> str:
    if order.in_order is not None:
        return f"; {percent(order.in_order)} of them stand in its order"
    if not order.classes_missed:
        return ""
    return f"; a fifth of the rows, held out without shuffling, lacks {percent(order.classes_missed)} of the classes"
