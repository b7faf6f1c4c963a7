"""The expectation ``expect_target_conflict_share_to_be_less_than``."""

# ruff: noqa: ARG002 - the signature is that of Great Expectations

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic

from prefit.integrations.great_expectations.base import MeasuredExpectation, require_classes
from prefit.integrations.great_expectations.metrics import EVIDENCE

__all__ = ["ExpectTargetConflictShareToBeLessThan"]


class ExpectTargetConflictShareToBeLessThan(MeasuredExpectation):
    """Expect few rows to have the same features as a row with another label.

    Observed is the share of such rows among those with a label, less the share that chance explains. It is no estimate
    of how many labels are wrong: rows without a twin are not judged.

    Parameters
    ----------
    target : str
    max_value : float, default 0.01
    """

    target: str = pydantic.Field(description="The column to be predicted.")
    max_value: float = pydantic.Field(0.01, ge=0, le=1, description="The largest share of rows in conflict.")

    metric_dependencies: ClassVar[tuple[str, ...]] = (EVIDENCE,)
    success_keys: ClassVar[tuple[str, ...]] = ("target", "task", "max_value")
    args_keys: ClassVar[tuple[str, ...]] = ("target", "max_value")
    says: ClassVar[str] = "At most $max_value of the rows may have the same features as a row with another $target."

    class Config:
        """What Great Expectations calls it."""

        title = "Expect target conflict share to be less than"

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        from prefit.checks.chance import twin_fraction
        from prefit.checks.columns import features, labelled_rows

        evidence = metrics[EVIDENCE]
        require_classes(evidence, self.expectation_type)
        conflicts, n_rows = evidence.profile.conflicts, labelled_rows(evidence)
        share = conflicts.estimate / max(n_rows, 1)
        chance = twin_fraction(features(evidence), n_rows)
        observed = max(0.0, share - chance)
        return {
            "success": observed <= self.max_value,
            "result": {
                "observed_value": observed,
                "details": {"share": share, "chance": chance, "positions": [int(row) for row in conflicts.positions]},
            },
        }
