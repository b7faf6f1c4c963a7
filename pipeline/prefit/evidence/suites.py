"""What came of the entries of an expectation suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["ExpectationResult", "SuiteResult", "Unjudged"]


Unjudged = Literal["error", "not_run", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationResult:
    """Outcome of one entry of an expectation suite.

    `error` is the reason why it could not be judged, None when it was; `unjudged` says of which kind that is: it came
    to an error, it was not run because it does not fit into memory, or Great Expectations would have dropped it without
    a word. `kwargs` are as in the suite, without `column`.
    """

    expectation: str
    column: str | None
    kwargs: Mapping[str, Any]
    success: bool
    severity: Literal["critical", "warning", "info"]
    observed: Any
    n_unexpected: int | None
    unexpected_fraction: float | None
    positions: tuple[int, ...]
    error: str | None = None
    unjudged: Unjudged | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """Outcome of an expectation suite; one result per entry, in suite order, none dropped."""

    name: str
    path: str
    results: tuple[ExpectationResult, ...]
