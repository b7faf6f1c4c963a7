"""What the expectations are judged by: measurements of prefit on a batch of pandas, as metrics.

Expectations of one suite that ask for the same measurement with the same arguments share it.
"""

# ruff: noqa: N805 - the signature is that of Great Expectations, which makes class methods of these

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import PandasExecutionEngine, SparkDFExecutionEngine, SqlAlchemyExecutionEngine
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from prefit.errors import PrefitError, UsageError
from prefit.evidence import Curves, Evidence, LabelNoise

__all__ = ["CURVES", "EVIDENCE", "LEAKS", "NOISE"]

EVIDENCE = "prefit.evidence"
LEAKS = "prefit.leaks"
CURVES = "prefit.learning_curves"
NOISE = "prefit.label_noise"

_REFUSED = "batch must be one of pandas; got one of {engine}. Read the rows, or a sample of them, into a data frame."
_CHECKS = ("target-leakage", "missingness-leakage")


class _Measured(TableMetricProvider):  # type: ignore[misc]
    """A measurement on a batch of pandas; on others it says that it is none."""

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(cls, **_: Any) -> Any:
        raise UsageError(_REFUSED.format(engine="SQL"))

    @metric_value(engine=SparkDFExecutionEngine)  # type: ignore[untyped-decorator]
    def _spark(cls, **_: Any) -> Any:
        raise UsageError(_REFUSED.format(engine="Spark"))


class _OfProfile(_Measured):
    """The profile of all rows, and what is to be learnt from them."""

    metric_name = EVIDENCE
    value_keys = ("target", "task")

    @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Mapping[str, Any], **_: Any
    ) -> Evidence:
        from prefit.config import make_options
        from prefit.resolve import resolve
        from prefit.stages import profile

        target = metric_value_kwargs.get("target")
        with _telling_no_values():
            found = profile(_frame(execution_engine, metric_domain_kwargs), target=target, workers=1)
            options = {"target": target, "task": metric_value_kwargs.get("task")}
            return Evidence(task=resolve(found, make_options(options)), profile=found)


class _OfLeaks(_Measured):
    """The report of the checks that look for columns which give the target away."""

    metric_name = LEAKS
    value_keys = ("target", "task", "min_skill")

    @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Mapping[str, Any], **_: Any
    ) -> Any:
        from prefit.gate import check

        with _telling_no_values():
            return check(
                _frame(execution_engine, metric_domain_kwargs),
                target=metric_value_kwargs["target"],
                task=metric_value_kwargs.get("task"),
                level="quick",
                only=_CHECKS,
                checks={"target-leakage": {"min_skill": metric_value_kwargs["min_skill"]}},
                workers=1,
            )


class _OfCurves(_Measured):
    """Learning curves of the families, and the forecast of the training on all rows."""

    metric_name = CURVES
    value_keys = ("target", "task", "model", "budget")

    @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Mapping[str, Any], **_: Any
    ) -> Curves:
        from prefit.stages import learning_curves

        with _telling_no_values():
            return learning_curves(
                _frame(execution_engine, metric_domain_kwargs),
                target=metric_value_kwargs["target"],
                task=metric_value_kwargs.get("task"),
                model=metric_value_kwargs.get("model"),
                budget=metric_value_kwargs.get("budget"),
                workers=1,
            )


class _OfLabels(_Measured):
    """How many labels are wrong, and which."""

    metric_name = NOISE
    value_keys = ("target", "task")

    @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(
        cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: Mapping[str, Any], **_: Any
    ) -> LabelNoise:
        from prefit.stages import label_noise

        with _telling_no_values():
            return label_noise(
                _frame(execution_engine, metric_domain_kwargs),
                target=metric_value_kwargs["target"],
                task=metric_value_kwargs.get("task"),
                workers=1,
            )


@contextmanager
def _telling_no_values() -> Iterator[None]:
    """Let the errors of prefit through, which quote no cell; of others only their kind, and their traceback."""
    try:
        yield
    except PrefitError:
        raise
    except Exception as error:
        raise RuntimeError(f"measuring it failed with {type(error).__name__}") from error


def _frame(execution_engine: Any, domain_kwargs: Any) -> Any:
    frame, _, _ = execution_engine.get_compute_domain(domain_kwargs, domain_type=MetricDomainTypes.TABLE)
    return frame
