"""Phrases that several checks write into their messages."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["among_them", "listed", "span"]


def span(low: float, high: float, *, sign: bool = False) -> str:
    """Write a 90 % interval of a score or a difference of scores.

    Examples
    --------
    >>> span(0.794, 0.8312), span(-0.01, 0.02, sign=True)
    ('90 % interval 0.794 to 0.831', '90 % interval -0.010 to +0.020')
    """
    flag = "+" if sign else ""
    return f"90 % interval {low:{flag}.3f} to {high:{flag}.3f}"


def listed(columns: Sequence[str], *, limit: int = 3) -> str:
    """Name some columns and count the others.

    Examples
    --------
    >>> listed(["age"]), listed(["a", "b", "c", "d", "e"])
    ("column 'age'", "columns 'a', 'b', 'c' and 2 more")
    """
    names = ", ".join(repr(column) for column in columns[:limit])
    more = f" and {len(columns) - limit} more" if len(columns) > limit else ""
    return f"column{'' if len(columns) == 1 else 's'} {names}{more}"


def among_them(positions: Sequence[int], *, limit: int = 3) -> str:
    """Name some of the rows that a message has counted, or nothing where no position is known.

    Examples
    --------
    >>> among_them([0, 4_000])
    '; rows 0, 4,000 are among them'
    """
    if not positions:
        return ""
    return f"; rows {', '.join(f'{position:,}' for position in positions[:limit])} are among them"
