"""The expectation ``expect_target_class_share_to_be_between``."""

# ruff: noqa: ARG002 - the signature is that of Great Expectations

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic

from prefit.integrations.great_expectations.base import MeasuredExpectation, require_classes
from prefit.integrations.great_expectations.metrics import EVIDENCE

__all__ = ["ExpectTargetClassShareToBeBetween"]


class ExpectTargetClassShareToBeBetween(MeasuredExpectation):
    """Expect every class of the target to have between `min_value` and `max_value` of the labelled rows.

    Observed is the share of the rarest class or, if that is within the limits, of the most frequent one; the details
    hold both, and the number of classes. A target with one class fails, whatever the limits.

    Parameters
    ----------
    target : str
    min_value, max_value : float, default 0.01 and 0.99
    """

    target: str = pydantic.Field(description="The column to be predicted.")
    min_value: float = pydantic.Field(0.01, ge=0, le=1, description="The least share of a class.")
    max_value: float = pydantic.Field(0.99, ge=0, le=1, description="The largest share of a class.")

    metric_dependencies: ClassVar[tuple[str, ...]] = (EVIDENCE,)
    success_keys: ClassVar[tuple[str, ...]] = ("target", "task", "min_value", "max_value")
    args_keys: ClassVar[tuple[str, ...]] = ("target", "min_value", "max_value")
    says: ClassVar[str] = "Every class of $target must have between $min_value and $max_value of the labelled rows."

    class Config:
        """What Great Expectations calls it."""

        title = "Expect target class share to be between"

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        from prefit.checks.columns import class_sizes

        evidence = metrics[EVIDENCE]
        require_classes(evidence, self.expectation_type)
        sizes = class_sizes(evidence)
        shares = [size / sum(sizes) for size in sizes] or [0.0]
        rarest, largest = shares[-1], shares[0]
        outside = largest if rarest >= self.min_value and largest > self.max_value else rarest
        return {
            "success": len(sizes) > 1 and self.min_value <= rarest and largest <= self.max_value,
            "result": {
                "observed_value": outside,
                "details": {"classes": len(sizes), "rarest": rarest, "most_frequent": largest},
            },
        }
