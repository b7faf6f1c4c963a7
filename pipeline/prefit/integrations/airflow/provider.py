"""What Airflow shows of prefit among its providers, and finds its task decorator by."""

from __future__ import annotations

from typing import Any

from prefit import __version__

__all__ = ["get_provider_info"]


def get_provider_info() -> dict[str, Any]:
    """Return the metadata of the provider, for the entry point ``apache_airflow_provider``."""
    return {
        "package-name": "prefit",
        "name": "prefit",
        "description": "Know before you fit: says whether training on a data set will work, before you train.",
        "versions": [__version__],
        "task-decorators": [
            {"name": "prefit", "class-name": "prefit.integrations.airflow.decorator.prefit_task"},
        ],
    }
