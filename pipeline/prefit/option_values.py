"""What each option may be: from what was written to the value that the run works with, or an error that says how."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, get_args

from prefit.errors import UsageError, did_you_mean
from prefit.own.model import OwnModel, own_model
from prefit.own.network import OwnNetwork, own_network
from prefit.plan_values import training_plan
from prefit.resident import parse_bytes
from prefit.task import COLUMN_KINDS, ERRORS, FAMILIES, METRICS, SCORES, Annotators, Level, Requirement, TaskKind
from prefit.verdict import FailOn
from prefit.waivers import make_rules

__all__ = ["CONVERTERS", "parse_seconds"]

LARGEST_SEED = 2**31 - 1
"""Repeats add to the seed, and the models take seeds below 2**32."""

_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>s|m|min|h|)")
_ADDRESS = re.compile(r"dask://([^\s/:@\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")
_REQUIREMENT = re.compile(r"\s*(?P<metric>\w+)\s*(?P<side>[<>]=)\s*(?P<limit>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*")
_NAMES = (*SCORES.values(), *(name for names in METRICS.values() for name in names))


def parse_seconds(text: str | float, name: str = "budget") -> float:
    """Return a duration in seconds; ``"90"``, ``"90s"``, ``"1.5m"`` and ``90.0`` are the same; `name` is for the error.

    Raises
    ------
    UsageError
        If it is not a positive duration.
    """
    match = _DURATION.fullmatch(str(text).strip())
    seconds = float(match["number"]) * _SECONDS[match["unit"]] if match else 0.0
    if seconds <= 0:
        raise UsageError(f"{name} must be a duration above 0; got {text!r}. Write for example 60s or 2m.")
    return seconds


def _requirement(text: str | Requirement) -> Requirement:
    if isinstance(text, Requirement):
        return text
    match = _REQUIREMENT.fullmatch(str(text))
    if match is None or match["metric"] not in _NAMES:
        raise UsageError(
            f"require must read METRIC>=NUMBER with one of {', '.join(_NAMES)}; got {text!r}. Write for example "
            "balanced_accuracy>=0.8."
        )
    metric, limit = match["metric"], float(match["limit"])
    side = "<=" if metric in ERRORS else ">="
    if match["side"] != side:
        better = "less" if metric in ERRORS else "more"
        raise UsageError(f"require: {better} is better of {metric}; got {text!r}. Write {metric}{side}{limit:g}.")
    if metric in ERRORS:
        if limit < 0:
            raise UsageError(f"require cannot ask for less than an error of 0; got {limit:g}. Raise it.")
        return Requirement(metric=metric, maximum=limit)
    if limit > 1:
        raise UsageError(f"require cannot ask for more than a perfect score of 1; got {limit:g}. Lower it.")
    return Requirement(metric=metric, minimum=limit)


def _strings(name: str, value: Any) -> tuple[str, ...]:
    items = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Sequence) else (None,)
    if not all(isinstance(item, str) for item in items):
        raise UsageError(f'{name} must be a list of names; got {value!r}. Write for example {name} = ["a", "b"].')
    return items


def _ids(name: str, value: Any) -> tuple[str, ...]:
    """Return ids of stages and checks, each alone or several separated by commas."""
    return tuple(part.strip() for item in _strings(name, value) for part in item.split(","))


def _models(value: Any) -> tuple[str | OwnModel | OwnNetwork, ...]:
    """Return the families by name, and what else is named or given as estimators or networks of the user."""
    items = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    models: list[str | OwnModel | OwnNetwork] = []
    for item in items:
        if isinstance(item, OwnModel | OwnNetwork):
            models.append(item)
        elif isinstance(item, str) and ":" not in item:
            models.append(_choice("model", item, (*FAMILIES, "MODULE:ATTRIBUTE")))
        else:
            taken = [str(getattr(model, "name", model)) for model in models]
            models.append(own_network(item, taken) or own_model(item, taken))
    return tuple(models)


def _table(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} must be a table; got {value!r}. Write it as [{name}] with a line per entry.")
    if name == "columns":
        for column, kind in value.items():
            _choice(f"kind of column {column!r}", kind, COLUMN_KINDS)
    return value


def _integer(name: str, value: Any, least: int, most: float = math.inf) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        most_said = "" if math.isinf(most) else f" and at most {most:,}"
        raise UsageError(f"{name} must be a whole number of at least {least}{most_said}; got {value!r}. Change it.")
    return value


def _instance(name: str, value: Any, kind: type | tuple[type, ...], words: str) -> Any:
    if not isinstance(value, kind):
        raise UsageError(f"{name} must be {words}; got {value!r}. Change it.")
    return value


def _text(name: str, value: Any, words: str, kind: type | tuple[type, ...] = str) -> Any:
    """Refuse an empty text as well, which a variable leaves that was never set."""
    if value == "":
        raise UsageError(f"{name} must be {words}; got an empty text. Name it, or leave the option out.")
    return _instance(name, value, kind, words)


def _baseline(value: Any) -> Any:
    from prefit.report import Report

    words = "the path of a report.json or of a folder with one"
    return _instance("baseline", value, (str, os.PathLike, Mapping, Report), words)


def _choice(name: str, value: Any, choices: Sequence[str]) -> str:
    if value not in choices:
        known = did_you_mean(str(value), choices)
        raise UsageError(f"{name} must be one of the known ones; got {value!r}. Known: {known}")
    return str(value)


def _engine(value: Any) -> Any:
    """Return the engine; what is no text must be a client of Dask."""
    if value in ("local", "dask") or (isinstance(value, str) and _ADDRESS.fullmatch(value)):
        return value
    distributed = sys.modules.get("distributed")
    if distributed is not None and isinstance(value, distributed.Client) and not value.asynchronous:
        return value
    raise UsageError(
        "engine must be local, dask, dask://HOST:PORT or a distributed.Client that is not asynchronous; got "
        f"{value!r}. Write for example dask://127.0.0.1:8786."
    )


def _annotators(value: Any) -> Annotators:
    """Return the columns of annotators, of a wide table or of a long one."""
    if isinstance(value, Annotators):
        return value
    long = ("item", "annotator", "label")
    advice = "Name a column for each annotator (A,B,C), or those of a table of annotations (ITEM:ANNOTATOR:LABEL)."
    if isinstance(value, Mapping):
        if set(value) != set(long) or not all(isinstance(name, str) for name in value.values()):
            raise UsageError(f"annotators must have the keys item, annotator and label; got {dict(value)!r}. {advice}")
        columns, is_long = tuple(value[key] for key in long), True
    else:
        columns, is_long = _strings("annotators", value), False
        if len(columns) == 1:
            columns = tuple(name.strip() for name in columns[0].split(","))
        if len(columns) == 1 and columns[0].count(":") == 2:
            columns, is_long = tuple(columns[0].split(":")), True
    if len(columns) < 2 or len(set(columns)) < len(columns) or not all(columns):
        raise UsageError(f"annotators must be two different columns or more; got {value!r}. {advice}")
    return Annotators(columns=columns, long=is_long)


CONVERTERS: Mapping[str, Callable[[str, Any], Any]] = {
    "drop": _strings,
    **dict.fromkeys(("only", "skip"), _ids),
    "model": lambda _, value: _models(value),
    **dict.fromkeys(("columns", "checks", "csv", "suggest"), _table),
    **dict.fromkeys(("target", "group", "time"), partial(_instance, kind=str, words="the name of a column")),
    **dict.fromkeys(("show_values", "strict"), partial(_instance, kind=bool, words="true or false")),
    "annotators": lambda _, value: _annotators(value),
    "state": partial(_text, kind=(str, os.PathLike), words="the path of a directory"),
    "expectations": partial(_text, kind=(str, os.PathLike), words="the path of a suite or of a folder of them"),
    "baseline": lambda _, value: _baseline(value),
    "history": partial(_text, words="the URL of a database"),
    "name": partial(_text, words="the name of a data set"),
    "fail_on": partial(_choice, choices=get_args(FailOn)),
    "waivers": lambda _, value: make_rules(value),
    **dict.fromkeys(("budget", "deadline"), lambda name, value: parse_seconds(value, name)),
    "engine": lambda _, value: _engine(value),
    "memory": lambda _, value: parse_bytes(value),
    "workers": partial(_integer, least=1, most=1_024),
    "metric": partial(_choice, choices=_NAMES),
    "require": lambda _, value: _requirement(value),
    "seed": partial(_integer, least=0, most=LARGEST_SEED),
    "plan": lambda _, value: training_plan(value),
    "planned_rows": partial(_integer, least=1),
    "task": partial(_choice, choices=("auto", *get_args(TaskKind))),
    "level": partial(_choice, choices=get_args(Level)),
}
"""From the name of an option to what makes its value of a given one, or refuses it with a UsageError."""
