"""The check ``too-few-rows``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import labelled_rows
from prefit.checks.intervals import Z90
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["TooFewRows"]


@dataclass(frozen=True)
class TooFewRows:
    """Are there too few rows to learn from or to judge a model by?

    Parameters
    ----------
    held_out_fraction : float, default 0.3
        Share of the rows that is held out to score a model.
    warn_half_width : float, default 0.15
        Half-width of the 90 % interval of a held-out score above which the check warns: 101 rows at the default
        hold-out.
    fail_half_width : float, default 0.3
        Half-width above which it fails: with 25 rows a coin flip cannot be told from a model that is right 4 times in
        5.

    What it measures
    ----------------
    The rows that have a label (all rows without a target), and how well a share of right predictions is known from the
    `held_out_fraction` of them: its 90 % binomial interval at 0.5 is ± 1.645 · 0.5 / √(held-out rows).

    Why it hurts training
    ---------------------
    A score that is known to ± 0.3 says nothing: no choice between two models, no early stopping and no claim about
    new data can rest on it. What little can be learnt is learnt from the noise of a handful of rows.

    Example
    -------
    A pilot study of 40 patients leaves 12 for testing; whatever the model scores on them is known to ± 0.24.

    What to do
    ----------
    Collect rows before anything else, or use what others learnt (a pretrained model, a published rule). Score by
    repeated cross-validation, which uses every row for testing, and keep to few features and a simple model.

    When it may be a false alarm
    ----------------------------
    When the score is near 1 its interval is narrower than that at 0.5, and when the rows are summaries of many others
    (means of experiments), one row tells more than a row does here.

    References
    ----------
    Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion, doi:10.1214/ss/1009213286.
    """

    id: ClassVar[str] = "too-few-rows"
    stage: ClassVar[Stage] = "size"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    held_out_fraction: float = 0.3
    warn_half_width: float = 0.15
    fail_half_width: float = 0.3

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when a held-out score would be known too badly."""
        n_rows = labelled_rows(evidence)
        if n_rows == 0 and evidence.profile.n_rows:
            return  # the rows are there, their labels are not: missing-label says so
        needed = self._rows_for(self.warn_half_width)
        if n_rows >= needed:
            return
        labelled = " with a label" if evidence.task.target else ""
        yield Finding(
            check=self.id,
            status="fail" if n_rows < self._rows_for(self.fail_half_width) else "warn",
            message=f"{rows(n_rows)}{labelled}: {self._consequence(n_rows)}. {rows(needed)} make it ± "
            f"{self.warn_half_width:g}.",
            measured=n_rows,
            limit=needed,
            unit="rows",
            why="With so few rows the luck of the split decides the score, and a model learns the noise of single "
            "rows. The limit is the number of rows from which the 90 % interval of a held-out share is at most ± "
            f"{self.warn_half_width:g}.",
            remedy="Collect more rows, or start from a pretrained model. Until then score by repeated "
            "cross-validation: RepeatedStratifiedKFold or RepeatedKFold of sklearn.model_selection.",
        )

    def _rows_for(self, half_width: float) -> int:
        return math.ceil((Z90 * 0.5 / half_width) ** 2 / self.held_out_fraction)

    def _consequence(self, n_rows: int) -> str:
        held_out = math.floor(n_rows * self.held_out_fraction)
        if not held_out:
            return f"a {percent(self.held_out_fraction)} hold-out leaves none to score a model by"
        half_width = Z90 * 0.5 / math.sqrt(held_out)
        share = percent(self.held_out_fraction)
        return f"the {share} held out are {held_out}, by which a score is known to ± {half_width:.2f} only"
