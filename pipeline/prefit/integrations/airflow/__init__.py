"""prefit in Airflow: an operator and a task decorator that end a run before a training that will not work.

Works in Airflow 3 and 2.11. Nothing here needs the libraries that prefit needs: the check runs in a process of its own,
in whatever environment prefit is installed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefit.integrations.airflow.decorator import prefit_task
    from prefit.integrations.airflow.operator import PrefitOperator

__all__ = ["PrefitOperator", "prefit_task"]

_HOMES = {"PrefitOperator": "operator", "prefit_task": "decorator"}


def __getattr__(name: str) -> Any:  # Airflow asks for the provider before it can be imported itself
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
