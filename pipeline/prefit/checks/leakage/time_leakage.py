"""The check ``time-leakage``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.leakage.price import of_gap
from prefit.checks.wording import span
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import rows

__all__ = ["TimeLeakage"]


@dataclass(frozen=True)
class TimeLeakage:
    """Does a random split flatter because it learns from the future?

    Parameters
    ----------
    min_gap : float, default 0.02
        Skill (0 = constant predictor, 1 = perfect) that a random split must claim beyond one forward in time, by the
        lower end of the 90 % interval, where the time was named with `--time`.
    min_undeclared_gap : float, default 0.1
        The same where prefit has found a date column by itself: it may be the date of something else.
    max_date_skill : float, default 0.9
        Where a date alone has this skill, by the lower end of its interval, an undeclared time is not judged: the gap
        is then the work of that date, which `target-leakage` speaks of.

    What it measures
    ----------------
    Held-out skill of a small boosting model on the later half of the rows, predicted once quarter by quarter, from as
    many rows as half the table that come right before, and once from as many rows of any time. The interval covers
    which stretches of time were scored and which rows were trained on.

    Why it hurts training
    ---------------------
    In use, a model knows the past only. A random split lets it learn from days that lie between the days it is
    scored on: what changes with time looks learnt, and is not. The gap is drift, or a leak through time.

    Example
    -------
    Prices rise by the month. A random split scores 0.9; trained on spring and used in summer, the model scores 0.5.

    What to do
    ----------
    Score forward in time: `TimeSeriesSplit` on rows sorted by time, or hold out the latest rows. prefit does so itself
    when `--time` is given. Then look for features that hold from one season to the next, and train again often.

    When it may be a false alarm
    ----------------------------
    When the model fills gaps in the past and never predicts what is to come, or when the column is not the time at
    which the rows came about.

    References
    ----------
    Kapoor & Narayanan (2023), Leakage and the reproducibility crisis in machine-learning-based science, Patterns 4,
    doi:10.1016/j.patter.2023.100804.
    """

    id: ClassVar[str] = "time-leakage"
    stage: ClassVar[Stage] = "leakage"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("time_gap",)

    min_gap: float = 0.02
    min_undeclared_gap: float = 0.1
    max_date_skill: float = 0.9

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when a random split surely claims more than one forward in time."""
        gap = evidence.time_gap
        declared = evidence.task.time is not None
        limit = self.min_gap if declared else self.min_undeclared_gap
        if gap is None or gap.low < limit or not (declared or self._dates_are_honest(evidence)):
            return
        name = "" if declared else f" If {gap.column!r} is the time of the rows, say so: `--time`."
        yield Finding(
            check=self.id,
            status="warn",
            message=f"A random split flatters by {gap.gap:.3f} of skill ({span(gap.low, gap.high)}): on the latest "
            f"{rows(gap.n_rows)} by {gap.column!r} a small model reaches {gap.random:.3f} when it has learnt from rows "
            f"of any time, {gap.apart:.3f} when it has learnt from the rows before them.",
            columns=(gap.column,),
            measured=gap.gap,
            limit=limit,
            unit="skill",
            interval=(gap.low, gap.high),
            why="In use a model knows the past only: what a random split claims beyond that is drift, or a leak.",
            remedy=f"Score forward in time: `TimeSeriesSplit` on `data.sort_values({gap.column!r})`.{name}",
            effect=of_gap(gap),
        )

    def _dates_are_honest(self, evidence: Evidence) -> bool:
        dates = evidence.task.features_of("datetime")
        return all(one.low < self.max_date_skill for one in evidence.single_features or () if one.column in dates)
