"""The check ``outliers``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import ClassVar

import numpy as np

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, features, present_top, target
from prefit.checks.support import sparse_features
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.wording import percent

__all__ = ["Outliers"]

_UNSEEN_BY_QUANTILES = 0.04
"""Share of strays at one end that leaves the 5 % and 95 % quantiles where they are."""

ROUNDING = 1e-9
"""A column whose values differ by less than this, beside its median, differs by rounding and has no scale."""

LOG_NORMAL_REACH = 5.0
"""Standard deviations from the median that one in three million values of a normal distribution exceeds."""

CENTRAL_WIDTH = 3.29
"""Standard deviations between the 5 % and 95 % quantiles of a normal distribution."""


FAR = 5.0
"""Robust standard deviations from which a value is in the tail."""

KNOWN_TAIL = 30
"""Values in the tail from which its shape is known, of which half are looked at: the index to 25 %."""

REACHED = 0.01
"""Probability that the tail by itself reaches as far as its farthest value, from which that is no stray."""


@dataclass(frozen=True)
class Outliers:
    """Do a few extreme numbers dominate a column?

    Parameters
    ----------
    max_distance : float, default 50.0
        Distance from the median, in robust standard deviations, from which a value is extreme. In a squared error or a
        covariance it weighs as much as 2,500 ordinary rows.
    max_fraction : float, default 0.01
        Share of the values beyond 5 robust standard deviations up to which they are strays. Where more rows lie out
        there, the column has a long tail by nature (incomes, counts), which is no error and is not reported.
    max_rows : int, default 5
        As many values are strays in a small table too, where they are more than that share of it, up to 4 %: the
        quantiles that the robust standard deviation is taken between stay free of them. Twice as many are strays
        where they are ten times as far out as all others: a long tail thins out, and leaves no such gap.

    What it measures
    ----------------
    For every number, the largest distance from the median, in standard deviations after clipping to the 5 % and 95 %
    quantiles, and the share of values beyond 5 of them. Columns whose middle 90 % are one value have no such scale.
    Positive numbers whose largest is within five standard deviations on a logarithmic scale have a long tail by nature,
    and so have counts in a table of mostly zeros (words, clicks). Where 30 sampled values or more lie beyond 5, they
    tell how the tail thins out: what it reaches by itself in 1 of 100 such tables is no stray, however many rows there
    are.

    Why it hurts training
    ---------------------
    Standardizing divides by a standard deviation that the strays have made: all other rows shrink to a point where the
    model cannot tell them apart. Their gradients are as large as those of thousands of rows.

    Example
    -------
    One of 9,000 patients is 65,526 years old.

    What to do
    ----------
    Look at the rows: typing errors, wrong units and codes for "missing" are to be repaired or set to null. If the
    values are real, clip them or use a scaler that does not mind (RobustScaler, QuantileTransformer).

    When it may be a false alarm
    ----------------------------
    When the extreme rows are what the model is for (fraud, failures); trees do not mind them.

    References
    ----------
    Hill (1975), A simple general approach to inference about the tail of a distribution, doi:10.1214/aos/1176343247.
    Huber & Ronchetti (2009), Robust Statistics, chapter 1, doi:10.1002/9780470434697. The robust standard deviation is
    that of Amazon SageMaker Data Wrangler.
    """

    id: ClassVar[str] = "outliers"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_distance: float = 50.0
    max_fraction: float = 0.01
    max_rows: int = 5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the numeric columns with a few values far out."""
        label = target(evidence)
        columns = features(evidence, "numeric") + ([label] if label and evidence.task.kind == "regression" else [])
        sparse = bool(sparse_features(evidence))
        distances = {
            column.name: distance(column)
            for column in columns
            if self._strays(column) and not (sparse and _is_count(column)) and not _is_known_tail(evidence, column)
        }
        names = tuple(sorted(distances, key=lambda name: -distances[name]))
        if not names:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"A value of {names[0]!r} lies {distances[names[0]]:,.0f} robust standard deviations from the "
            f"median (limit {self.max_distance:g}), while at most {percent(self._far(evidence, names[0]))} of the rows "
            f"lie beyond 5{also(names)}.",
            columns=names,
            measured=distances[names[0]],
            limit=self.max_distance,
            unit="robust standard deviations",
            why="They make the standard deviation that the column is divided by, so that all other rows shrink to a "
            f"point. At the limit, one value weighs as much in a squared error as {self.max_distance**2:,.0f} "
            "ordinary rows.",
            remedy=f"Look at them: df.loc[(df[{names[0]!r}] - df[{names[0]!r}].median()).abs().nlargest().index]. "
            "Repair or null errors; else clip them or use RobustScaler.",
        )

    def _far(self, evidence: Evidence, name: str) -> float:
        facts = evidence.profile.columns[name].numeric
        return max(self.max_fraction, facts.outlier_fraction if facts else 0.0)  # those that the sample missed count

    def _strays(self, column: ColumnProfile) -> bool:
        facts = column.numeric
        if facts is None or not facts.n_values or distance(column) <= self.max_distance or _is_long_tail(column):
            return False
        few = self.max_rows / facts.n_values
        if facts.outlier_fraction <= max(self.max_fraction, min(few, _UNSEEN_BY_QUANTILES)):
            return True
        return 0.0 < facts.stray_fraction <= max(self.max_fraction, min(2 * few, _UNSEEN_BY_QUANTILES))


