"""How many rows of a table repeat one another by chance alone.

A table of a few flags cannot help repeating rows; a table of measurements cannot do it. What chance gives follows from
the collision probability of every column, the chance that two rows agree in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from prefit.checks.intervals import proportion
from prefit.evidence.copies import NearTwins
from prefit.profiling.values import ColumnProfile

__all__ = ["near_fraction", "repeated_fraction", "twin_fraction"]

DEPENDENCE = 0.5
"""Columns say in part the same, so that rows agree in all of them more often than independent columns would. The
logarithm of the chance is multiplied by this; 1 would be independence. At 0.5 public tables that repeat rows because
they consist of few categories (votes, surveys) are explained, and those that are known to hold copies are not."""

MOSTLY_UNIQUE = 0.5
"""A column with this many distinct values per row repeats none by chance; what repeats in it was copied."""


def twin_fraction(columns: Iterable[ColumnProfile], n_rows: int) -> float:
    """Return the share of rows that equal some other row in all these columns, as chance gives it."""
    return -math.expm1(-_twins(columns, n_rows))


def repeated_fraction(columns: Iterable[ColumnProfile], n_rows: int) -> float:
    """Return the share of rows that equal an *earlier* row in all these columns, as chance gives it."""
    twins = _twins(columns, n_rows)
    return 1 + math.expm1(-twins) / twins if twins > 1e-9 else 0.0


def near_fraction(near: NearTwins | None) -> tuple[float, float, float]:
    """Return the share of rows with a near twin beyond what chance gives, and its 90 % interval; 0 if not measured.

    Twins come in pairs, so that half of them are independent.
    """
    if near is None or not near.n_rows:
        return 0.0, 0.0, 0.0
    low, high = proportion(near.n_near / 2, max(1, near.n_rows // 2))
    share, low, high = (
        min(1.0, max(0.0, value - near.chance) * near.thinning) for value in (near.n_near / near.n_rows, low, high)
    )
    return share, low, high


def _twins(columns: Iterable[ColumnProfile], n_rows: int) -> float:
    """Return the expected number of other rows that equal a row."""
    collisions = [_collision(column) for column in columns]
    if not collisions:
        return 0.0
    return n_rows * math.prod(collisions) ** DEPENDENCE


def _collision(column: ColumnProfile) -> float:
    """Return the chance that two rows agree in this column; null and NaN count as values."""
    if not column.n_rows:
        return 1.0
    if column.distinct.estimate >= MOSTLY_UNIQUE * column.n_rows:
        return 0.0
    counts = [entry.count for entry in column.top if entry.value is not None]
    rest = max(column.n_rows - column.n_null - column.n_nan - sum(counts), 0)
    n_others = max(column.distinct.estimate - len(counts), 1.0)
    squares = sum(count**2 for count in counts) + column.n_null**2 + column.n_nan**2 + rest**2 / n_others
    return min(squares / column.n_rows**2, 1.0)
