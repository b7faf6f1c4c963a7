"""The check ``correlated-features``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage, summary
from prefit.checks.columns import COPY_CORRELATION, code, features, varying_rows
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import Correlation

__all__ = ["CorrelatedFeatures"]


@dataclass(frozen=True)
class CorrelatedFeatures:
    """Do numeric features repeat one another?

    Parameters
    ----------
    max_r : float, default 0.999
        Absolute Pearson correlation from which the second column is a copy of the first: at most 0.2 % of its variance
        is its own (1 - r²), and the standard error of its coefficient is 22 times what it is alone.
    min_rows : int, default 30
        Rows that must have both values, and rows in which a column must differ from its most frequent value: two
        columns that are zero but for the same few rows agree by chance.

    What it measures
    ----------------
    Pairs of numeric features whose correlation is almost 1 or -1, over all rows, among the first 500 numeric columns
    of the table: the finding says how many were left out. Features that are merely related (0.9, 0.98) are normal in
    measurements, help against noise and are not reported.

    Why it hurts training
    ---------------------
    The weights of a linear model are shared out between copies by chance and flip with the sample; gradient descent
    crawls along the direction in which they differ; importances are cut in two, so that both look unimportant.

    Example
    -------
    A length in inches and the same in centimetres.

    What to do
    ----------
    Keep one of each group: the one that is measured, or is there at prediction time.

    When it may be a false alarm
    ----------------------------
    Spectra and pixels are copies of their neighbours by nature; penalties and principal components handle them.

    References
    ----------
    Dormann et al. (2013), Collinearity: a review of methods to deal with it, doi:10.1111/j.1600-0587.2012.07348.x.
    """

    id: ClassVar[str] = "correlated-features"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_r: float = COPY_CORRELATION
    min_rows: int = 30

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the features that are near copies of another one."""
        known = {column.name for column in features(evidence) if varying_rows(column) >= self.min_rows}
        copies = [
            pair
            for pair in evidence.profile.correlations
            if abs(pair.r) >= self.max_r and pair.n_rows >= self.min_rows and {pair.first, pair.second} <= known
        ]
        n_left_out = evidence.profile.n_uncompared
        left_out = f" {n_left_out:,} numeric columns beyond the first 500 were not compared." if n_left_out else ""
        if not copies:
            if left_out:
                yield Finding(check=self.id, status="pass", message=f"{summary(self)} No.{left_out}")
            return
        worst = max(copies, key=lambda pair: abs(pair.r))
        names = redundant(copies, evidence.task.features)
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{worst.second!r} repeats {worst.first!r} with a correlation of {worst.r:.5g} (limit ± "
            f"{self.max_r:g}); {len(names):,} feature{'' if len(names) == 1 else 's'} to do without: "
            f"{listed(names, limit=5)}.{left_out}",
            columns=names,
            measured=abs(worst.r),
            limit=self.max_r,
            unit="correlation",
            why="Weights are shared out between copies by chance and flip with the sample, and importances are cut "
            "in two. At the limit, 0.2 % of the variance of a column is its own.",
            remedy=f"Keep one of each group: df = df.drop(columns={code(names)})",
        )


def redundant(copies: list[Correlation], order: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that are a copy of an earlier column, the first of each group left out, in table order."""
    group = {name: name for name in order}

    def first_of(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    place = {name: i for i, name in enumerate(order)}
    for pair in copies:
        earlier, later = sorted((first_of(pair.first), first_of(pair.second)), key=place.__getitem__)
        group[later] = earlier
    return tuple(name for name in order if group[name] != name)
