"""A suggested suite: Great Expectations' JSON, readable, the same bytes for the same data."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefit import __version__
from prefit.errors import UsageError
from prefit.suites.suggest.entry import Suggested
from prefit.writing import write_whole

__all__ = ["SuggestedSuite", "check_output"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedSuite:
    """Expectations that the next batch of the same source should meet.

    Attributes
    ----------
    name : str
    entries : tuple of Suggested
    notes : str
        What the suite was inferred from.
    rows : int
        How many rows that were.
    """

    name: str
    entries: tuple[Suggested, ...]
    notes: str
    rows: int

    def to_dict(self) -> dict[str, Any]:
        """Return the suite as Great Expectations 1.x writes it: ``ExpectationSuite(**suite.to_dict())`` reads it."""
        entries = [entry.to_dict() for entry in self.entries]
        about = {"suggested": True, "version": __version__, "rows": self.rows, "content": _digest(entries)}
        return {"name": self.name, "notes": self.notes, "meta": {"prefit": about}, "expectations": entries}

    def to_json(self) -> str:
        """Return the JSON text: a line for each field, so that a change of one limit is a change of one line."""
        content = self.to_dict()
        entries = ",\n".join(_indented(entry) for entry in content.pop("expectations"))
        head = ",\n".join(f"  {_line(key)}: {_line(value)}" for key, value in content.items())
        return f'{{\n{head},\n  "expectations": [\n{entries}\n  ]\n}}\n'

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the suite.

        Parameters
        ----------
        path : path
            A file; its folder is made if it does not exist.
        force : bool, default False
            Whether to replace a file that is no suggestion, or one that was edited.

        Returns
        -------
        pathlib.Path
            `path`.

        Raises
        ------
        UsageError
            If the file may not be replaced or cannot be written.
        """
        path = check_output(path, force=force)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, self.to_json().encode())
        except OSError as error:
            raise _refusal(path, error.strerror or type(error).__name__) from None
        return path


def check_output(path: str | Path, *, force: bool = False) -> Path:
    """Refuse an output that must not or cannot be written, before the work begins whose result would be lost.

    A file that is there is replaced only if it is a suggestion as prefit wrote it, or with `force`.

    Raises
    ------
    UsageError
    """
    path = Path(path)
    if path.is_dir():
        raise UsageError(f"output {str(path)!r} must be a file; got a folder. Add a name such as suite.json.")
    if path.exists() and not force and not _is_untouched(path):
        raise UsageError(
            f"output {str(path)!r} must be new, or a suggestion that nobody has edited; got another file. "
            "Use --force to replace it, or choose another name."
        )
    nearest = next(folder for folder in path.absolute().parents if folder.exists())
    if not nearest.is_dir():
        raise _refusal(path, f"the file {str(nearest)!r} where a folder must be")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise _refusal(path, "no permission to write there")
    return path


def _refusal(path: Path, reason: str) -> UsageError:
    return UsageError(f"output {str(path)!r} must be writable; got {reason}. Choose another place.")


def _is_untouched(path: Path) -> bool:
    """Whether a file holds what :meth:`SuggestedSuite.save` wrote."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return bool(content["meta"]["prefit"]["content"] == _digest(content["expectations"]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _digest(entries: Sequence[Mapping[str, Any]]) -> str:
    text = json.dumps(entries, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _indented(entry: Mapping[str, Any]) -> str:
    fields = ",\n".join(f"      {_line(key)}: {_line(value)}" for key, value in entry.items())
    return f"    {{\n{fields}\n    }}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
