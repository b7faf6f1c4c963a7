"""Read an expectation suite, and refuse whatever in it would not be judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from prefit.errors import UsageError, did_you_mean

__all__ = ["Severity", "Suite", "SuiteEntry", "find_suite", "load_suite"]

Severity = Literal["critical", "warning", "info"]
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)

_ENTRY_KEYS = ("type", "kwargs", "severity", "meta", "notes", "description", "id", "rendered_content")
"""All that Great Expectations 1.x writes into an entry; only the first three decide anything."""
_OUTDATED_KEYS = {"expectation_type": "type", "ge_cloud_id": "id"}
_OUTDATED_KWARGS = frozenset({"result_format", "include_config", "catch_exceptions"})
"""Formatting options that suites before 1.0 kept among the arguments; they decide nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteEntry:
    """One expectation of a suite: its type, its arguments, and how bad it is when it does not hold."""

    expectation: str
    kwargs: Mapping[str, Any]
    severity: Severity

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it speaks of."""
        kwargs = self.kwargs
        listed = kwargs.get("column_list")
        named = [kwargs.get("column"), kwargs.get("column_A"), kwargs.get("column_B")]
        named += listed if isinstance(listed, list) else []
        return tuple(column for column in named if isinstance(column, str))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """An expectation suite as it stands in its file; never empty."""

    name: str
    path: str
    entries: tuple[SuiteEntry, ...]


def load_suite(path: str | Path, *, dataset: str = "") -> Suite:
    """Read a suite of Great Expectations.

    Parameters
    ----------
    path : path
        A JSON file, or a folder with ``<dataset>.json`` in it.
    dataset : str, optional
        Name of the data set, with or without its file extension; needed for a folder.

    Returns
    -------
    Suite
        One entry for each expectation of the file, in its order. The format of Great Expectations 0.x is converted.

    Raises
    ------
    UsageError
        If there is no such file, or it is no suite, or anything in it would not be judged. Whether Great Expectations
        knows the types and accepts the arguments is said by :func:`~prefit.suites.run.run_suite`.
    """
    file = find_suite(Path(path), dataset)
    content = _read_json(file)
    entries = content.get("expectations") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise UsageError(
            f"suite {str(file)!r} must be a JSON object with a list of 'expectations'; got {_summary(content)}."
            " Write the suite as Great Expectations 1.x does: ExpectationSuite.to_json_dict()."
        )
    if not entries:
        raise UsageError(
            f"suite {str(file)!r} must hold an expectation; got none, so nothing would be judged. Add one."
        )
    name = content.get("name") or content.get("expectation_suite_name") or file.stem
    judged = tuple(_entry(entry, f"expectation {number} of {str(file)!r}") for number, entry in enumerate(entries, 1))
    return Suite(name=str(name), path=str(file), entries=judged)


def find_suite(path: Path, dataset: str = "") -> Path:
    """Return the file of a suite, looking into a folder by the name of the data set."""
    if path.is_file():
        return path
    if not path.exists():
        raise UsageError(f"suite {str(path)!r} must be a JSON file or a folder of them; got nothing there. Correct it.")
    names = [f"{name}.json" for name in (dataset, Path(dataset).stem) if name]
    for name in names:
        if (path / name).is_file():
            return path / name
    there = sorted(file.name for file in path.glob("*.json"))
    if not there:
        raise UsageError(f"suite folder {str(path)!r} must hold <data set>.json; got no JSON file. Name a file.")
    wanted = names[-1] if names else "<data set>.json"
    raise UsageError(
        f"suite folder {str(path)!r} must hold {wanted!r}; got {did_you_mean(wanted, there)} Name the file itself."
    )


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        found = f"{error.msg} in line {error.lineno}, column {error.colno}"
    except UnicodeDecodeError as error:
        found = f"bytes that are not UTF-8 at {error.start}"
    except OSError as error:
        found = error.strerror or type(error).__name__
    except _RepeatedKeyError as error:
        found = f"the key {str(error)!r} twice in one object, of which JSON readers drop the first"
    raise UsageError(f"suite {str(file)!r} must be readable JSON; got {found}. Correct the file.")


class _RepeatedKeyError(Exception):
    pass


def _without_repeats(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key, value in pairs:
        if key in built:
            raise _RepeatedKeyError(key)
        built[key] = value
    return built


def _entry(entry: Any, where: str) -> SuiteEntry:
    if not isinstance(entry, dict):
        raise UsageError(f"{where} must be an object with 'type' and 'kwargs'; got {_summary(entry)}. Rewrite it.")
    outdated = "expectation_type" in entry
    fields = {_OUTDATED_KEYS.get(key, key): value for key, value in entry.items()}
    if len(fields) < len(entry):
        raise UsageError(
            f"{where} must name its type and id once; got old and new keys for the same thing. Keep 'type'."
        )
    for key in fields:
        if key not in _ENTRY_KEYS:
            raise UsageError(
                f"{where} must not have the key {key!r}; got keys besides {did_you_mean(str(key), _ENTRY_KEYS)}"
            )
    expectation, kwargs, severity = fields.get("type"), fields.get("kwargs", {}), fields.get("severity", "critical")
    if not isinstance(expectation, str) or not expectation:
        raise UsageError(
            f"{where} must name its 'type'; got {expectation!r}. Name one, such as 'expect_column_to_exist'."
        )
    where = f"{where} ({expectation})"
    if not isinstance(kwargs, dict):
        raise UsageError(f"{where} must have its arguments in an object 'kwargs'; got {_summary(kwargs)}. Rewrite it.")
    if severity not in _SEVERITIES:
        raise UsageError(
            f"{where} must have a known severity; got {severity!r}. {did_you_mean(str(severity), _SEVERITIES)}"
        )
    for parameter in _parameters(kwargs):
        raise UsageError(
            f"{where} must have values for arguments; got the suite parameter {parameter!r}, which only a"
            " checkpoint of Great Expectations fills in. Write the value."
        )
    if outdated:
        kwargs = {key: value for key, value in kwargs.items() if key not in _OUTDATED_KWARGS}
    return SuiteEntry(expectation=expectation, kwargs=kwargs, severity=severity)


def _parameters(value: Any) -> Iterator[str]:
    """Yield the suite parameters in nested arguments."""
    if isinstance(value, dict):
        if "$PARAMETER" in value:
            yield str(value["$PARAMETER"])
        for nested in value.values():
            yield from _parameters(nested)
    elif isinstance(value, list):
        for nested in value:
            yield from _parameters(nested)


def _summary(value: Any) -> str:
    """Say what a JSON value is without printing all of it."""
    if isinstance(value, dict):
        return "an object with the keys " + (", ".join(map(repr, list(value)[:8])) or "none")
    return {list: "a list", str: "a text", type(None): "nothing"}.get(type(value), repr(value))
