"""The check ``high-cardinality``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import ONE_HOT_LIMIT, also, features, reads_as_other
from prefit.checks.rarity import MAX_RARE_FRACTION, MIN_ROWS_PER_VALUE, mostly_rare, rare_fraction
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.wording import percent, rows

__all__ = ["HighCardinality"]


@dataclass(frozen=True)
class HighCardinality:
    """Do categories have too few rows each to be learnt?

    Parameters
    ----------
    max_values : int, default 40
        Categories up to which the column can be one-hot encoded without harm; up to there, `rare-categories` judges it.
    min_rows_per_value : float, default 10
        Rows that a category needs to be learnt from: two in each of five folds.
    max_fraction : float, default 0.5
        Share of the values in categories with fewer rows above which the check warns: for the typical row, the column
        then says nothing that was learnt from others.

    What it measures
    ----------------
    For every categorical feature with many distinct values, the share of the values in categories of fewer than
    `min_rows_per_value` rows. Many categories with many rows each are no problem, and a tail of rare ones is left to
    `rare-categories`, texts that read as numbers or dates to `numeric-as-text` and `date-as-text`.

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
    max_fraction: float = MAX_RARE_FRACTION

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the categorical features of which most values are too rare."""
        many = [column for column in features(evidence, "categorical") if self._concerns(evidence, column)]
        if not many:
            return
        shares = {
            column.name: rare_fraction(evidence, column, self.min_rows_per_value) * column.n_rows / column.n_present
            for column in many
        }
        names = tuple(sorted(shares, key=lambda name: -shares[name]))
        n_values = evidence.profile.columns[names[0]].distinct.estimate
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{names[0]!r} has about {n_values:,.0f} categories, and {percent(shares[names[0]])} of its "
            f"values are in one with fewer than {rows(self.min_rows_per_value)} (limit "
            f"{percent(self.max_fraction)}){also(names)}.",
            columns=names,
            measured=shares[names[0]],
            limit=self.max_fraction,
            unit="fraction",
            why="What is learnt of a category with a handful of rows are the labels of these rows. "
            f"{self.min_rows_per_value:g} put two into each of five folds; above the limit the typical row has fewer.",
            remedy="Use a coarser category or sklearn.preprocessing.TargetEncoder, or the characters of the text: "
            f"skrub.StringEncoder().fit_transform(df[{names[0]!r}])",
        )

    def _concerns(self, evidence: Evidence, column: ColumnProfile) -> bool:
        return not reads_as_other(column) and mostly_rare(
            evidence,
            column,
            max_values=self.max_values,
            min_rows=self.min_rows_per_value,
            max_fraction=self.max_fraction,
        )
