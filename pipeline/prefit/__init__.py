"""prefit: know before you fit.

Says whether training on a data set will work, and why not, before you train. The names here are loaded when they are
first used, so that ``import prefit`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Forecast": "prefit.evidence",
    "InputError": "prefit.errors",
    "PrefitError": "prefit.errors",
    "Report": "prefit.report",
    "UsageError": "prefit.errors",
    "check": "prefit.gate",
    "compare": "prefit.comparing",
    "extrapolate": "prefit.probes",
    "history": "prefit.records",
    "label_noise": "prefit.stages",
    "learning_curves": "prefit.stages",
    "open_source": "prefit.sources",
    "profile": "prefit.stages",
    "suggest": "prefit.suggesting",
    "training_risks": "prefit.foreseeing",
}

__all__ = [
    "Forecast",
    "InputError",
    "PrefitError",
    "Report",
    "UsageError",
    "__version__",
    "check",
    "compare",
    "extrapolate",
    "history",
    "label_noise",
    "learning_curves",
    "open_source",
    "profile",
    "suggest",
    "training_risks",
]

if TYPE_CHECKING:
    from prefit.comparing import compare
    from prefit.errors import InputError, PrefitError, UsageError
    from prefit.evidence import Forecast
    from prefit.foreseeing import training_risks
    from prefit.gate import check
    from prefit.probes import extrapolate
    from prefit.records import history
    from prefit.report import Report
    from prefit.sources import open_source
    from prefit.stages import label_noise, learning_curves, profile
    from prefit.suggesting import suggest


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'prefit' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
