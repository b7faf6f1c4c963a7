"""Tables of Iceberg."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from prefit.errors import InputNotFound, UsageError, did_you_mean
from prefit.sources.extras import need
from prefit.sources.lakes.opening import LakeTable

__all__ = ["IcebergFile", "find_table"]

_URI = re.compile(r"iceberg://(?P<catalog>[^/]+)/(?P<table>[^/?]+\.[^/?]+)")


@dataclass(frozen=True, slots=True)
class IcebergFile:
    """A data file of a table at a snapshot, less the rows that were deleted; read at once.

    Attributes
    ----------
    metadata : str
        Where the metadata of the table lie, which never change.
    properties : tuple of (str, str)
        How to reach the store; never shown.
    """

    metadata: str
    properties: tuple[tuple[str, str], ...] = field(repr=False)
    path: str
    n_rows: int
    size_bytes: int

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows by the schema of the table, whatever it was when the file was written."""
        table, tasks = _scanned(self.metadata, self.properties)
        yield from _read(table, tasks[self.path])


def find_table(location: str) -> LakeTable:
    """Find a table at its current snapshot, and its data files.

    Raises
    ------
    InputNotFound
        If the catalog has no such table, or there are no metadata at a path.
    UsageError
        If the URI is none.
    """
    need("pyiceberg", "iceberg", "tables of Iceberg")
    from pyiceberg.io.pyarrow import schema_to_pyarrow

    name, metadata, properties = _found(location)
    table, tasks = _scanned(metadata, properties)
    files = tuple(
        IcebergFile(metadata, properties, path, _count(table, task), task.file.file_size_in_bytes)
        for path, task in tasks.items()
    )
    return LakeTable(name, schema_to_pyarrow(table.schema(), include_field_ids=False), files)


def _found(location: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return what to call a table, where its metadata lie, and how to reach them."""
    if "://" not in location:
        path = Path(location).expanduser().resolve()
        path = path if path.is_file() else _newest(path)
        return path.parent.parent.name, str(path), ()
    from pyiceberg.catalog import load_catalog
    from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError

    match = _URI.fullmatch(location)
    if match is None:
        raise UsageError(
            "data in Iceberg must be at iceberg://catalog/namespace.table; got another form. Name the catalog as it "
            "stands in ~/.pyiceberg.yaml or in PYICEBERG_CATALOG__NAME__URI."
        )
    catalog = load_catalog(match["catalog"])
    try:
        table = catalog.load_table(match["table"])
    except (NoSuchTableError, NoSuchNamespaceError):
        raise InputNotFound(
            f"table {match['table']!r} must be in the catalog {match['catalog']!r}; got no such table. Check its name."
        ) from None
    properties: Mapping[str, Any] = table.io.properties
    return table.name()[-1], table.metadata_location, tuple((key, str(each)) for key, each in properties.items())


def _newest(folder: Path) -> Path:
    """Return the metadata that were written last: they are numbered."""
    found = (folder / "metadata").glob("*.metadata.json")
    numbered = {path: re.match(r"v?(\d+)", path.name) for path in found}
    if not numbered:
        there = sorted(path.name for path in folder.parent.glob("*.metadata.json"))
        raise InputNotFound(
            f"{folder} must be the metadata of a table of Iceberg, or its folder; got none there. "
            + (f"In {folder.parent}: {did_you_mean(folder.name, there)}" if there else "Check the path.")
        )
    return max(numbered, key=lambda path: (int(match[1]) if (match := numbered[path]) else -1, path.name))


@lru_cache(maxsize=4)
def _scanned(metadata: str, properties: tuple[tuple[str, str], ...]) -> tuple[Any, dict[str, Any]]:
    """Return a table and its data files, in the order in which they were added."""
    from pyiceberg.table import StaticTable

    table = StaticTable.from_metadata(metadata, dict(properties))
    added = _added(table)
    tasks = sorted(table.scan().plan_files(), key=lambda task: (added[task.file.file_path], task.file.file_path))
    return table, {task.file.file_path: task for task in tasks}


def _added(table: Any) -> dict[str, int]:
    """Return when each data file came, as the number of the change that it came with; 0 in format 1, which has none."""
    snapshot = table.current_snapshot()
    manifests = snapshot.manifests(table.io) if snapshot is not None else ()
    entries = (entry for manifest in manifests for entry in manifest.fetch_manifest_entry(table.io))
    return {entry.data_file.file_path: entry.sequence_number or 0 for entry in entries}


def _count(table: Any, task: Any) -> int:
    """Return how many rows of a data file are in the table; where some were deleted, one column is read."""
    if not task.delete_files:
        return int(task.file.record_count)
    return sum(batch.num_rows for batch in _read(table, task, table.schema().column_names[:1]))


def _read(table: Any, task: Any, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    from pyiceberg.io.pyarrow import ArrowScan

    scan = table.scan(selected_fields=tuple(columns) if columns else ("*",))
    yield from ArrowScan(table.metadata, table.io, scan.projection(), scan.row_filter).to_record_batches([task])
