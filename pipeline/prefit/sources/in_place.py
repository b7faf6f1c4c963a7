"""Which files another reader of Parquet can read in place of a source: the same rows and columns, in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow.parquet as pq

from prefit.sources.base import Source
from prefit.sources.columnar import FilePartition
from prefit.sources.parquet import PARQUET
from prefit.sources.schemas import plain_schema
from prefit.sources.stamps import unchanged

__all__ = ["parquet_files"]

_PATTERN = frozenset("*?[{")
"""Signs that make a path a pattern for other readers."""


@contextmanager
def parquet_files(source: Source) -> Iterator[tuple[tuple[str, int], ...]]:
    """Give the paths of local Parquet files that hold all rows of a source, with their numbers of rows.

    None are given where the source is something else, or its columns are not as they lie in every file.

    Raises
    ------
    UnreadableInput
        If a file changes while it is in use.
    """
    files: dict[Path, FilePartition] = {}
    for part in source.partitions():
        if not isinstance(part, FilePartition) or not _lies_plainly(part):
            files.clear()
            break
        files.setdefault(Path(str(part.path)), part)
    counted: list[tuple[str, int]] = []
    with ExitStack() as watched:
        for path, part in files.items():
            watched.enter_context(unchanged(path, part.stamp, part.name))
            metadata = pq.read_metadata(path)
            if not plain_schema(metadata.schema.to_arrow_schema()).equals(source.schema):
                counted.clear()
                break
            counted.append((str(path), metadata.num_rows))
        yield tuple(counted)


def _lies_plainly(part: FilePartition) -> bool:
    return (
        part.read is PARQUET.read
        and isinstance(part.path, Path)
        and not part.constants
        and not _PATTERN.intersection(str(part.path))
    )
