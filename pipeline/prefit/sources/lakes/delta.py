"""Tables of Delta Lake."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from prefit.errors import UnreadableInput
from prefit.sources.extras import need
from prefit.sources.lakes.opening import LakeTable
from prefit.sources.table import batch_rows

__all__ = ["DeltaFile", "find_table"]

os.environ.setdefault("RUST_LOG", "error")  # which the library reads when it is loaded: its warnings are none of ours


@dataclass(frozen=True, slots=True)
class DeltaFile:
    """A data file of a table at a version; `path` is below the place of the table.

    Versions count from 0 again where a table was removed and another one written: `table_id` tells them apart.
    """

    place: str
    table_id: str
    version: int
    path: str
    n_rows: int
    size_bytes: int

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows, with the values of the partition; a batch or two are in memory.

        Raises
        ------
        UnreadableInput
            If another table lies there now.
        """
        dataset = _dataset(self.place, self.table_id, self.version)
        fragment = _fragments(dataset).get(self.path)
        if fragment is None:
            raise UnreadableInput(
                f"{self.path} must be a file of the table until it is read; got another one at its place. Start again."
            )
        yield from fragment.to_batches(
            schema=dataset.schema, batch_size=batch_rows(dataset.schema), batch_readahead=1, fragment_readahead=1
        )


def find_table(location: str) -> LakeTable:
    """Find a table at its newest version, and its data files in the order in which they were added."""
    need("deltalake", "delta", "tables of Delta Lake")
    from deltalake import DeltaTable

    place = location.removeprefix("delta+")
    place = place if "://" in place else str(Path(place).expanduser().resolve())
    table = DeltaTable(place)
    table_id, version = str(table.metadata().id), table.version()
    dataset = _dataset(place, table_id, version)
    actions = pa.table(table.get_add_actions(flatten=True))
    added = zip(*(actions[name].to_pylist() for name in ("modification_time", "path", "size_bytes")), strict=True)
    fragments = _fragments(dataset)
    files = tuple(
        DeltaFile(place, table_id, version, path, fragments[path].count_rows(), size_bytes)
        for _, path, size_bytes in sorted((time, unquote(path), size_bytes) for time, path, size_bytes in added)
    )
    return LakeTable(place.rstrip("/").rpartition("/")[2] or "data", dataset.schema, files)


@lru_cache(maxsize=4)
def _dataset(place: str, table_id: str, version: int) -> Any:  # noqa: ARG001 (the cache goes by it)
    from deltalake import DeltaTable

    return DeltaTable(place, version=version).to_pyarrow_dataset()  # refuses what it cannot read, deletion vectors too


def _fragments(dataset: Any) -> dict[str, Any]:
    return {fragment.path: fragment for fragment in dataset.get_fragments()}
