"""Files that know their schema and hold rows in pieces: row groups, stripes, record batches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from prefit.errors import InputError, UnreadableInput
from prefit.sources.base import OnMalformed
from prefit.sources.files import DataFile
from prefit.sources.plain import explained
from prefit.sources.remote import Location
from prefit.sources.schemas import check_columns, conform, plain_schema, unify
from prefit.sources.stamps import stamp_of, unchanged
from prefit.sources.table import TableSource, sliced

__all__ = ["ColumnarFormat", "FilePartition", "Layout", "Piece", "open_columnar"]

_LEAST_PARTITION_BYTES, _MOST_PARTITION_BYTES = 32 << 20, 512 << 20
_PARTITIONS = 256
_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of rows that the format reads at once; `size_bytes` in memory, about."""

    n_rows: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file says of itself without its rows being read."""

    schema: pa.Schema
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ColumnarFormat:
    """A file format: how to see its layout and how to read some of its pieces, one at a time.

    `head` yields batches that hold the first rows of some pieces, a given number of them or more, where the format can
    decode them alone. All are functions of a module, so that partitions can be pickled. They may raise any ``OSError``
    or ``pyarrow.ArrowException``.
    """

    name: str
    layout: Callable[[Location], Layout]
    read: Callable[[Location, Sequence[int]], Iterator[pa.RecordBatch]]
    head: Callable[[Location, Sequence[int], int], Iterator[pa.RecordBatch]] | None = None


@dataclass(frozen=True, slots=True)
class FilePartition:
    """Consecutive pieces of one file; memory is one piece and one batch."""

    name: str
    first_row: int
    size_bytes: int
    path: Location
    pieces: tuple[int, ...]
    schema: pa.Schema
    read: Callable[[Location, Sequence[int]], Iterator[pa.RecordBatch]]
    constants: Mapping[str, Any] = field(default_factory=dict)
    stamp: str = ""
    read_head: Callable[[Location, Sequence[int], int], Iterator[pa.RecordBatch]] | None = None

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again."""
        schema = ", ".join(f"{field.name!r}: {field.type}" for field in self.schema)
        return f"{self.path} {self.stamp} {list(self.pieces)} {schema} {dict(self.constants)}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 (no lines here)
        """Yield the rows in order, at most 131,072 per batch; texts that repeat may come as dictionaries."""
        yield from self._conforming(self.read(self.path, self.pieces))

    def head(self, n_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the first rows, so many or more, and decode no more than that where the format can."""
        if self.read_head is None:
            yield from self._conforming(self.read(self.path, self.pieces))
        else:
            yield from self._conforming(self.read_head(self.path, self.pieces, n_rows))

    def _conforming(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with unchanged(self.path, self.stamp, self.name):
            while (batch := self._next(batches)) is not None:
                yield from sliced(batch)

    def _next(self, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
        try:
            batch = next(batches, None)
            return None if batch is None else conform(batch, self.schema, self.constants)
        except (OSError, pa.ArrowException) as error:
            raise UnreadableInput(
                f"{self.name} must be readable to its end; got {_short(error)}. Write the file again."
            ) from error


def open_columnar(name: str, files: Sequence[DataFile], file_format: ColumnarFormat) -> TableSource:
    """Open files of one columnar format as one table.

    Folder names of the form ``key=value`` become columns, unless the files have a column of that name.

    Raises
    ------
    UnreadableInput
        If a file is not of the format or is damaged.
    InputError
        If the files do not fit together.
    """
    stamps = [_stamp_of(file) for file in files]
    layouts = [_layout_of(file, file_format) for file in files]
    schema = unify([(file.label, plain_schema(layout.schema)) for file, layout in zip(files, layouts, strict=True)])
    hive_schema, constants = _hive_columns(files, schema.names)
    schema = pa.schema([*schema, *hive_schema])
    check_columns(schema.names, name)
    parts: list[FilePartition] = []
    first_row = 0
    for file, layout, stamp, values in zip(files, layouts, stamps, constants, strict=True):
        for pieces in _grouped(layout.pieces):
            parts.append(
                FilePartition(
                    name=_partition_name(file.label, pieces, len(layout.pieces)),
                    first_row=first_row,
                    size_bytes=sum(layout.pieces[index].size_bytes for index in pieces),
                    path=file.path,
                    pieces=pieces,
                    schema=schema,
                    read=file_format.read,
                    constants=values,
                    stamp=stamp,
                    read_head=file_format.head,
                )
            )
            first_row += sum(layout.pieces[index].n_rows for index in pieces)
    return TableSource(name, schema, first_row, tuple(parts))


def _stamp_of(file: DataFile) -> str:
    with explained(file.label):
        return stamp_of(file.path)


def _layout_of(file: DataFile, file_format: ColumnarFormat) -> Layout:
    if file.path.stat().st_size == 0:
        raise UnreadableInput(f"{file.label} must hold data; got an empty file. Write it again.")
    try:
        layout = file_format.layout(file.path)
    except PermissionError as error:
        raise UnreadableInput(
            f"{file.label} must be readable; got permission denied. Change its permissions, or run as its owner."
        ) from error
    except (OSError, pa.ArrowException) as error:
        raise UnreadableInput(
            f"{file.label} must be a whole {file_format.name} file; got {_short(error)}. Write or copy it again."
        ) from error
    check_columns(layout.schema.names, file.label)
    return layout


def _hive_columns(files: Sequence[DataFile], present: Sequence[str]) -> tuple[pa.Schema, list[dict[str, Any]]]:
    """Return the columns that the folder names give, whole numbers or text, and their values for each file."""
    keys = [_hive_keys(file) for file in files]
    names = dict.fromkeys(name for found in keys for name in found if name not in present)
    for file, found in zip(files, keys, strict=True):
        for name in names:
            if name not in found:
                raise InputError(
                    f"all files must lie in folders of the same keys; got no {name}=... above {file.label}. Move it."
                )
    texts = {name: [found[name] for found in keys] for name in names}
    columns = {
        name: pa.array(values, pa.string()).cast(pa.int64() if _whole_numbers(values) else pa.string())
        for name, values in texts.items()
    }
    schema = pa.schema([pa.field(name, column.type) for name, column in columns.items()])
    return schema, [{name: columns[name][index].as_py() for name in names} for index in range(len(files))]


def _hive_keys(file: DataFile) -> dict[str, str | None]:
    pairs = [part.split("=", 1) for part in PurePosixPath(file.label).parts[:-1] if "=" in part]
    return {unquote(key): None if value == _HIVE_NULL else unquote(value) for key, value in pairs}


def _whole_numbers(texts: Sequence[str | None]) -> bool:
    present = [text for text in texts if text is not None]
    return bool(present) and all(re.fullmatch(r"-?(0|[1-9]\d{0,17})", text) for text in present)


def _grouped(pieces: Sequence[Piece]) -> Iterator[tuple[int, ...]]:
    """Cut the pieces of a file into runs: hundreds of a large file, and the same whatever other files there are."""
    file_bytes = sum(piece.size_bytes for piece in pieces)
    most_bytes = min(_MOST_PARTITION_BYTES, max(_LEAST_PARTITION_BYTES, file_bytes // _PARTITIONS))
    group: list[int] = []
    size_bytes = 0
    for index, piece in enumerate(pieces):
        if group and size_bytes + piece.size_bytes > most_bytes:
            yield tuple(group)
            group, size_bytes = [], 0
        group.append(index)
        size_bytes += piece.size_bytes
    if group:
        yield tuple(group)


def _partition_name(label: str, pieces: Sequence[int], n_pieces: int) -> str:
    if len(pieces) == n_pieces:
        return label
    return f"{label}[{pieces[0]}]" if len(pieces) == 1 else f"{label}[{pieces[0]}-{pieces[-1]}]"


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200].rstrip(".") if str(error) else type(error).__name__
