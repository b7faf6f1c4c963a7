"""Folders of tables of Delta Lake and Iceberg: files below them may hold rows that were deleted or replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from prefit.errors import InputError

__all__ = ["marks_above", "refuse_in_store", "refuse_local"]

_LOG = "_delta_log"
_DELTA = re.compile(rf"(?P<folder>(?:.*/)?){_LOG}(?:/.*)?")
_ICEBERG = re.compile(r"(?P<folder>(?:.*/)?)metadata/[^/]+\.metadata\.json")


def refuse_local(files: Iterable[Path]) -> None:
    """Refuse data files that lie in a table, at any depth: only its log tells which of them count.

    Raises
    ------
    InputError
        If one does.
    """
    near = {file.parent for file in files}
    for folder in sorted({each for place in near for each in (place, *place.parents)}):
        if (folder / _LOG).is_dir():
            raise _refused(str(folder), "Delta Lake", str(folder))
        metadata = folder / "metadata"
        if metadata.is_dir() and (folder / "data").is_dir() and any(metadata.glob("*.metadata.json")):
            raise _refused(str(folder), "Iceberg", str(folder))


def marks_above(path: str) -> tuple[list[str], list[str]]:
    """Return the folders above an object in which a log of Delta Lake, or metadata of Iceberg, would make it a part.

    Examples
    --------
    >>> marks_above("lake/sales/data/a.parquet")
    (['lake/_delta_log', 'lake/sales/_delta_log', 'lake/sales/data/_delta_log'], ['lake/sales/metadata'])
    """
    parts = path.split("/")
    folders = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
    metadata = [f"{folder}/metadata" for folder, inner in zip(folders, parts[1:], strict=True) if inner == "data"]
    return [f"{folder}/{_LOG}" for folder in folders], metadata


def refuse_in_store(scheme: str, listed: Iterable[str], chosen: Iterable[str]) -> None:
    """Refuse objects that lie in a table whose log or metadata were listed with them.

    Parameters
    ----------
    scheme : str
        ``"s3"``, ``"gs"``, ...
    listed : iterable of str
        All paths, those of hidden objects too.
    chosen : iterable of str
        The paths that would be read.

    Raises
    ------
    InputError
        If one does.
    """
    listed, chosen = list(listed), list(chosen)
    delta = {match["folder"] for path in listed if (match := _DELTA.fullmatch(path))}
    metadata = {match["folder"] for path in listed if (match := _ICEBERG.fullmatch(path))}
    iceberg = {folder for folder in metadata if any(path.startswith(f"{folder}data/") for path in (*listed, *chosen))}
    for path in chosen if delta or iceberg else ():
        for folder in (path[: slash.end()] for slash in re.finditer("/", path)):
            shown = f"{scheme}://{folder.rstrip('/')}"
            if folder in delta:
                raise _refused(shown, "Delta Lake", f"delta+{shown}")
            if folder in iceberg and path.startswith(f"{folder}data/"):
                raise _refused(shown, "Iceberg", "iceberg://catalog/namespace.table")


def _refused(folder: str, system: str, name: str) -> InputError:
    return InputError(
        f"{folder} must be read as the table that it is; got the files of a table of {system}, of which some may hold "
        f"rows that were deleted. Name the table alone: {name}"
    )
