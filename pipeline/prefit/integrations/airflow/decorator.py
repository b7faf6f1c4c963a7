"""The task decorator: the function says where the data are, the task judges them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from prefit.integrations.airflow.compat import (
    SET_DURING_EXECUTION,
    DecoratedOperator,
    determine_kwargs,
    task_decorator_factory,
)
from prefit.integrations.airflow.operator import PrefitOperator

__all__ = ["prefit_task"]


class _PrefitDecoratedOperator(DecoratedOperator, PrefitOperator):  # type: ignore[misc, unused-ignore]
    """Runs a function, and judges the data that it names."""

    template_fields: Sequence[str] = (
        *DecoratedOperator.template_fields,
        *(name for name in PrefitOperator.template_fields if name != "data"),
    )
    custom_operator_name: ClassVar[str] = "@task.prefit"

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Collection[Any] | None = None,
        op_kwargs: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("multiple_outputs", None)  # the value is one small dict
        super().__init__(
            python_callable=python_callable,
            op_args=op_args,
            op_kwargs=op_kwargs,
            data=SET_DURING_EXECUTION,
            multiple_outputs=False,
            **kwargs,
        )

    def execute(self, context: Any) -> dict[str, Any]:
        """Ask the function for the data, and judge them."""
        merged = {**context, **self.op_kwargs}
        found = self.python_callable(*self.op_args, **determine_kwargs(self.python_callable, self.op_args, merged))
        if not isinstance(found, str) or not found:
            raise TypeError(
                f"a function under @task.prefit must return the path or URI of data; got {type(found).__name__}."
            )
        self.data = found
        return PrefitOperator.execute(self, context)


def prefit_task(python_callable: Callable[..., Any] | None = None, **kwargs: Any) -> Any:
    """Make a task of a function that returns the path or URI of data: the task judges them.

    Parameters
    ----------
    python_callable : callable
        Takes what any task function takes.
    **kwargs
        As for `PrefitOperator`, but ``data``.

    Returns
    -------
    TaskDecorator
        Also to be found as ``@task.prefit`` where prefit is installed as a provider.
    """
    return task_decorator_factory(
        python_callable=python_callable,
        decorated_operator_class=_PrefitDecoratedOperator,
        **kwargs,
    )
