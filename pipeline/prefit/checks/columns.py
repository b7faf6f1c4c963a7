"""What several checks ask of the columns of a profile."""

from __future__ import annotations

from collections.abc import Sequence

from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.profiling.values import ColumnProfile, ValueCount
from prefit.task import ColumnKind

__all__ = [
    "COPY_CORRELATION",
    "ONE_HOT_LIMIT",
    "SET_BY_USER",
    "all_counted",
    "also",
    "class_sizes",
    "code",
    "constant",
    "features",
    "labelled_rows",
    "nonzero_rows",
    "present_top",
    "reads_as_other",
    "shown_values",
    "target",
    "varying_rows",
    "visible_columns",
]

COPY_CORRELATION = 0.999
"""Absolute correlation from which a number says the same as another: 0.2 % of its variance is its own (1 - r²)."""

ONE_HOT_LIMIT = 40
"""Categories up to which a column is one-hot encoded by the vectorizer of the probes, as by skrub's default."""

SET_BY_USER = "set by you"
"""Reason of a kind that the user has set: what the column is meant to be is then no question."""


def features(evidence: Evidence, *kinds: ColumnKind) -> list[ColumnProfile]:
    """Return the profiles of the features, of the given kinds if any are given, in table order."""
    names = evidence.task.features_of(*kinds) if kinds else evidence.task.features
    return [evidence.profile.columns[name] for name in names]


def visible_columns(evidence: Evidence) -> list[ColumnProfile]:
    """Return the features and the columns of unsupported kind, which a model would see if it could."""
    task = evidence.task
    unsupported = {name for name, kind in task.kinds.items() if kind == "unsupported"}
    names = (unsupported | set(task.features)) - {task.target, task.group, task.time, *task.dropped}
    return [column for name, column in evidence.profile.columns.items() if name in names]


def target(evidence: Evidence) -> ColumnProfile | None:
    """Return the profile of the target, None without one."""
    return None if evidence.task.target is None else evidence.profile.columns[evidence.task.target]


def labelled_rows(evidence: Evidence) -> int:
    """Return how many rows can be learnt from: those with a label, or all of them without a target."""
    label = target(evidence)
    return evidence.profile.n_rows if label is None else label.n_present


def class_sizes(evidence: Evidence) -> tuple[int, ...]:
    """Return the rows of every class, the largest first; empty when there are none or too many to be counted."""
    return tuple(entry.count for entry in evidence.profile.class_counts or () if not _is_missing(entry))


def present_top(column: ColumnProfile) -> tuple[ValueCount, ...]:
    """Return the most frequent values without those that count as missing."""
    return tuple(entry for entry in column.top if not _is_missing(entry))


def all_counted(column: ColumnProfile) -> bool:
    """Whether the most frequent values are all there are, with exact counts."""
    return column.top_exact and column.distinct.high <= len(column.top)


def constant(column: ColumnProfile) -> bool:
    """Whether every row that has a value has the same one."""
    if not column.n_present:
        return False
    if column.n_nan == 0 and column.n_empty + column.n_blank == 0:
        return column.distinct.high <= 1
    # NaN and blank texts count as missing, and may be among the distinct values
    values = present_top(column)
    return len(values) == 1 and column.top_exact and values[0].count == column.n_present


def nonzero_rows(column: ColumnProfile) -> int:
    """Return how many rows hold a value other than zero (or False)."""
    return column.n_present - column.n_zero


def varying_rows(column: ColumnProfile) -> int:
    """Return in how many rows the column has another value than its most frequent one."""
    top = present_top(column)
    return max(column.n_present - top[0].count, 0) if top else 0


def reads_as_other(column: ColumnProfile, *, min_fraction: float = 0.9) -> bool:
    """Whether a text column holds numbers or dates for the most part, and is judged as such."""
    return column.text is not None and max(column.text.numeric_fraction, column.text.date_fraction) >= min_fraction


def also(columns: Sequence[str], *, limit: int = 4) -> str:
    """Name the columns after the first, which a message has spoken of already.

    Examples
    --------
    >>> also(["a"]), also(["a", "b", "c"])
    ('', "; also columns 'b', 'c'")
    """
    return f"; also {listed(columns[1:], limit=limit)}" if len(columns) > 1 else ""


def code(columns: Sequence[str], *, limit: int = 5) -> str:
    """Write column names as a Python list for a line of code.

    Examples
    --------
    >>> print(code(["a", "it's"]))
    ['a', "it's"]
    """
    names = [repr(column) for column in columns[:limit]] + (["..."] if len(columns) > limit else [])
    return f"[{', '.join(names)}]"


def shown_values(evidence: Evidence, values: Sequence[ValueCount], *, limit: int = 5) -> str:
    """Write raw values as ``": 'a', 'b'"``, or nothing unless the user allows values in the report."""
    if not evidence.show_values:
        return ""
    return ": " + ", ".join(repr(entry.value) for entry in values[:limit])


def _is_missing(entry: ValueCount) -> bool:
    value = entry.value
    if isinstance(value, str):
        return not value.strip()
    return value is None or bool(value != value)  # noqa: PLR0124 - only NaN differs from itself
