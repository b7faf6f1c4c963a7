"""Name an expectation in a message: its type, its columns and its limits, but no values of cells."""

from __future__ import annotations

from typing import Any

from prefit.evidence import ExpectationResult

__all__ = ["columns_of", "rule"]

_COLUMNS = ("column", "column_A", "column_B", "column_list", "target")
_OPEN_TEXTS = frozenset({*_COLUMNS, "budget", "model", "regex", "task", "type_", "type_list"})
"""Arguments whose text says how the data are built and quotes no value."""


def columns_of(result: ExpectationResult) -> tuple[str, ...]:
    """Return the columns that the expectation speaks of."""
    named = [result.column, *(result.kwargs.get(key) for key in _COLUMNS)]
    flat = [column for entry in named for column in (entry if isinstance(entry, list) else [entry])]
    return tuple(column for column in flat if isinstance(column, str))


def rule(result: ExpectationResult, *, show_values: bool) -> str:
    """Write the expectation as a call.

    Texts among the arguments, such as the categories of a value set, are counted unless `show_values`.

    Examples
    --------
    >>> result = ExpectationResult(
    ...     expectation="expect_column_values_to_be_in_set", column="sex", kwargs={"value_set": ["f", "m"]},
    ...     success=False, severity="critical", observed=None, n_unexpected=3, unexpected_fraction=0.3, positions=(),
    ... )
    >>> rule(result, show_values=False)
    "expect_column_values_to_be_in_set(column='sex', value_set=<2 values>)"
    """
    named = {} if result.column is None else {"column": repr(result.column)}
    for key, value in result.kwargs.items():
        named[key] = repr(value) if show_values or key in _OPEN_TEXTS else _without_texts(value)
    arguments = ", ".join(f"{key}={value}" for key, value in named.items())
    return f"{result.expectation}({arguments})"


def _without_texts(value: Any) -> str:
    if isinstance(value, str):
        return "<text>"
    if isinstance(value, list | dict):
        return f"<{len(value)} value{'' if len(value) == 1 else 's'}>"
    return repr(value)
