"""The expectation ``expect_learning_curve_gap_to_be_less_than``."""

# ruff: noqa: ARG002 - the signature is that of Great Expectations

from __future__ import annotations

from typing import Any, ClassVar, Optional

from great_expectations.compatibility import pydantic

from prefit.errors import InputError
from prefit.integrations.great_expectations.base import MeasuredExpectation
from prefit.integrations.great_expectations.metrics import CURVES

__all__ = ["ExpectLearningCurveGapToBeLessThan"]


class ExpectLearningCurveGapToBeLessThan(MeasuredExpectation):
    """Expect a training on all rows to score on unseen rows nearly what it scores on its own.

    Observed is the forecast of the skill on training rows less that on unseen rows, for the family with the best
    forecast or the best of `model`; the details hold both scores with their intervals.

    Parameters
    ----------
    target : str
    max_value : float, default 0.1
        The gap from which prefit speaks of overfitting.
    model : list of {"linear", "boosting", "forest", "neural"}, optional
    budget : str, default "30s"
        Time for the trainings; what is trained follows from it, and not from the clock.
    """

    target: str = pydantic.Field(description="The column to be predicted.")
    max_value: float = pydantic.Field(0.1, ge=0, description="The largest gap in skill.")
    model: Optional[list[str]] = pydantic.Field(None, description="The families that are to be trained.")  # noqa: UP045
    budget: str = pydantic.Field("30s", description="Time for the trainings.")

    metric_dependencies: ClassVar[tuple[str, ...]] = (CURVES,)
    success_keys: ClassVar[tuple[str, ...]] = ("target", "task", "max_value", "model", "budget")
    args_keys: ClassVar[tuple[str, ...]] = ("target", "max_value", "model", "budget")
    says: ClassVar[str] = (
        "Trained on all rows, a model must predict $target on unseen rows with at most $max_value less skill than on"
        " the rows that it was trained on."
    )

    class Config:
        """What Great Expectations calls it."""

        title = "Expect learning curve gap to be less than"

    def _validate(self, metrics: Any, runtime_configuration: Any = None, execution_engine: Any = None) -> Any:
        curves = metrics[CURVES]
        forecast = curves.forecasts.get(curves.chosen)
        if forecast is None:
            why = curves.failures.get(curves.chosen, "it has no forecast")
            raise InputError(f"family {curves.chosen!r} must be fitted to have a gap; got {why}. Choose another.")
        gap = (forecast.train.mean - forecast.held_out.mean) / (1 - curves.constant)
        return {
            "success": gap <= self.max_value,
            "result": {
                "observed_value": float(gap),
                "details": {
                    "family": curves.chosen,
                    "metric": curves.metric,
                    "train": _interval(forecast.train),
                    "held_out": _interval(forecast.held_out),
                    "planned_rows": int(curves.planned_rows),
                },
            },
        }


def _interval(forecast: Any) -> dict[str, float]:
    return {"mean": float(forecast.mean), "low": float(forecast.low), "high": float(forecast.high)}
