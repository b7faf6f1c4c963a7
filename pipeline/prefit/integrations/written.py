"""Reports as plain data, wherever they are: in memory, or written by another process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeAlias

from prefit.errors import InputNotFound, UnreadableInput

__all__ = ["AnyReport", "Savable", "files_of", "plain"]

_FILE_NAMES = (
    "index.html",
    "report.json",
    "summary.md",
    "junit.xml",
    "report.sarif",
    "report.pdf",
    "label_issues.parquet",
)
"""What a report is written to; named here as :mod:`prefit.formats` needs libraries that need not be here."""


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
    if not isinstance(found, dict) or not {"verdict", "exit_code", "findings", "dataset"} <= found.keys():
        raise UnreadableInput(f"{path} must be a report in JSON; got something else. Name that of prefit check.")
    return found


@contextmanager
def files_of(report: AnyReport) -> Iterator[list[Path]]:
    """Give the files of a report, where they were written or in a temporary folder; not what else lies beside them."""
    if isinstance(report, (str, Path)):
        path = Path(report)
        if path.is_dir() or path.name == "report.json":
            yield _files_in(path if path.is_dir() else path.parent)
        else:
            yield [path]  # renamed: what lies beside it may be of another report
        return
    with TemporaryDirectory(prefix="prefit-") as folder:
        report.save(folder)
        yield _files_in(Path(folder))


def _files_in(folder: Path) -> list[Path]:
    return [folder / name for name in _FILE_NAMES if (folder / name).is_file()]
