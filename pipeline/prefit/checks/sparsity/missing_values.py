"""The check ``missing-values``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, code, visible_columns
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.wording import percent

__all__ = ["MissingValues"]

_FEWEST = 2


@dataclass(frozen=True)
class MissingValues:
    """Are there columns with more missing values than values?

    Parameters
    ----------
    max_fraction : float, default 0.5
        Share of rows without a value above which the check warns. From there on the value that imputation fills in is
        the most frequent one of the column, whatever the data are.

    What it measures
    ----------------
    For every feature the share of rows that are null, NaN, empty or blank, columns without any value included.
    Fewer missing values than that are normal in real tables and need imputation, not attention. Of the columns that
    are found, those without a value in the same rows (99 % of them) are told, as they have one cause.

    Why it hurts training
    ---------------------
    A model sees mostly the filled-in value. What it learns from the column is then whether the value is there, and
    that is often decided by how the data were collected and not by the case.

    Example
    -------
    A cabin number is known for 23 % of the passengers, mainly for those who lived to be asked.

    What to do
    ----------
    Ask why it is missing. If null means "none", write that as a value of its own. If it was not recorded, drop the
    column, or keep an indicator of missingness when it will be known in the same way at prediction time.

    When it may be a false alarm
    ----------------------------
    Gradient boosting splits on missing values by itself, and a column that is empty by design (the date of a second
    visit) can carry information.

    References
    ----------
    Le Morvan et al. (2021), What's a good imputation to predict with missing values?, arXiv:2106.00311.
    """

    id: ClassVar[str] = "missing-values"
    stage: ClassVar[Stage] = "sparsity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_fraction: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the columns that are mostly missing."""
        mostly = [column for column in visible_columns(evidence) if column.missing_fraction > self.max_fraction]
        if not mostly:
            return
        mostly.sort(key=lambda column: -column.missing_fraction)
        names = tuple(column.name for column in mostly)
        n_empty = sum(column.n_present == 0 for column in mostly)
        empty = f"; {n_empty} column{'' if n_empty == 1 else 's'} without any value" if n_empty else ""
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(mostly[0].missing_fraction)} of the rows have no value in {names[0]!r} (limit "
            f"{percent(self.max_fraction)}){empty}{also(names)}.{_together(evidence, mostly)}",
            columns=names,
            measured=mostly[0].missing_fraction,
            limit=self.max_fraction,
            unit="fraction",
            why="A model sees mostly the value that imputation fills in, and learns whether the column was recorded "
            "instead of what it says. Beyond one half the filled-in value is always the most frequent one.",
            remedy=f"If null means 'none', write that; else df = df.drop(columns={code(names)}), or keep "
            f"df[{names[0]!r}].notna() as a feature.",
        )


def _together(evidence: Evidence, mostly: list[ColumnProfile]) -> str:
    """Say which columns have no value in the same rows; empty ones have none in any row anyway."""
    partly = {column.name for column in mostly if column.n_present}
    groups = [partly.intersection(group) for group in evidence.profile.co_missing.together()]
    largest = max(groups, key=len, default=set())
    if len(largest) < _FEWEST:
        return ""
    ordered = [column.name for column in mostly if column.name in largest]
    return f" No value in the same rows, probably for one reason: {listed(ordered)}."