def _is_long_tail(column: ColumnProfile) -> bool:
    """Whether the largest of positive numbers is no stray on a logarithmic scale: what multiplies has such a tail."""
    quantiles = column.numeric.quantiles if column.numeric else {}
    if column.n_infinite or column.minimum is None or float(column.minimum) <= 0 or 0.5 not in quantiles:
        return False
    low, middle, high = (log(quantiles[p]) for p in (0.05, 0.5, 0.95))
    return log(float(column.maximum)) - middle <= LOG_NORMAL_REACH * (high - low) / CENTRAL_WIDTH


def _is_count(column: ColumnProfile) -> bool:
    """Whether the values are whole, not negative, and most often zero."""
    top = present_top(column)
    facts = column.numeric
    return bool(facts and facts.integer_valued and not column.n_negative and top and top[0].value == 0)


def _is_known_tail(evidence: Evidence, column: ColumnProfile) -> bool:
    """Whether the sampled values in the tail of a column suggest that it reaches as far as the farthest value.

    The upper half of them tells the index of a power law (Hill's estimate, values beyond the limit left out: they are
    what is in question).
    """
    facts, sampled = column.numeric, evidence.profile.sample.table
    if facts is None or column.name not in sampled.column_names:
        return False
    values = np.asarray(sampled[column.name].drop_null().cast("float64", safe=False))
    away = np.sort(np.abs(values[np.isfinite(values)] - facts.quantiles[0.5]) / facts.robust_std)
    tail = away[away > FAR]
    tail = tail[: len(tail) - max(1, int((tail >= distance(column)).sum()))]
    if len(tail) < KNOWN_TAIL:
        return False
    upper = tail[len(tail) // 2 :]
    spread = float(np.log(upper[1:] / upper[0]).mean())
    if spread <= 0:
        return False
    n_upper = len(upper) * column.n_present / max(len(away), 1)
    expected = n_upper * (upper[0] / distance(column)) ** (1 / spread)
    return bool(-np.expm1(-expected) >= REACHED)


def distance(column: ColumnProfile) -> float:
    """Return the largest distance from the median in robust standard deviations, over all rows; 0 without a scale."""
    facts = column.numeric
    if facts is None or 0.5 not in facts.quantiles:
        return 0.0
    median = facts.quantiles[0.5]
    if facts.robust_std <= ROUNDING * abs(median):
        return 0.0
    sampled = facts.max_robust_z
    if column.n_infinite or column.minimum is None or column.maximum is None:
        return sampled
    # the extremes of all rows may have been missed by the sample that the facts are from
    farthest = max(float(column.maximum) - median, median - float(column.minimum))
    return max(sampled, farthest / facts.robust_std)
