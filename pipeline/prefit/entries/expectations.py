"""What came of an expectation suite, as an entry of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefit.evidence import (
        ExpectationResult,
        SuiteResult,
    )


__all__ = ["expectations"]


_OPEN_LIMITS = frozenset({"regex", "regex_list", "strftime_format", "type_", "type_list"})
"""Arguments of expectations that say how values are built, and quote none."""


def expectations(suite: SuiteResult, *, show_values: bool) -> dict[str, Any]:
    """Return the outcome of an expectation suite."""
    return {
        "name": suite.name,
        "path": suite.path,
        "counts": {
            "success": sum(result.success and result.error is None for result in suite.results),
            "failed": sum(not result.success and result.error is None for result in suite.results),
            "error": sum(result.error is not None and result.unjudged in (None, "error") for result in suite.results),
            "not_run": sum(result.unjudged == "not_run" for result in suite.results),
            "dropped": sum(result.unjudged == "dropped" for result in suite.results),
        },
        "results": [_expectation(result, show_values) for result in suite.results],
    }


def _expectation(result: ExpectationResult, show_values: bool) -> dict[str, Any]:
    return {
        "expectation": result.expectation,
        "column": result.column,
        "success": result.success and result.error is None,
        "state": _state(result),
        "severity": result.severity,
        "limits": {
            key: value
            for key, value in result.kwargs.items()
            if show_values or isinstance(value, int | float) or key in _OPEN_LIMITS
        },
        "observed": result.observed if show_values or isinstance(result.observed, int | float | type(None)) else None,
        "unexpected": result.n_unexpected,
        "unexpected_fraction": result.unexpected_fraction,
        "positions": list(result.positions),
        "error": result.error,
    }


def _state(result: ExpectationResult) -> str:
    if result.error is not None:
        return result.unjudged or "error"
    return "met" if result.success else "failed"
