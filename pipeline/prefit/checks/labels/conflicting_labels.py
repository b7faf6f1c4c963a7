"""The check ``conflicting-labels``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.chance import twin_fraction
from prefit.checks.columns import features, labelled_rows
from prefit.checks.wording import among_them
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["ConflictingLabels"]


@dataclass(frozen=True)
class ConflictingLabels:
    """Do equal rows have different labels, more than chance explains?

    Parameters
    ----------
    max_fraction : float, default 0.01
        Share of rows in conflict, beyond what chance explains, above which the check warns. In a pair one of two must
        be predicted wrongly, so that 1 % of rows costs up to half a point of accuracy.

    What it measures
    ----------------
    The rows whose features all equal those of a row with another label, as a share of the rows that have a label, less
    the share of rows that agree by chance: a table of a few flags repeats rows and labels differ, which is the
    uncertainty of the task and not an error. Chance is computed from how often two rows agree in each column.

    Why it hurts training
    ---------------------
    No model can be right on both rows of such a pair: they put a floor under the error. Whoever trains until the
    training loss vanishes learns row order or hash accidents. If one of the labels is an error, others may be too.

    Example
    -------
    The same review was labelled "spam" by one person and "fine" by another.

    What to do
    ----------
    Look at the pairs; relabel them, keep the label of the majority, or add the feature that tells them apart. Do not
    keep both rows and a loss that trusts every label.

    When it may be a false alarm
    ----------------------------
    When features are few and coarse, so that different cases look alike; when the target is random by nature.

    References
    ----------
    Northcutt, Athalye & Mueller (2021), Pervasive label errors in test sets, arXiv:2103.14749.
    """

    id: ClassVar[str] = "conflicting-labels"
    stage: ClassVar[Stage] = "labels"
    applies_to: ClassVar[Applies] = "classification"
    needs: ClassVar[tuple[str, ...]] = ()

    max_fraction: float = 0.01

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when more rows are in conflict than chance explains."""
        conflicts, n_rows = evidence.profile.conflicts, labelled_rows(evidence)
        columns = features(evidence)
        if conflicts is None or not n_rows or not columns:
            return
        chance = twin_fraction(columns, n_rows)
        share, limit = conflicts.estimate / n_rows, chance + self.max_fraction
        if conflicts.low / n_rows <= limit:
            return
        target = evidence.task.target or ""
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{rows(conflicts.estimate)} ({percent(share)}) have the same features as a row with another "
            f"label; chance explains {percent(chance)}{among_them(conflicts.positions)}.",
            columns=(target,),
            measured=share,
            limit=limit,
            unit="fraction",
            interval=(conflicts.low / n_rows, conflicts.high / n_rows),
            why=f"No model can be right on all of them: if they are pairs, {percent(share / 2)} of the rows must be "
            f"predicted wrongly. The limit is what chance explains and {percent(self.max_fraction)}, half a point of "
            "accuracy.",
            remedy=f"Look at them, then relabel or drop: df[df.duplicated(df.columns.drop({target!r}).tolist(), "
            "keep=False)]",
        )
