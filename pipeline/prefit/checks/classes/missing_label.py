"""The check ``missing-label``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import target
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["MissingLabel"]


@dataclass(frozen=True)
class MissingLabel:
    """Are there rows without a label?

    Parameters
    ----------
    max_fraction : float, default 0.01
        Share of rows without a label above which the check warns. If all of them were predicted wrongly, a score would
        be lower by that share: one point of a score in per cent.

    What it measures
    ----------------
    The share of rows in which the target is null, NaN, empty or blank. It fails when no row has a label.

    Why it hurts training
    ---------------------
    Most libraries refuse to train on a missing label, or worse, take it for a class of its own. Dropping the rows
    is safe only when labels are missing by chance: if the hard cases are those without a label, the score on the others
    is too good.

    Example
    -------
    Salaries are missing for 18 % of the players, mostly of those who left the league.

    What to do
    ----------
    Find out why labels are missing. If by chance, drop the rows; if null means "no", write it; if the hard cases are
    affected, label a random sample of them and score on it.

    When it may be a false alarm
    ----------------------------
    When the unlabelled rows are there on purpose: to be predicted, or for semi-supervised learning.

    References
    ----------
    Little & Rubin (2019), Statistical Analysis with Missing Data, chapter 1, doi:10.1002/9781119482260.
    """

    id: ClassVar[str] = "missing-label"
    stage: ClassVar[Stage] = "classes"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ()

    max_fraction: float = 0.01

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when no row, or too few rows, have a label."""
        label = target(evidence)
        if label is None or label.missing_fraction <= self.max_fraction:
            return
        if label.n_present:
            message = (
                f"{rows(label.n_missing)} of {label.n_rows:,} ({percent(label.missing_fraction)}) have no label in "
                f"{label.name!r} "
                f"(limit {percent(self.max_fraction)})."
            )
        else:
            message = f"No row has a label: {label.name!r} is empty in all {label.n_rows:,}."
        yield Finding(
            check=self.id,
            status="warn" if label.n_present else "fail",
            message=message,
            columns=(label.name,),
            measured=label.missing_fraction,
            limit=self.max_fraction,
            unit="fraction",
            why="Rows without a label cannot be learnt from, and when the hard cases lack it, the score on the "
            "others is too good: by up to their share, from which the limit comes.",
            remedy=f"Find out why they are missing, then df = df.dropna(subset=[{label.name!r}]); if null means a "
            f"class, df[{label.name!r}].fillna(...).",
        )
