"""The options of a run: what each may be, and how a configuration file sets them.

A file has the names of the command line (``planned_rows`` for ``--planned-rows``), and some tables of its own::

    target = "income"
    level = "standard"

    [columns]            # kinds that override the inferred ones
    zip = "categorical"

    [checks.missing-values]      # limits of a check; `prefit explain missing-values` lists them
    max_fraction = 0.6

    [csv]                # what the sniffer of CSV files shall not guess
    delimiter = ";"

    [suggest]            # how `prefit suggest` infers a suite
    batch_rows = 5000

    [[waivers]]          # a finding that is accepted for a time; it stays visible
    check = "id-column"
    columns = ["customer"]
    reason = "joins the predictions back; the pipeline drops it"
    owner = "data-team@example.com"
    expires = 2027-03-31

In ``pyproject.toml`` the same keys stand under ``[tool.prefit]``.
"""

from __future__ import annotations

import math
import os
import re
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, get_args

from prefit.errors import InputNotFound, UsageError, did_you_mean
from prefit.resident import parse_bytes
from prefit.task import COLUMN_KINDS, FAMILIES, ColumnKind, Level, Requirement, TaskKind
from prefit.verdict import FailOn
from prefit.waivers import WaiverRule, make_rules

__all__ = ["CONFIG_FILES", "METRICS", "Options", "find_config", "load_config", "make_options", "parse_seconds"]

CONFIG_FILES = ("prefit.toml", "pyproject.toml")
METRICS: Mapping[TaskKind, str] = {"classification": "balanced_accuracy", "regression": "r2"}
LARGEST_SEED = 2**31 - 1
"""Repeats add to the seed, and the models take seeds below 2**32."""

