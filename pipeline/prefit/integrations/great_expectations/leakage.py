"""The expectation ``expect_columns_not_to_leak_target``."""

# ruff: noqa: ARG002 - the signature is that of Great Expectations

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic

from prefit.errors import InputError
from prefit.integrations.great_expectations.base import MeasuredExpectation
from prefit.integrations.great_expectations.metrics import LEAKS

__all__ = ["ExpectColumnsNotToLeakTarget"]


class ExpectColumnsNotToLeakTarget(MeasuredExpectation):
    """Expect that no column gives the target away, by its values or by where they are missing.

    Observed is the number of columns that do, found by the checks ``target-leakage`` and ``missingness-leakage``: alone
    they predict the target almost perfectly and stand apart from the others. The details are their findings.

    Parameters
    ----------
    target : str
    min_skill : float, default 0.9
        Skill from which a single column is suspect: 0 is that of a constant, 1 of the truth.
    """

    target: str = pydantic.Field(description="The column to be predicted.")
    min_skill: float = pydantic.Field(0.9, gt=0, le=1, description="Skill from which a single column is suspect.")

    metric_dependencies: ClassVar[tuple[str, ...]] = (LEAKS,)
    success_keys: ClassVar[tuple[str, ...]] = ("target", "task", "min_skill")
    args_keys: ClassVar[tuple[str, ...]] = ("target", "min_skill")
    says: ClassVar[str] = "No column may predict $target alone with a skill of $min_skill or more and stand apart."

    class Config:
        """What Great Expectations calls it."""

        title = "Expect columns not to leak target"

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        findings = metrics[LEAKS].findings
        unjudged = next((finding for finding in findings if finding.status in ("skip", "error")), None)
        if unjudged is not None:
            raise InputError(f"leaks of {self.target!r} could not be looked for: {unjudged.message}")
        found = [finding for finding in findings if finding.status in ("fail", "warn")]
        columns = {column for finding in found for column in finding.columns}
        return {
            "success": not found,
            "result": {
                "observed_value": len(columns),
                "details": {
                    "columns": sorted(columns),
                    "findings": [
                        {
                            "check": finding.check,
                            "columns": list(finding.columns),
                            "measured": finding.measured,
                            "limit": finding.limit,
                            "message": finding.message,
                        }
                        for finding in found
                    ],
                },
            },
        }
