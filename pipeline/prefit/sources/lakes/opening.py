"""Open a table of a lake as a source: one partition for each of its data files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from prefit.errors import PrefitError, UnreadableInput
from prefit.sources.base import OnMalformed
from prefit.sources.schemas import check_columns, conform, plain_schema
from prefit.sources.table import TableSource, sliced

__all__ = ["LakeFile", "LakePartition", "LakeTable", "is_lake", "open_lake"]

_URI = re.compile(r"(delta\+[A-Za-z0-9]+|iceberg)://")
_MAX_CHARACTERS = 300


class LakeFile(Protocol):
    """A data file of a table at one version, which never changes."""

    @property
    def path(self) -> str:
        """What the table calls it."""
        ...

    @property
    def n_rows(self) -> int:
        """How many of its rows are in the table."""
        ...

    @property
    def size_bytes(self) -> int:
        """Size on disk."""
        ...

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows that are in the table, in order."""
        ...


@dataclass(frozen=True, slots=True)
class LakeTable:
    """A table at one version.

    Attributes
    ----------
    name : str
        What to call the data.
    schema : pyarrow.Schema
    files : tuple of LakeFile
        In the order in which they were added.
    """

    name: str
    schema: pa.Schema
    files: tuple[LakeFile, ...]


@dataclass(frozen=True, slots=True)
class LakePartition:
    """The rows of one data file."""

    name: str
    first_row: int
    size_bytes: int
    file: LakeFile
    schema: pa.Schema

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again: data files are written once, and rows deleted."""
        schema = ", ".join(f"{field.name!r}: {field.type}" for field in self.schema)
        return f"{self.file.path} {self.file.n_rows} {schema}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 (no lines here)
        """Yield the rows in order, at most 131,072 per batch."""
        with told(f"{self.name} must be readable to its end", "Try again, or restore the file."):
            for batch in self.file.batches():
                yield from sliced(conform(batch, self.schema))


def is_lake(location: str) -> bool:
    """Whether a location is a table of Delta Lake or Iceberg: a URI of one, or a folder with its log."""
    if _URI.match(location) is not None or location.endswith(".metadata.json"):
        return True
    folder = Path(location).expanduser()
    try:
        return (folder / "_delta_log").is_dir() or any((folder / "metadata").glob("*.metadata.json"))
    except OSError:  # which is told where files are looked for
        return False


def open_lake(location: str) -> TableSource:
    """Open a table at its newest version.

    Parameters
    ----------
    location : str
        A folder; ``delta+s3://bucket/table``; a ``*.metadata.json`` of Iceberg or ``iceberg://catalog/namespace.table``.

    Raises
    ------
    UsageError
        If the library for it is not installed, or the URI makes no sense.
    InputNotFound
        If there is no such table.
    UnreadableInput
        If it cannot be read, or has a feature that the library does not know.
    """
    if location.startswith("delta+") or (Path(location).expanduser() / "_delta_log").is_dir():
        from prefit.sources.lakes.delta import find_table
    else:
        from prefit.sources.lakes.iceberg import find_table
    with told(f"{shown(location)} must be a table that can be read", "Check place and credentials."):
        table = find_table(location)
    schema = plain_schema(table.schema)
    check_columns(schema.names, table.name)
    counts = [file.n_rows for file in table.files]
    parts = tuple(
        LakePartition(os.path.basename(file.path), first_row, file.size_bytes, file, schema)  # noqa: PTH119 (or a URI)
        for file, first_row in zip(table.files, accumulate(counts, initial=0), strict=False)
    )
    return TableSource(table.name, schema, sum(counts), parts)


def shown(location: str) -> str:
    """Return a location without what may be a login."""
    return re.sub(r"//[^/@]*@", "//", location.partition("?")[0])


@contextmanager
def told(rule: str, advice: str) -> Iterator[None]:
    """Turn what libraries raise into ``<rule>; got: <what they say>. <advice>``."""
    try:
        yield
    except PrefitError:
        raise
    except Exception as error:
        if not _is_theirs(error):
            raise
        why = (str(error).strip() or type(error).__name__).split("\n")[0][:_MAX_CHARACTERS].rstrip(". ")
        raise UnreadableInput(f"{rule}; got: {why}. {advice}") from None


def _is_theirs(error: Exception) -> bool:
    """Whether a library says that something is wrong with the table, and not that the program is."""
    home = type(error).__module__.partition(".")[0]
    return home in ("deltalake", "_internal", "pyiceberg", "pydantic_core") or isinstance(
        error, (OSError, pa.ArrowException, ValueError)
    )
