"""The options of a run: what each may be, and how a configuration file sets them.

A file has the names of the command line (``planned_rows`` for ``--planned-rows``), and some tables of its own::

    target = "income"
    metric = "roc_auc"   # forecast beside the score
    level = "standard"

    [columns]            # kinds that override the inferred ones
    zip = "categorical"

    [checks.missing-values]      # limits of a check; `prefit explain missing-values` lists them
    max_fraction = 0.6

    [annotators]         # of a table in which each row is one annotation; else a list: annotators = ["ann", "bob"]
    item = "image"
    annotator = "worker"
    label = "answer"

    [csv]                # what the sniffer of CSV files shall not guess
    delimiter = ";"

    [training]           # what is to be trained, where it is a network; --plan KEY=VALUE on the command line
    depth = 3
    learning_rate = 1e-3

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

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from prefit.errors import InputNotFound, UsageError, did_you_mean
from prefit.option_values import CONVERTERS
from prefit.own.model import OwnModel
from prefit.own.network import OwnNetwork
from prefit.plan import TrainingPlan
from prefit.plan_values import plan_table
from prefit.task import SCORES, Annotators, ColumnKind, Level, Requirement
from prefit.verdict import FailOn
from prefit.waivers import WaiverRule

__all__ = ["CONFIG_FILES", "Options", "find_config", "load_config", "make_options", "merged"]

CONFIG_FILES = ("prefit.toml", "pyproject.toml")


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
    annotators: Annotators | None = None
    model: tuple[str | OwnModel | OwnNetwork, ...] = ()
    planned_rows: int | None = None
    plan: TrainingPlan = field(default_factory=TrainingPlan)
    metric: str | None = None
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
    content = _read(path)
    if path.name == "pyproject.toml":
        content = _table_of_prefit(content)
        if not isinstance(content, dict):
            raise UsageError(
                f"configuration {str(path)!r} must have a table of prefit; got {content!r}. Write it as [tool.prefit]."
            )
    names = [option.name for option in fields(Options)]
    for key in content:
        if key not in (*names, "training"):
            known = did_you_mean(key, [*names, "training"], limit=30)
            raise UsageError(f"configuration {str(path)!r}: key {key!r} does not exist; keys: {known}")
    plan = content.pop("training", None)
    return content if plan is None else content | {"plan": plan}


def merged(from_file: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a file with those given in their place; of a plan key by key."""
    plans = [options["plan"] for options in (from_file, given) if options.get("plan") is not None]
    both = {**from_file, **{name: value for name, value in given.items() if value is not None}}
    if len(plans) > 1:
        both["plan"] = plan_table(plans[0]) | plan_table(plans[1])
    return both


def find_config(directory: Path) -> Path | None:
    """Return the ``prefit.toml`` of a directory, else a ``pyproject.toml`` that speaks of prefit, else None."""
    for name in CONFIG_FILES:
        path = directory / name
        if path.is_file() and (name == "prefit.toml" or _table_of_prefit(_read(path)) is not None):
            return path
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputNotFound(f"configuration {str(path)!r} is not there. Make one with 'prefit init'.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"configuration {str(path)!r} must be readable TOML; got: {error}. Mend that line.") from None
    except OSError as error:
        raise UsageError(
            f"configuration {str(path)!r} must be a file that can be read; got: {error.strerror}. Name another."
        ) from None


def _table_of_prefit(pyproject: Mapping[str, Any]) -> Any:
    tool = pyproject.get("tool")
    return tool.get("prefit") if isinstance(tool, dict) else None


def _convert(name: str, value: Any) -> Any:
    converter = CONVERTERS.get(name)
    return value if converter is None else converter(name, value)


def _check_roles(options: Options) -> None:
    roles = {"target": options.target, "group": options.group, "time": options.time}
    named = {role: column for role, column in roles.items() if column is not None}
    if len(set(named.values())) < len(named):
        raise UsageError(f"target, group and time must be different columns; got {named}. Name each once.")
    for role, column in named.items():
        if column in options.drop:
            raise UsageError(f"{role} {column!r} cannot be dropped as well. Remove it from drop.")
    _check_annotators(options, {*named.values(), *options.drop})
    for role in ("group", "time"):
        if role in named and options.target is None:
            raise UsageError(f"{role} is about splitting for a model and needs a target; got none. Add --target.")
    if options.fail_on == "new" and options.baseline is None:
        raise UsageError("fail_on new needs a report to be new beside; got no baseline. Add --baseline REPORT.json.")
    for name in ("metric", "require"):
        if getattr(options, name) is not None:
            _check_scored(name, options)
    required, beside = options.require, {options.metric} - {None, *SCORES.values()}
    if required is not None and beside and required.metric not in (*beside, *SCORES.values()):
        raise UsageError(
            f"require must speak of the score or of the metric that is forecast beside it; got {required.said} "
            f"beside metric {options.metric}. Ask for one of them."
        )


def _check_scored(name: str, options: Options) -> None:
    if options.target is None:
        raise UsageError(f"{name} is about a score and needs a target; got none. Add --target.")
    if options.level == "quick":
        raise UsageError(
            f"{name} needs learning curves, which level quick does not make; got both. Use --level standard."
        )


def _check_annotators(options: Options, taken: set[str]) -> None:
    if options.annotators is None:
        return
    columns = options.annotators.columns
    for column in columns:
        is_label = options.annotators.long and column == columns[-1] == options.target  # each annotation is a row
        if column in taken and not is_label:
            raise UsageError(f"annotators: {column!r} has another role; got it twice. Name it once.")
