"""The check ``single-class``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import constant, target
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import rows

__all__ = ["SingleClass"]


@dataclass(frozen=True)
class SingleClass:
    """Has every row the same label?

    What it measures
    ----------------
    Whether the target has one value only, class or number, in all rows that have a label. It has no limit to set.

    Why it hurts training
    ---------------------
    There is nothing to tell apart. Classifiers refuse to be trained or predict that value for ever; the loss of a
    network is zero from the first steps on and every gradient vanishes.

    Example
    -------
    A query asked for the customers who left and forgot those who stayed: `churned` is true in every row.

    What to do
    ----------
    Look at the filter or the join that made the table; it lost the other classes. If they were never recorded, this is
    a task of anomaly detection, not of classification.

    When it may be a false alarm
    ----------------------------
    When the other classes are meant by a missing label: write them out.

    References
    ----------
    Ruff et al. (2021), A unifying review of deep and shallow anomaly detection, doi:10.1109/JPROC.2021.3052449.
    """

    id: ClassVar[str] = "single-class"
    stage: ClassVar[Stage] = "classes"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ()

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when the target does not vary."""
        label = target(evidence)
        if label is None or not constant(label):
            return
        empty = f" The other {rows(label.n_missing)} have no label." if label.n_missing else ""
        remedy = f"Look for the filter or join that lost the others: df[{label.name!r}].value_counts(dropna=False)"
        if label.n_missing:
            remedy += f". If an empty label means another class, write it: df[{label.name!r}].fillna('no')"
        yield Finding(
            check=self.id,
            status="fail",
            message=f"{label.name!r} has the same value in all {rows(label.n_present)} with a label.{empty}",
            columns=(label.name,),
            measured=1,
            limit=2,
            unit="classes",
            why="There is nothing to tell apart, so that no model can learn anything: two different values are the "
            "least.",
            remedy=remedy,
        )
