"""The check ``high-cardinality``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import MIN_ROWS_PER_VALUE, ONE_HOT_LIMIT, features, mostly_rare, reads_as_other
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile

__all__ = ["HighCardinality"]


@dataclass(frozen=True)
class HighCardinality:
    """Do categories have too few rows each to be learnt?

    Parameters
    ----------
    max_values : int, default 40
        Categories up to which the column can be one-hot encoded without harm; up to there, `rare-categories` judges it.
    min_rows_per_value : float, default 10
        Mean rows per category below which the check warns: two in each of five folds.

    What it measures
    ----------------
    The distinct values of every categorical feature, and the rows that each has on average. Many categories
    with many rows each are no problem. Texts that read as numbers or dates are left to `numeric-as-text` and
    `date-as-text`.

    Why it hurts training
    ---------------------
    One-hot encoding turns the column into hundreds of features with a handful of rows each; target encoding without
    cross-fitting leaks the label of the row into its own feature. In both cases the model learns the labels of single
    rows.

    Example
    -------
    5,000 postcodes in 8,000 rows.

    What to do
    ----------
    Encode by something coarser (region, the first letters), by TargetEncoder, which cross-fits, or by the characters of
    the text (skrub's StringEncoder). Check that new rows will have known values at all.

    When it may be a false alarm
    ----------------------------
    When texts rather than categories are meant: declare the column as text.

    References
    ----------
    Cerda & Varoquaux (2020), Encoding high-cardinality string categorical variables, doi:10.1109/TKDE.2020.2992529.
    """

    id: ClassVar[str] = "high-cardinality"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_values: int = ONE_HOT_LIMIT
    min_rows_per_value: float = MIN_ROWS_PER_VALUE

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the categorical features with too many values for their rows."""
        many = [
            column
            for column in features(evidence, "categorical")
            if mostly_rare(column, max_values=self.max_values, min_rows=self.min_rows_per_value)
            and not reads_as_other(column)
        ]
        if not many:
            return
        worst, *_ = many = sorted(many, key=rows_per_value)
        names = tuple(column.name for column in many)
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{worst.name!r} has about {worst.distinct.estimate:,.0f} categories, with "
            f"{rows_per_value(worst):.1f} rows each on "
            f"average (limit {self.min_rows_per_value:g}); too many for their rows has {listed(names, limit=5)}.",
            columns=names,
            measured=rows_per_value(worst),
            limit=self.min_rows_per_value,
            unit="rows per category",
            why="What is learnt of a category with a handful of rows are the labels of these rows. The limit puts two "
            "rows of a category into "
            "each of five folds.",
            remedy=f"Use a coarser category or sklearn.preprocessing.TargetEncoder, or the characters of the text: "
            f"skrub.StringEncoder().fit_transform(df[{worst.name!r}])",
        )


def rows_per_value(column: ColumnProfile) -> float:
    """Return the mean rows per category."""
    return column.n_present / column.distinct.estimate
