"""The check ``constant-column``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import code, constant, visible_columns
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding

__all__ = ["ConstantColumn"]


@dataclass(frozen=True)
class ConstantColumn:
    """Are there columns with the same value in every row?

    What it measures
    ----------------
    The features in which all rows that have a value have the same one. Columns that are empty in more than
    half of the rows are left to `missing-values`. There is no limit to set: one value is one value.

    Why it hurts training
    ---------------------
    The column tells no row from another, and divides by zero where it is standardized by hand. It is often the trace of
    a fault that does cost something: a filter that was left on, a join that matched one row, a sensor that stood still.

    Example
    -------
    `country` is "DE" in all rows, because the export was made for one country, while the model is meant for five.

    What to do
    ----------
    Make sure that the table holds what it should, then drop the column. VarianceThreshold() does so in a pipeline.

    When it may be a false alarm
    ----------------------------
    When one value beside missing means "yes, or nothing said": write the other value instead of null.

    References
    ----------
    Guyon & Elisseeff (2003), An introduction to variable and feature selection, JMLR 3.
    """

    id: ClassVar[str] = "constant-column"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the constant features; a table of one row has none that could vary."""
        if evidence.profile.n_rows < 2:
            return
        names = tuple(
            column.name for column in visible_columns(evidence) if constant(column) and column.missing_fraction <= 0.5
        )
        if not names:
            return
        gaps = [name for name in names if evidence.profile.columns[name].n_missing]
        remedy = f"Check the filter or join that made it, then df = df.drop(columns={code(names)})."
        if gaps:  # a box that was ticked or left empty: what is missing is the other value
            remedy += f" If an empty cell means 'no', write that: df[{gaps[0]!r}] = df[{gaps[0]!r}].notna()"
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{'One feature has' if len(names) == 1 else f'{len(names):,} features have'} the same value in "
            f"every row that has one: {listed(names, limit=5)}.",
            columns=names,
            measured=1,
            limit=2,
            unit="distinct values",
            why="A column that does not vary tells no row from another, and is often the trace of a filter or join "
            "gone wrong. Two values are the least that can tell rows apart.",
            remedy=remedy,
        )
