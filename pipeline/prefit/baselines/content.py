"""Read an earlier report: checked to be one, of a format that is known, before anything is compared with it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from prefit.errors import InputNotFound, PrefitError, UnreadableInput, UsageError
from prefit.finding import STATUSES
from prefit.report import FORMAT_VERSION, Report
from prefit.verdict import Verdict

__all__ = ["REPORT_FILE", "Content", "is_report", "read_report", "refusing_damage"]

REPORT_FILE = "report.json"
MAX_BYTES = 1_000_000_000

_ENTRIES: Mapping[str, type] = {
    "created": str, "verdict": str, "dataset": Mapping, "findings": list, "columns": list,
}  # fmt: skip
_KINDS: Mapping[str, type] = {"name": str, "fingerprint": str, "rows": int, "check": str, "columns": list, "unit": str}
_IN_DATASET = frozenset({"name", "rows", "target", "task", "fingerprint"})
_IN_FINDING = frozenset({"check", "status", "columns", "measured", "limit", "unit", "interval"})
_IN_COLUMN = frozenset({"name", "kind", "role", "type", "rows", "missing", "std", "quantiles", "top", "histogram"})


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a report as plain data, and the file that it was read from, if any."""

    entries: Mapping[str, Any]
    path: str | None = None

    @property
    def shown(self) -> bool:
        """Whether it shows raw values, and not their pseudonyms."""
        return bool(self.entries.get("environment", {}).get("show_values", False))


def is_report(place: Any) -> bool:
    """Whether something is a report, a file that must be one by its content, or a folder with one in it."""
    if isinstance(place, Report):
        return True
    if isinstance(place, Mapping):
        return "format_version" in place and "findings" in place
    if not isinstance(place, str | os.PathLike):
        return False
    path = Path(place)
    try:
        if path.is_dir():
            return (path / REPORT_FILE).is_file()
        return path.is_file() and (path.name == REPORT_FILE or _begins_as_report(path))
    except (OSError, ValueError):  # no path at all: a URI, or a name that the system does not take
        return False


def read_report(place: Any, name: str = "baseline") -> Content:
    """Read a report.

    Parameters
    ----------
    place : path, Report or mapping
        A ``report.json``, a folder with one in it, or the content of one.
    name : str, default "baseline"
        What it is called in an error.

    Raises
    ------
    InputNotFound
        If there is none at the place.
    UnreadableInput
        If it cannot be read, or is damaged, or is no report.
    UsageError
        If it was written by a newer prefit.
    """
    if isinstance(place, Report):
        return Content(_checked(json.loads(_dumped(place)), name, "a report"))
    if isinstance(place, Mapping):
        return Content(_checked(place, name, "a mapping"))
    path = Path(place)
    if path.is_dir():
        path = path / REPORT_FILE
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableInput(f"{name} must be a report of at most 1 GB; got {str(path)!r}. Name a {REPORT_FILE}.")
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise InputNotFound(
            f"{name} must be a {REPORT_FILE}, or a folder with one; got {str(place)!r}, where there is none. Make one "
            "with 'prefit check DATA --output DIR'."
        ) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableInput(
            f"{name} must be a readable report; got {str(path)!r}: {reason}. Write it again with "
            "'prefit check DATA --output DIR'."
        ) from None
    return Content(_checked(entries, name, repr(str(path))), str(path))


@contextmanager
def refusing_damage(content: Content, name: str = "baseline") -> Iterator[None]:
    """Take an error on the way through a report for what it is: an entry in it that is not what a report holds.

    Raises
    ------
    UnreadableInput
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        if isinstance(error, PrefitError):
            raise
        raise UnreadableInput(
            f"{name} must hold what prefit wrote; got {content.path or 'a report'} with an entry that makes no sense "
            f"({type(error).__name__}). Write it again with 'prefit check DATA --output DIR'."
        ) from error


def _dumped(report: Report) -> str:
    from prefit.formats.json import render  # a report in memory is read as if it had been written

    return render(report)


def _begins_as_report(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(200)
    return start.lstrip().startswith(b"{") and b'"format_version"' in start and b'"prefit_version"' in start


def _checked(entries: Any, name: str, place: str) -> Mapping[str, Any]:
    """Refuse what is no report, or one that cannot be understood, and say what is wrong with it."""
    damage = _damage(entries)
    if damage:
        raise UnreadableInput(f"{name} must be a report of prefit; got {place}, {damage}. Name a {REPORT_FILE}.")
    if entries["format_version"] > FORMAT_VERSION:
        raise UsageError(
            f"{name} must have format_version {FORMAT_VERSION} or lower; got {place} with {entries['format_version']}. "
            "Update prefit, or make the report again with this version."
        )
    checked: Mapping[str, Any] = entries
    return checked


def _damage(entries: Any) -> str:
    """Say what keeps the entries from being those of a report; of a newer format nothing more is known."""
    if not isinstance(entries, Mapping) or "format_version" not in entries:
        return "which has no format_version"
    found = entries["format_version"]
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        return f"whose format_version is {found!r}"
    if found > FORMAT_VERSION:
        return ""
    for entry, kind in _ENTRIES.items():
        if not isinstance(entries.get(entry), kind):
            return f"whose entry {entry!r} is missing or damaged"
    if entries["verdict"] not in get_args(Verdict) or not _is_time(entries["created"]):
        return "whose verdict or time is damaged"
    items = {"dataset": ([entries["dataset"]], _IN_DATASET)}
    items |= {"findings": (entries["findings"], _IN_FINDING), "columns": (entries["columns"], _IN_COLUMN)}
    damaged = [name for name, (found, needed) in items.items() if not all(_holds(item, needed) for item in found)]
    return f"whose entry {damaged[0]!r} is damaged" if damaged else ""


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _holds(item: Any, needed: frozenset[str]) -> bool:
    if not isinstance(item, Mapping) or not needed <= set(item):
        return False
    if not all(isinstance(item[key], kind) for key, kind in _KINDS.items() if key in needed):
        return False
    names = item["columns"] if "columns" in needed else []
    return item.get("status", "pass") in STATUSES and all(isinstance(name, str) for name in names)
