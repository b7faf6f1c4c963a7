"""Expectations that are not of Great Expectations itself: where they come from, and what they may read."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any

__all__ = ["GROUP", "is_only_in_memory", "load_custom", "quotes_no_values", "reads_all_columns"]

GROUP = "prefit.expectations"
"""Entry points of installed packages that name modules which register expectations when they are imported."""


@lru_cache(maxsize=1)
def load_custom() -> str:
    """Import the modules of the entry points; return a sentence about those that could not be, empty if all could."""
    failed = []
    for entry_point in entry_points(group=GROUP):
        try:
            entry_point.load()
        except Exception as error:  # noqa: BLE001 - what it would bring stays unknown, and is named with the reason
            failed.append(f"{entry_point.value} ({type(error).__name__}: {error})")
    return f" Modules of expectations that could not be imported: {', '.join(failed)}." if failed else ""


def reads_all_columns(expectation: str) -> bool:
    """Return whether a registered expectation may read other columns than those that its entry names."""
    from great_expectations.expectations import expectation as kinds

    of_columns = (
        kinds.ColumnAggregateExpectation,
        kinds.ColumnMapExpectation,
        kinds.ColumnPairMapExpectation,
        kinds.MulticolumnMapExpectation,
    )
    known = _implementation(expectation)
    return not issubclass(known, of_columns) and not known.__module__.startswith("great_expectations.")


def is_only_in_memory(expectation: str) -> bool:
    """Return whether a registered expectation says, by an attribute `in_memory_only`, that SQL cannot judge it."""
    return bool(getattr(_implementation(expectation), "in_memory_only", False))


def quotes_no_values(expectation: str) -> bool:
    """Return whether an expectation says, by that attribute, that neither its result nor its errors quote a cell."""
    return bool(getattr(_implementation(expectation), "quotes_no_values", False))


def _implementation(expectation: str) -> Any:
    from great_expectations.expectations.registry import get_expectation_impl

    return get_expectation_impl(expectation)
