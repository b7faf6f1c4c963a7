"""The check ``expectation-error``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.expectations.rule import columns_of, rule
from prefit.evidence import Evidence, Unjudged
from prefit.finding import Finding

__all__ = ["ExpectationError"]

_KINDS: dict[Unjudged | None, str] = {
    None: "could not be judged",
    "error": "could not be judged",
    "not_run": "was not run",
    "dropped": "is unknown",
}


@dataclass(frozen=True)
class ExpectationError:
    """Could an expectation of the suite not be judged?

    What it measures
    ----------------
    The entries of the suite that ``--expectations`` names that neither hold nor fail. Some come to an error: their
    column is not in the data, their arguments are not those of the rule, or the values of the column cannot be compared
    with the limits. Some are of a type that Great Expectations does not know, which it would drop without a word. And
    some are not run: only Python can judge them, and their columns do not fit into ``--memory``.

    Why it hurts training
    ---------------------
    A gate that passes what it could not look at is no gate: the fault that the expectation was written for may be in
    the data. So the verdict is *cannot tell* until the entry can be judged.

    Example
    -------
    The suite says that ``chol`` is at least 1, and the file holds ``?`` for a missing value: the column was read as
    text, and a text is neither above nor below 1.

    What to do
    ----------
    Correct the name of the column, read the column in its proper type, or take the entry out of the suite.
    Give more ``--memory`` to what was not run. ``--show-values`` shows the message of Great Expectations, which may
    quote values.

    When it may be a false alarm
    ----------------------------
    Never about the data: the entry was not judged. The suite may belong to another data set.

    References
    ----------
    Great Expectations, Core documentation: https://docs.greatexpectations.io/docs/core/define_expectations/
    """

    id: ClassVar[str] = "expectation-error"
    stage: ClassVar[Stage] = "expectations"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("suite",)

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each expectation that could not be judged."""
        assert evidence.suite is not None
        for result in evidence.suite.results:
            if result.error is not None:
                skipped = result.unjudged == "not_run"
                named = rule(result, show_values=evidence.show_values)
                yield Finding(
                    check=self.id,
                    status="skip" if skipped else "error",
                    message=f"{named} {_KINDS[result.unjudged]}: {result.error}",
                    columns=columns_of(result),
                    why="What was not looked at may be wrong, and training on it would show only later.",
                    remedy="Give more --memory."
                    if skipped
                    else "Correct the entry, the column or its type, or take the entry out of the suite.",
                )
