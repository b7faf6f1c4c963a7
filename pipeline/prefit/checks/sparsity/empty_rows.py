"""The check ``empty-rows``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["EmptyRows"]


@dataclass(frozen=True)
class EmptyRows:
    """Are there rows without a value in any feature?

    Parameters
    ----------
    max_fraction : float, default 0.005
        Share of empty rows above which the check warns. A model can only give them all the same prediction, so that
        they cost up to half a point of a score in per cent.
    fail_fraction : float, default 0.5
        Share above which it fails: most rows hold nothing to learn from.

    What it measures
    ----------------
    The share of rows in which every feature is null, NaN, empty or blank.

    Why it hurts training
    ---------------------
    Such a row has a label and nothing that explains it. After imputation it looks like an average case, so that its
    label is noise where most rows are, and it counts in every score.

    Example
    -------
    An outer join kept 300 customers of whom the second table knows nothing.

    What to do
    ----------
    Find out where they come from (joins, blank lines of a file, a failed sensor), then drop them.

    When it may be a false alarm
    ----------------------------
    With a single feature every missing value is an empty row.

    References
    ----------
    Little & Rubin (2019), Statistical Analysis with Missing Data, chapter 3, doi:10.1002/9781119482260.
    """

    id: ClassVar[str] = "empty-rows"
    stage: ClassVar[Stage] = "sparsity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_fraction: float = 0.005
    fail_fraction: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when too many rows are empty."""
        n_empty, n_rows = evidence.profile.n_empty_rows, evidence.profile.n_rows
        if not evidence.task.features or n_empty <= self.max_fraction * n_rows:
            return
        share = n_empty / n_rows
        yield Finding(
            check=self.id,
            status="fail" if share > self.fail_fraction else "warn",
            message=f"{rows(n_empty)} ({percent(share)}) have no value in any of {len(evidence.task.features)} "
            f"features (limit {percent(self.max_fraction)}).",
            measured=share,
            limit=self.max_fraction,
            unit="fraction",
            why="Nothing explains the label of such a row: it is noise where most rows are, and it counts in every "
            "score, by up to its share, from which the limit comes.",
            remedy=f"Look for the join or file they come from, then {_drop(evidence.task.target)}",
        )


def _drop(target: str | None) -> str:
    if target is None:
        return "df = df.dropna(how='all')"
    return f"df = df.dropna(how='all', subset=df.columns.drop({target!r}))"
