"""Names that Airflow 3 has elsewhere than Airflow 2."""

from __future__ import annotations

try:
    from airflow.sdk import BaseOperator, ObjectStoragePath
    from airflow.sdk.bases.decorator import DecoratedOperator, determine_kwargs, task_decorator_factory
    from airflow.sdk.definitions._internal.types import SET_DURING_EXECUTION
    from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
except ImportError:  # Airflow 2
    from airflow.decorators.base import DecoratedOperator, task_decorator_factory
    from airflow.exceptions import AirflowException, AirflowFailException, AirflowSkipException
    from airflow.io.path import ObjectStoragePath
    from airflow.models.baseoperator import BaseOperator
    from airflow.utils.operator_helpers import determine_kwargs
    from airflow.utils.types import NOTSET as SET_DURING_EXECUTION

__all__ = [
    "SET_DURING_EXECUTION",
    "AirflowException",
    "AirflowFailException",
    "AirflowSkipException",
    "BaseOperator",
    "DecoratedOperator",
    "ObjectStoragePath",
    "determine_kwargs",
    "task_decorator_factory",
]