_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>s|m|min|h|)")
_ADDRESS = re.compile(r"dask://([^\s/:@\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")
_REQUIREMENT = re.compile(r"\s*(?P<metric>\w+)\s*>=\s*(?P<minimum>-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a run, valid in themselves; whether they fit the data is seen when the data are open.

    The names are those of :func:`prefit.check`.
    """

    target: str | None = None
    task: str = "auto"
    test: Any = field(default=None, repr=False)  # may hold a login
    group: str | None = None
    time: str | None = None
    drop: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    planned_rows: int | None = None
    require: Requirement | None = None
    expectations: str | Path | None = None
    baseline: Any = None
    fail_on: FailOn = "any"
    history: str | None = field(default=None, repr=False)  # may hold a login
    name: str | None = None
    level: Level = "standard"
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    budget: float = 60.0
    deadline: float = 3600.0
    workers: int | None = None
    engine: Any = "local"
    state: str | Path | None = None
    memory: int | None = None
    seed: int = 0
    show_values: bool = False
    strict: bool = False
    columns: Mapping[str, ColumnKind] = field(default_factory=dict)
    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    csv: Mapping[str, Any] = field(default_factory=dict)
    suggest: Mapping[str, Any] = field(default_factory=dict)
    waivers: tuple[WaiverRule, ...] = ()


def make_options(given: Mapping[str, Any]) -> Options:
    """Check the options and give them their types; None means "not given".

    Raises
    ------
    UsageError
        If a name is unknown or a value makes no sense.
    """
    names = [option.name for option in fields(Options)]
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in names:
            raise UsageError(f"option {name!r} does not exist; options: {did_you_mean(name, names, limit=30)}")
        if value is not None:
            values[name] = _convert(name, value)
    options = Options(**values)
    _check_roles(options)
    return options


def load_config(path: str | Path) -> dict[str, Any]:
    """Read the options of a ``prefit.toml``, or of the table ``[tool.prefit]`` of a ``pyproject.toml``.

    Raises
    ------
    InputNotFound
        If there is no such file.
    UsageError
        If it is not TOML or has a key that is no option.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputNotFound(f"configuration {str(path)!r} is not there. Make one with 'prefit init'.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"configuration {str(path)!r} must be readable TOML; got: {error}. Mend that line.") from None
    if path.name == "pyproject.toml":
        tool = content.get("tool", {})
        content = tool.get("prefit", {}) if isinstance(tool, dict) else {}
        if not isinstance(content, dict):
            raise UsageError(
                f"configuration {str(path)!r}: prefit must be a table; got {content!r}. Use [tool.prefit]."
            )
    names = [option.name for option in fields(Options)]
    for key in content:
        if key not in names:
            known = did_you_mean(key, names, limit=30)
            raise UsageError(f"configuration {str(path)!r}: key {key!r} does not exist; keys: {known}")
    return content


def find_config(directory: Path) -> Path | None:
    """Return the ``prefit.toml`` of a directory, else a ``pyproject.toml`` that speaks of prefit, else None."""
    for name in CONFIG_FILES:
        path = directory / name
        if path.is_file() and (name == "prefit.toml" or load_config(path)):
            return path
    return None


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
    metrics = ", ".join(METRICS.values())
    if match is None or match["metric"] not in METRICS.values():
        raise UsageError(
            f"require must read METRIC>=NUMBER with one of {metrics}; got {text!r}. Write for example "
            "balanced_accuracy>=0.8."
        )
    minimum = float(match["minimum"])
    if minimum > 1:
        raise UsageError(f"require cannot ask for more than a perfect score of 1; got {minimum:g}. Lower it.")
    return Requirement(metric=match["metric"], minimum=minimum)


def _convert(name: str, value: Any) -> Any:
    converter = _CONVERTERS.get(name)
    return value if converter is None else converter(name, value)


def _strings(name: str, value: Any) -> tuple[str, ...]:
    items = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Sequence) else (None,)
    if not all(isinstance(item, str) for item in items):
        raise UsageError(f'{name} must be a list of names; got {value!r}. Write for example {name} = ["a", "b"].')
    if name == "model":
        for item in items:
            _choice("model", item, FAMILIES)
    return items


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


_CONVERTERS: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("drop", "model", "only", "skip"), _strings),
    **dict.fromkeys(("columns", "checks", "csv", "suggest"), _table),
    **dict.fromkeys(("target", "group", "time"), partial(_instance, kind=str, words="the name of a column")),
    **dict.fromkeys(("show_values", "strict"), partial(_instance, kind=bool, words="true or false")),
    "state": partial(_instance, kind=(str, os.PathLike), words="the path of a directory"),
    "expectations": partial(_instance, kind=(str, os.PathLike), words="the path of a suite or of a folder of them"),
    "baseline": lambda _, value: _baseline(value),
    "history": partial(_instance, kind=str, words="the URL of a database"),
    "name": partial(_instance, kind=str, words="the name of a data set"),
    "fail_on": partial(_choice, choices=get_args(FailOn)),
    "waivers": lambda _, value: make_rules(value),
    **dict.fromkeys(("budget", "deadline"), lambda name, value: parse_seconds(value, name)),
    "engine": lambda _, value: _engine(value),
    "memory": lambda _, value: parse_bytes(value),
    "workers": partial(_integer, least=1, most=1_024),
    "require": lambda _, value: _requirement(value),
    "seed": partial(_integer, least=0, most=LARGEST_SEED),
    "planned_rows": partial(_integer, least=1),
    "task": partial(_choice, choices=("auto", *get_args(TaskKind))),
    "level": partial(_choice, choices=get_args(Level)),
}


def _check_roles(options: Options) -> None:
    roles = {"target": options.target, "group": options.group, "time": options.time}
    named = {role: column for role, column in roles.items() if column is not None}
    if len(set(named.values())) < len(named):
        raise UsageError(f"target, group and time must be different columns; got {named}. Name each once.")
    for role, column in named.items():
        if column in options.drop:
            raise UsageError(f"{role} {column!r} cannot be dropped as well. Remove it from drop.")
    for role in ("group", "time"):
        if role in named and options.target is None:
            raise UsageError(f"{role} is about splitting for a model and needs a target; got none. Add --target.")
    if options.fail_on == "new" and options.baseline is None:
        raise UsageError("fail_on new needs a report to be new beside; got no baseline. Add --baseline REPORT.json.")
    if options.require is not None and options.target is None:
        raise UsageError("require is about a score and needs a target; got none. Add --target.")
    if options.require is not None and options.level == "quick":
        raise UsageError(
            "require needs learning curves, which level quick does not make; got both. Use --level standard."
        )
