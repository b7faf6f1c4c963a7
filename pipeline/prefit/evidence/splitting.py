"""What probes find out about ways to split the rows: by their order in the table, by groups, by time."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RowOrder", "SplitGap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOrder:
    """How well the position of a row in the table predicts its target.

    `skill` is that of a model of the position alone, out of fold, with its 90 % interval; where the target is a number,
    for its rank. `classes_missed` is the share of the classes that a block of consecutive rows, one fifth of the table,
    lacks on average beyond what an equal random draw lacks (None for regression). `changes` is how often the class
    changes from one row to the next, 1 = as often as in random order (None for regression). `in_order` is the share of
    the rows that stand in the order of their targets, the others taken out (None for classification). `sorted_by` is
    the date column that the rows are in the order of, if any.
    """

    skill: float
    low: float
    high: float
    n_rows: int
    classes_missed: float | None = None
    changes: float | None = None
    in_order: float | None = None
    sorted_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitGap:
    """What a random split claims beyond one that keeps the groups, or the past and the future, of `column` apart.

    Both skills are those of a small probe on the same held-out rows; `gap` is their difference with its 90 % interval,
    positive when the random split flatters. `n_units` counts the groups, or the distinct times.
    """

    column: str
    random: float
    apart: float
    gap: float
    low: float
    high: float
    n_rows: int
    n_units: int
