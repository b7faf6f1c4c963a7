"""The expectation ``expect_label_noise_rate_to_be_less_than``."""

# ruff: noqa: ARG002 - the signature is that of Great Expectations

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic

from prefit.integrations.great_expectations.base import MeasuredExpectation
from prefit.integrations.great_expectations.metrics import NOISE

__all__ = ["ExpectLabelNoiseRateToBeLessThan"]

_MOST_POSITIONS = 100


class ExpectLabelNoiseRateToBeLessThan(MeasuredExpectation):
    """Expect few labels to be wrong.

    Observed is the estimated rate of wrong labels, which classes that overlap do not raise. It is met unless the whole
    90 % interval lies above the limit; the details hold the interval and the rows that are most probably wrong.

    Parameters
    ----------
    target : str
        A column of classes.
    max_value : float, default 0.03
    """

    target: str = pydantic.Field(description="The column to be predicted.")
    max_value: float = pydantic.Field(0.03, ge=0, le=1, description="The largest rate of wrong labels.")

    metric_dependencies: ClassVar[tuple[str, ...]] = (NOISE,)
    success_keys: ClassVar[tuple[str, ...]] = ("target", "task", "max_value")
    args_keys: ClassVar[tuple[str, ...]] = ("target", "max_value")
    says: ClassVar[str] = "At most $max_value of the labels in $target may be wrong."

    class Config:
        """What Great Expectations calls it."""

        title = "Expect label noise rate to be less than"

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        noise = metrics[NOISE]
        suspects = noise.suspects
        positions = suspects.positions[suspects.of_tier("act")]
        return {
            "success": bool(noise.low <= self.max_value),
            "result": {
                "observed_value": float(noise.mean),
                "details": {
                    "low": float(noise.low),
                    "high": float(noise.high),
                    "ambiguity": float(noise.ambiguity),
                    "rows_looked_at": int(noise.n_rows),
                    "positions": [int(row) for row in positions[:_MOST_POSITIONS]],
                },
            },
        }
