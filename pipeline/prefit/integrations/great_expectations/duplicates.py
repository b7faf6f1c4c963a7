"""The expectation ``expect_duplicate_row_share_to_be_less_than``."""

# ruff: noqa: ARG002 - the signature is that of Great Expectations

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic

from prefit.integrations.great_expectations.base import MeasuredExpectation
from prefit.integrations.great_expectations.metrics import EVIDENCE

__all__ = ["ExpectDuplicateRowShareToBeLessThan"]


class ExpectDuplicateRowShareToBeLessThan(MeasuredExpectation):
    """Expect few rows to repeat an earlier row in every column.

    Observed is the share of such rows, less the share that chance explains where columns are few and coarse.

    Parameters
    ----------
    max_value : float, default 0.007
        As for the check ``duplicate-rows``: with more, a random hold-out tests on what was trained on.
    """

    max_value: float = pydantic.Field(0.007, ge=0, le=1, description="The largest share of repeated rows.")

    metric_dependencies: ClassVar[tuple[str, ...]] = (EVIDENCE,)
    success_keys: ClassVar[tuple[str, ...]] = ("target", "task", "max_value")
    args_keys: ClassVar[tuple[str, ...]] = ("max_value",)
    says: ClassVar[str] = "At most $max_value of the rows may repeat an earlier row in every column."

    class Config:
        """What Great Expectations calls it."""

        title = "Expect duplicate row share to be less than"

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        from prefit.checks.chance import repeated_fraction

        profile = metrics[EVIDENCE].profile
        share = profile.duplicates.estimate / max(profile.n_rows, 1)
        chance = repeated_fraction(profile.columns.values(), profile.n_rows)
        observed = max(0.0, share - chance)
        return {
            "success": observed <= self.max_value,
            "result": {
                "observed_value": observed,
                "details": {
                    "share": share,
                    "chance": chance,
                    "positions": [int(row) for row in profile.duplicates.positions],
                },
            },
        }
