"""Make a suite of what stands in its file, and refuse whatever in it would not be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from prefit.errors import UsageError, did_you_mean
from prefit.suites.files import find_suite, read_suite

__all__ = ["Severity", "Suite", "SuiteEntry", "load_suite"]

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
        A JSON or YAML file, or a folder with ``<dataset>.json`` or ``<dataset>.yaml`` in it.
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
    content = read_suite(file)
    entries = content.get("expectations") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise UsageError(
            f"suite {str(file)!r} must be an object with a list of 'expectations'; got {_summary(content)}."
            " Write the suite as Great Expectations 1.x does: ExpectationSuite.to_json_dict()."
        )
    if not entries:
        raise UsageError(
            f"suite {str(file)!r} must hold an expectation; got none, so nothing would be judged. Add one."
        )
    name = content.get("name") or content.get("expectation_suite_name") or file.stem
    judged = tuple(_entry(entry, f"expectation {number} of {str(file)!r}") for number, entry in enumerate(entries, 1))
    return Suite(name=str(name), path=str(file), entries=judged)


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
