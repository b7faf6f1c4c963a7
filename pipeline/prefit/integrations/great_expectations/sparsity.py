"""The expectation ``expect_columns_not_to_be_sparse``."""

# ruff: noqa: ARG002 - the signature is that of Great Expectations

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic

from prefit.integrations.great_expectations.base import MeasuredExpectation
from prefit.integrations.great_expectations.metrics import EVIDENCE

__all__ = ["ExpectColumnsNotToBeSparse"]


class ExpectColumnsNotToBeSparse(MeasuredExpectation):
    """Expect no feature to be mostly missing, and most numeric features not to be nearly always zero.

    Observed is how many columns break that; the details name them with their shares. A few rare flags are no sparse
    table: features that are nearly always zero count only if there are three of them, and more than `max_sparse_share`.

    Parameters
    ----------
    target : str, optional
    max_missing : float, default 0.5
        Share of rows without a value that a feature may have.
    max_zero : float, default 0.95
        Share of zeros among its values above which a numeric feature is sparse.
    max_sparse_share : float, default 0.5
        Share of the numeric features that may be sparse.
    """

    max_missing: float = pydantic.Field(0.5, ge=0, le=1, description="The largest share of missing values.")
    max_zero: float = pydantic.Field(0.95, ge=0, le=1, description="The largest share of zeros.")
    max_sparse_share: float = pydantic.Field(0.5, ge=0, le=1, description="Share of features that may be sparse.")

    metric_dependencies: ClassVar[tuple[str, ...]] = (EVIDENCE,)
    success_keys: ClassVar[tuple[str, ...]] = ("target", "task", "max_missing", "max_zero", "max_sparse_share")
    args_keys: ClassVar[tuple[str, ...]] = ("target", "max_missing", "max_zero", "max_sparse_share")
    says: ClassVar[str] = (
        "No feature may lack more than $max_missing of its values, and at most $max_sparse_share of the numeric"
        " features may be zero in more than $max_zero of their rows."
    )

    class Config:
        """What Great Expectations calls it."""

        title = "Expect columns not to be sparse"

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        from prefit.checks.columns import visible_columns
        from prefit.checks.support import density, sparse_features

        evidence = metrics[EVIDENCE]
        missing = {
            column.name: column.missing_fraction
            for column in visible_columns(evidence)
            if column.missing_fraction > self.max_missing
        }
        sparse = sparse_features(evidence, min_density=1 - self.max_zero, max_share=self.max_sparse_share)
        zero = {column.name: 1 - density(column) for column in sparse}
        return {
            "success": not missing and not zero,
            "result": {
                "observed_value": len(missing.keys() | zero.keys()),
                "details": {"mostly_missing": missing, "mostly_zero": zero},
            },
        }
