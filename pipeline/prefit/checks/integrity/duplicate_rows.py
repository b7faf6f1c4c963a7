"""The check ``duplicate-rows``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.chance import repeated_fraction
from prefit.checks.wording import among_them
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["DuplicateRows"]


@dataclass(frozen=True)
class DuplicateRows:
    """Do rows repeat one another, more than chance explains?

    Parameters
    ----------
    max_fraction : float, default 0.035
        Share of rows that repeat an earlier row, beyond what chance explains, above which the check warns. If they are
        pairs, a random 30 % hold-out then finds 5 % of its rows among the training rows (2 · 0.035 · 0.7), and its
        score can be up to five points too good.

    What it measures
    ----------------
    The rows that equal an earlier row in every column, the target included, as a share of all rows, less the share that
    chance gives: a table of a few flags cannot help repeating rows, one of measurements cannot do it. Chance is
    computed from how often two rows agree in each column.

    Why it hurts training
    ---------------------
    Copies that straddle a split are answered from memory, so that the score is too good, and most so for models that
    memorize well: the wrong model is chosen. Rows that count many times outweigh the others.

    Example
    -------
    A widespread copy of the Cleveland heart data has 1,025 rows, of which 723 repeat an earlier one: nearly
    every row that is held out was trained on.

    What to do
    ----------
    Find out whether the copies are errors (a join, two exports) or cases that look alike. Drop errors; keep true
    repeats together in a split (GroupKFold), or replace them by one row with a weight.

    When it may be a false alarm
    ----------------------------
    When values are coarse and many cases are truly equal, more often than the columns taken by themselves suggest.

    References
    ----------
    Barz & Denzler (2020), Do we train on test data?, doi:10.3390/jimaging6060041.
    """

    id: ClassVar[str] = "duplicate-rows"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_fraction: float = 0.035

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when more rows are repeated than chance explains."""
        profile = evidence.profile
        if profile.n_rows < 2:
            return
        chance = repeated_fraction(profile.columns.values(), profile.n_rows)
        duplicates, limit = profile.duplicates, chance + self.max_fraction
        if duplicates.low / profile.n_rows <= limit:
            return
        share = duplicates.estimate / profile.n_rows
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{rows(duplicates.estimate)} ({percent(share)}) repeat an earlier row; chance explains "
            f"{percent(chance)}{among_them(duplicates.positions)}.",
            measured=share,
            limit=limit,
            unit="fraction",
            interval=(duplicates.low / profile.n_rows, duplicates.high / profile.n_rows),
            why="Copies on both sides of a split are answered from memory, so that the score is too good. The limit "
            f"is what chance explains and {percent(self.max_fraction)}, at which pairs put 5 % of a random 30 % "
            "hold-out among the training rows.",
            remedy="If they are errors, df = df.drop_duplicates(); if they are cases that are alike, keep them on "
            "one side of every split.",
        )
