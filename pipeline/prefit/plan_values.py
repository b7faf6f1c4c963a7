"""A training plan from what was written: a table of the configuration, or KEY=VALUE on the command line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from prefit.errors import UsageError, did_you_mean
from prefit.plan import TrainingPlan

__all__ = ["MOST_PARAMETERS", "plan_table", "training_plan"]

MOST_PARAMETERS = 20_000_000
"""Parameters beyond which a hidden layer stack is not probed: its state would take most of a gigabyte."""

_BOUNDS: Mapping[str, tuple[float, float]] = {
    "depth": (1, 200),
    "width": (1, 4_096),
    "learning_rate": (1e-12, 1e6),
    "batch_size": (1, 1_000_000),
    "epochs": (1, 100_000),
    "dropout": (0.0, 0.99),
    "weight_decay": (0.0, 1e3),
    "clip_norm": (0.0, 1e6),
}


def plan_table(given: Any) -> dict[str, Any]:
    """Return the keys and values of a plan that is given as a table, a list of KEY=VALUE, or a plan.

    Raises
    ------
    UsageError
        If it is none of these.
    """
    if isinstance(given, TrainingPlan):
        return asdict(given)
    if isinstance(given, Mapping):
        return dict(given)
    items = (given,) if isinstance(given, str) else given if isinstance(given, Sequence) else (None,)
    pairs = [item.partition("=") if isinstance(item, str) else ("", "", "") for item in items]
    if not all(key and value for key, _, value in pairs):
        raise UsageError(f"plan must read KEY=VALUE; got {given!r}. Write for example learning_rate=0.01.")
    return {key.strip(): value.strip() for key, _, value in pairs}


def training_plan(given: Any) -> TrainingPlan:
    """Return the plan that is given, defaults where it says nothing.

    Raises
    ------
    UsageError
        If a key is unknown or a value makes no sense.

    Examples
    --------
    >>> training_plan(["depth=2", "optimizer=sgd"]).depth
    2
    """
    if isinstance(given, TrainingPlan):
        given = asdict(given)
    hints = get_type_hints(TrainingPlan)
    known = [key.name for key in fields(TrainingPlan)]
    values: dict[str, Any] = {}
    for key, value in plan_table(given).items():
        if key not in known:
            raise UsageError(f"plan: key {key!r} does not exist; keys: {did_you_mean(str(key), known, limit=20)}")
        values[key] = _value(key, value, hints[key])
    plan = TrainingPlan(**values)
    n_parameters = max(0, plan.depth - 2) * plan.width**2
    if n_parameters > MOST_PARAMETERS:
        raise UsageError(
            f"plan must have at most {MOST_PARAMETERS:,} weights between hidden layers to be probed; got "
            f"{n_parameters:,}. Lower depth or width."
        )
    return plan


def _value(key: str, value: Any, hint: Any) -> Any:
    if get_origin(hint) is Literal:
        return _choice(key, value, get_args(hint))
    return _flag(key, value) if hint is bool else _number(key, value)


def _choice(key: str, value: Any, choices: Sequence[str]) -> str:
    if value not in choices:
        raise UsageError(f"plan: {key} must be a known one; got {value!r}. Known: {did_you_mean(str(value), choices)}")
    return str(value)


def _flag(key: str, value: Any) -> bool:
    flags = {"true": True, "false": False}
    if isinstance(value, bool) or value in flags:
        return value if isinstance(value, bool) else flags[value]
    raise UsageError(f"plan: {key} must be true or false; got {value!r}. Change it.")


def _number(key: str, value: Any) -> float | int | None:
    if key == "learning_rate" and value in ("auto", None):
        return None
    whole = key in ("depth", "width", "batch_size", "epochs")
    low, high = _BOUNDS[key]
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not low <= number <= high or (whole and number != int(number)):
        what = "a whole number" if whole else "a number"
        raise UsageError(f"plan: {key} must be {what} from {low:g} to {high:g}; got {value!r}. Change it.")
    return int(number) if whole else number
