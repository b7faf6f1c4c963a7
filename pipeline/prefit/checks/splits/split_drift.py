"""The check ``split-drift``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["SplitDrift"]


@dataclass(frozen=True)
class SplitDrift:
    """Do the test rows come from another distribution than the training rows?

    Parameters
    ----------
    warn_auc : float, default 0.6
        Lower end of the ROC AUC of the domain classifier from which it warns.
    fail_auc : float, default 0.8
        Lower end from which it fails.
    min_share : float, default 0.1
        Share of the gain of the classifier from which a column is named.

    What it measures
    ----------------
    How well a model tells test rows from training rows by their features: ROC AUC out of fold, 0.5 when they
    are alike, with a 90 % interval, and the columns that it goes by.

    Why it hurts training
    ---------------------
    A model fits where the training rows are. Where the test rows lie elsewhere its score says nothing of the
    training, and the score of the training nothing of what comes.

    Example
    -------
    Training rows from 2019 to 2022, test rows from 2024 with prices a fifth higher: AUC 0.93, by the price columns.

    What to do
    ----------
    Find out why the files differ (time, place, filter, unit). Mend or drop the columns that give it away, or
    take training rows that are like those to come. If the split is by time on purpose, compare both scores and
    expect the lower.

    When it may be a false alarm
    ----------------------------
    When a column grows with time by nature (a running number, a date) and the model does not use it: drop it
    with ``--drop``.

    References
    ----------
    Lopez-Paz & Oquab (2017), Revisiting classifier two-sample tests, ICLR, arXiv:1610.06545.
    """

    id: ClassVar[str] = "split-drift"
    stage: ClassVar[Stage] = "splits"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("domain",)

    warn_auc: float = 0.6
    fail_auc: float = 0.8
    min_share: float = 0.1

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when the two sets of rows can be told apart beyond doubt."""
        domain = evidence.domain
        assert domain is not None
        if domain.low <= self.warn_auc:
            return
        failed = domain.low > self.fail_auc
        columns = tuple(column for column, share in domain.drivers if share >= self.min_share)
        drivers = f", mostly by {listed(columns)}" if columns else ""
        yield Finding(
            check=self.id,
            status="fail" if failed else "warn",
            message=f"A model tells the test rows from the training rows with ROC AUC {domain.auc:.2f} "
            f"(90 % interval {domain.low:.2f} to {domain.high:.2f}){drivers}.",
            columns=columns,
            measured=domain.auc,
            limit=self.fail_auc if failed else self.warn_auc,
            unit="ROC AUC",
            interval=(domain.low, domain.high),
            why="A model fits where the training rows are; the test rows lie elsewhere, and so does their score.",
            remedy="Find out why the two differ: time, place, filter, unit. Mend or drop the columns named, or split "
            "again at random: `train_test_split(data, shuffle=True)`.",
        )
