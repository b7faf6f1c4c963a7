"""The check ``infinite-values``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, code, features, target
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import rows

__all__ = ["InfiniteValues"]


@dataclass(frozen=True)
class InfiniteValues:
    """Are there infinite numbers?

    Parameters
    ----------
    max_rows : int, default 0
        Infinite values that a column may hold; one is enough to stop a training.

    What it measures
    ----------------
    The values of every feature and of the target that are plus or minus infinity. It fails when the target has
    some, since every loss is then infinite.

    Why it hurts training
    ---------------------
    scikit-learn refuses the table; imputation does not touch infinity, means and scalers turn into NaN, and one batch
    with it makes every weight of a network NaN.

    Example
    -------
    A ratio of two columns, of which the second is 0 in three rows.

    What to do
    ----------
    Repair the division (a small constant, or null where there is nothing to divide by), or replace infinity by null.

    When it may be a false alarm
    ----------------------------
    When only trees that bin their inputs (LightGBM) are trained.

    References
    ----------
    IEEE 754, Standard for floating-point arithmetic.
    """

    id: ClassVar[str] = "infinite-values"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_rows: int = 0

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the columns with infinite values."""
        label = target(evidence)
        columns = [*([label] if label else []), *features(evidence)]
        found = sorted(
            (column for column in columns if column.n_infinite > self.max_rows), key=lambda column: -column.n_infinite
        )
        if not found:
            return
        names = tuple(column.name for column in found)
        in_target = label is not None and label.name in names
        yield Finding(
            check=self.id,
            status="fail" if in_target else "warn",
            message=f"{found[0].name!r} is infinite in "
            f"{rows(found[0].n_infinite)}{also(names)}{'; the target is among them' if in_target else ''}.",
            columns=names,
            measured=found[0].n_infinite,
            limit=self.max_rows,
            unit="rows",
            why="scikit-learn refuses such a table, imputation does not touch infinity, and one batch with it makes "
            "every weight of a network NaN. One is enough, hence the limit.",
            remedy=f"df[{code(names)}] = df[{code(names)}].replace([np.inf, -np.inf], np.nan)",
        )
