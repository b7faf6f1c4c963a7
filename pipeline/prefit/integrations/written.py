"""Reports as plain data, wherever they are: in memory, or written by another process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeAlias

from prefit.errors import InputNotFound, UnreadableInput

__all__ = ["AnyReport", "Savable", "folder_of", "plain"]


class Savable(Protocol):
    """A `prefit.Report`, whose libraries need not be here."""

    def save(self, directory: str | Path) -> Any:
        """Write it into a folder."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        ...


AnyReport: TypeAlias = "Savable | str | Path"
"""A report, or the folder that it was written to."""


def plain(report: AnyReport) -> Mapping[str, Any]:
    """Return the content of ``report.json``.

    Raises
    ------
    InputNotFound
        If there is none in the folder.
    UnreadableInput
        If it is no report.
    """
    if not isinstance(report, (str, Path)):
        return report.to_dict()
    path = Path(report)
    path = path / "report.json" if path.is_dir() else path
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputNotFound(
            f"{path} must be a report; got nothing there. Run: prefit check DATA --output {path.parent}"
        ) from None
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"{path} must be a report in JSON; got {error}. Run prefit again.") from None
    if not isinstance(found, dict) or not {"verdict", "findings", "dataset"} <= found.keys():
        raise UnreadableInput(f"{path} must be a report in JSON; got something else. Name that of prefit check.")
    return found


@contextmanager
def folder_of(report: AnyReport) -> Iterator[Path]:
    """Give the folder with the files of a report: where they were written, or a temporary one."""
    if isinstance(report, (str, Path)):
        path = Path(report)
        yield path if path.is_dir() else path.parent
        return
    with TemporaryDirectory(prefix="prefit-") as folder:
        report.save(folder)
        yield Path(folder)
