"""The check ``expectation-failed``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.expectations.rule import columns_of, rule
from prefit.evidence import Evidence, ExpectationResult
from prefit.finding import Finding, Status
from prefit.wording import percent, rows

__all__ = ["ExpectationFailed"]

_STATUS: dict[str, Status] = {"critical": "fail", "warning": "warn", "info": "pass"}


@dataclass(frozen=True)
class ExpectationFailed:
    """Do the data break an expectation of the suite?

    What it measures
    ----------------
    Every entry of the suite that ``--expectations`` names, judged on all rows by Great Expectations. Each entry that
    does not hold is one finding: a failure for severity ``critical`` (the default of Great Expectations), a
    warning for ``warning``, and a remark for ``info``. The limits are those of the suite, ``mostly`` included.

    Why it hurts training
    ---------------------
    An expectation is what somebody knows about the data and no statistic can guess: the unit of a column, the range of
    an age, the set of codes. Where it breaks, an upstream change or a fault is in the rows, and a model learns it.

    Example
    -------
    The suite says that ``age`` lies between 0 and 120; after a change of the export 41 rows hold 999 for "not known".

    What to do
    ----------
    Look at the rows that the finding names (positions are counted from 0). Mend them where they are made, or leave them
    out; where the data are right and the world has changed, change the expectation.

    When it may be a false alarm
    ----------------------------
    When the suite was written, or inferred, from fewer or older rows than these: ranges and category sets age. Set
    ``mostly``, or the severity ``warning``, for what may be broken now and then.

    References
    ----------
    Great Expectations, Core documentation: https://docs.greatexpectations.io/docs/core/define_expectations/
    """

    id: ClassVar[str] = "expectation-failed"
    stage: ClassVar[Stage] = "expectations"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("suite",)

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each expectation that was judged and does not hold."""
        assert evidence.suite is not None
        judged = [result for result in evidence.suite.results if result.error is None]
        if not judged:
            yield Finding(check=self.id, status="skip", message="Not one expectation of the suite could be judged.")
        for result in judged:
            if not result.success:
                yield self._finding(result, show_values=evidence.show_values)

    def _finding(self, result: ExpectationResult, *, show_values: bool) -> Finding:
        measured, limit, unit = _figures(result)
        broken = rule(result, show_values=show_values)
        return Finding(
            check=self.id,
            status=_STATUS[result.severity],
            message=f"{broken} does not hold{_outcome(result, show_values=show_values)}.",
            columns=columns_of(result),
            measured=measured,
            limit=limit,
            unit=unit,
            why="The data are not what the suite says they must be: a model learns the fault along with the rest.",
            remedy="Mend or leave out the rows where they are made; if the data are right, change the expectation.",
        )


def _outcome(result: ExpectationResult, *, show_values: bool) -> str:
    if result.n_unexpected is not None and result.unexpected_fraction is not None:
        where = f", the first at position {result.positions[0]}" if result.positions else ""
        shown = f", among them {result.observed[:5]!r}" if show_values and isinstance(result.observed, list) else ""
        return f" in {rows(result.n_unexpected)} ({percent(result.unexpected_fraction)} of those judged){where}{shown}"
    if result.observed is not None:
        return f": observed {result.observed!r}"
    return ""


def _figures(result: ExpectationResult) -> tuple[float | None, float | None, str]:
    """Return the figure that was judged, the limit that it crossed, and their unit."""
    if result.unexpected_fraction is not None:
        mostly = result.kwargs.get("mostly")
        return result.unexpected_fraction, 1.0 - (1.0 if mostly is None else mostly), "fraction"
    observed = result.observed
    if isinstance(observed, bool) or not isinstance(observed, int | float):
        return None, None, ""
    low, high, exact = (_number(result.kwargs.get(key)) for key in ("min_value", "max_value", "value"))
    crossed = low if low is not None and observed <= low else high
    unit = next((unit for part, unit in _UNITS.items() if part in result.expectation), "")
    return float(observed), exact if exact is not None else crossed, unit


_UNITS = {"row_count": "rows", "column_count": "columns", "unique_value_count": "values", "proportion": "fraction"}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
