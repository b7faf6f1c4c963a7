"""The check ``rare-categories``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, features, reads_as_other
from prefit.checks.intervals import proportion
from prefit.checks.rarity import mostly_rare, rare_fraction
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["RareCategories"]


@dataclass(frozen=True)
class RareCategories:
    """Do many rows have a category that hardly any other row has?

    Parameters
    ----------
    min_rows : int, default 5
        Rows below which a category is rare: it is not in each of five folds.
    max_fraction : float, default 0.05
        Share of the rows with a rare category, at the lower end of its 90 % interval, above which the check warns. Of
        new rows, about as many will have a category of which the model saw a few rows or none.

    What it measures
    ----------------
    For every categorical feature the share of the rows that are in categories of fewer than `min_rows` rows. A few rare
    categories are normal and cost nothing; what counts is how many rows they hold. Columns in which *most* values are
    rare are left to `high-cardinality`.

    Why it hurts training
    ---------------------
    What the model knows of such a category is the label of a row or two, and of a new one it knows nothing: on these
    rows the column is noise. Encoders fail on a category that the training part lacks, or write zeros.

    Example
    -------
    A field with 12 usual job titles, and 200 rows in which someone typed a title of their own.

    What to do
    ----------
    Merge rare categories: OneHotEncoder(min_frequency=5, handle_unknown="infrequent_if_exist"), or TargetEncoder, which
    shrinks them towards the mean.

    When it may be a false alarm
    ----------------------------
    When texts rather than categories are meant: declare the column as text.

    References
    ----------
    Good (1953), The population frequencies of species, doi:10.1093/biomet/40.3-4.237: the share of rows with categories
    seen once estimates the share of new rows with categories never seen.
    """

    id: ClassVar[str] = "rare-categories"
    stage: ClassVar[Stage] = "sparsity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_rows: int = 5
    max_fraction: float = 0.05

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the columns with many rows in rare categories."""
        shares = {
            column.name: rare_fraction(evidence, column, self.min_rows)
            for column in features(evidence, "categorical")
            if not mostly_rare(evidence, column) and not reads_as_other(column)
        }
        names = tuple(
            sorted(
                (name for name in shares if self._surely_many(evidence, shares[name])), key=lambda name: -shares[name]
            )
        )
        if not names:
            return
        n_rows = evidence.profile.n_rows
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(shares[names[0]])} of the rows have a category of {names[0]!r} with fewer than "
            f"{rows(self.min_rows)} (limit {percent(self.max_fraction)}){also(names)}.",
            columns=names,
            measured=shares[names[0]],
            limit=self.max_fraction,
            unit="fraction",
            interval=proportion(shares[names[0]] * n_rows, n_rows),
            why="Of such a category the model saw a row or two, of its like among new rows none: on these rows the "
            "column is noise. About as many new rows will be affected as the limit says.",
            remedy=f"OneHotEncoder(min_frequency={self.min_rows}, handle_unknown='infrequent_if_exist'), or merge "
            f"them: counts = df[{names[0]!r}].value_counts(); df[{names[0]!r}] = "
            f"df[{names[0]!r}].where(df[{names[0]!r}].map(counts) >= {self.min_rows}, 'other')",
        )

    def _surely_many(self, evidence: Evidence, share: float) -> bool:
        n_rows = evidence.profile.n_rows
        return share > self.max_fraction and proportion(share * n_rows, n_rows)[0] > self.max_fraction
