"""The check ``quasi-constant-column``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, code, constant, features, present_top, varying_rows
from prefit.checks.support import sparse_features
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent

__all__ = ["QuasiConstantColumn"]


@dataclass(frozen=True)
class QuasiConstantColumn:
    """Are there columns with the same value in nearly every row?

    Parameters
    ----------
    min_fraction : float, default 0.005
        Share of the present values that must differ from the most frequent one. A column that differs in fewer rows
        changes the prediction of fewer rows, so that it is worth less than half a point of accuracy.

    What it measures
    ----------------
    The share of the values of every feature that differ from its most frequent value. In sparse tables, where zero is
    the usual value of most features, they are left to `sparse-features` and `thin-support`.

    Why it hurts training
    ---------------------
    There is next to nothing to learn from the column, and the few rows that differ are learnt by heart. Standardized,
    they lie 14 standard deviations out or more, and pull at the weights of a linear model or a network.

    Example
    -------
    `is_test_account` is false in 99.9 % of the rows: the 0.1 % should not be in the table at all.

    What to do
    ----------
    Look at the rows that differ: they may be errors or another population. Drop the column, or those rows.

    When it may be a false alarm
    ----------------------------
    When the rare value marks just the rare class that is looked for; the scores of single features show whether it
    does.

    References
    ----------
    Kuhn & Johnson (2013), Applied Predictive Modeling, section 3.5, doi:10.1007/978-1-4614-6849-3.
    """

    id: ClassVar[str] = "quasi-constant-column"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_fraction: float = 0.005

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the features that hardly vary."""
        sparse = {column.name for column in sparse_features(evidence)}
        shares = {
            column.name: varying_rows(column) / column.n_present
            for column in features(evidence)
            if present_top(column) and column.name not in sparse and not constant(column)
        }
        names = tuple(
            sorted((name for name in shares if shares[name] < self.min_fraction), key=lambda name: shares[name])
        )
        if not names:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(1 - shares[names[0]])} of the values of {names[0]!r} are the same (limit "
            f"{percent(1 - self.min_fraction)}){also(names)}.",
            columns=names,
            measured=shares[names[0]],
            limit=self.min_fraction,
            unit="fraction",
            why="The few rows that differ are learnt by heart, and the column can change the prediction of no other "
            f"row: by the limit, it is worth less than {percent(self.min_fraction)} of accuracy.",
            remedy=f"Look at the rows that differ: df[{names[0]!r}].value_counts(). Then df = "
            f"df.drop(columns={code(names)}).",
        )
