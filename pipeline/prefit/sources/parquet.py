"""Parquet files, read row group by row group."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from prefit.profiling.limits import known_row_bytes
from prefit.sources.columnar import ColumnarFormat, Layout, Piece
from prefit.sources.remote import Location, RangeFile, RemotePath
from prefit.sources.stamps import stamp_of
from prefit.sources.table import batch_rows

__all__ = ["PARQUET"]

_DICTIONARY_BYTES_PER_VALUE = 3
"""A text that is not a dictionary code takes four bytes for its length alone."""

_MOST_AHEAD_BYTES = 8 << 20
_PAGES_BYTES = 1 << 18
_OPEN_BYTES = 5 << 18
"""What a reader of a column holds, and the same again decoded: a dictionary of 1 MiB, and a page."""


def _layout(path: Location) -> Layout:
    with _opened(path) as (file, _):
        groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
        pieces = tuple(Piece(group.num_rows, group.total_byte_size) for group in groups)
        return Layout(file.schema_arrow, pieces)


def _read(path: Location, pieces: Sequence[int]) -> Iterator[pa.RecordBatch]:
    metadata = _metadata(path)
    repeating = _repeating_texts(metadata, pieces)
    with _opened(path, metadata, repeating) as (file, remote):
        for index in pieces:
            group = metadata.row_group(index)
            if remote is not None:
                remote.limit = _end(group)
            most = batch_rows(file.schema_arrow, group.total_byte_size / max(group.num_rows, 1))
            n_rows = math.ceil(group.num_rows / max(1, math.ceil(group.num_rows / most)))  # batches of equal length
            if remote is None and _is_wide(group, file.schema_arrow, n_rows):
                yield from _column_by_column(file, index).to_batches(max_chunksize=max(1, n_rows))
            else:
                yield from file.iter_batches(batch_size=max(1, n_rows), row_groups=[index], use_threads=False)


def _metadata(path: Location) -> pq.FileMetaData:
    """Return what the footer says; that of a local file is remembered, as each partition needs it and it is long."""
    if not isinstance(path, RemotePath):
        return _metadata_of(path, stamp_of(path))
    with _opened(path) as (file, _):
        return file.metadata


@lru_cache(maxsize=2)
def _metadata_of(path: Path, stamp: str) -> pq.FileMetaData:  # noqa: ARG001 (it tells another file of that name)
    with _opened(path) as (file, _):
        return file.metadata


def _head(path: Location, pieces: Sequence[int], n_rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the first rows, each column decoded alone, no further than they go; of an object those of whole batches."""
    if isinstance(path, RemotePath):
        yield from _read(path, pieces)
        return
    with _opened(path) as (file, _):
        for index in pieces:
            group = file.metadata.row_group(index)
            wanted = min(n_rows, group.num_rows)
            if wanted and group.num_columns == len(file.schema_arrow):
                first = [
                    next(file.reader.iter_batches(wanted, [index], column_indices=[column], use_threads=False)).column(
                        0
                    )
                    for column in range(group.num_columns)
                ]
                yield pa.RecordBatch.from_arrays(first, schema=file.schema_arrow)
            elif wanted:  # nested columns have several parts
                yield next(file.iter_batches(wanted, row_groups=[index], use_threads=False))
            n_rows -= wanted


def _is_wide(group: pq.RowGroupMetaData, schema: pa.Schema, n_rows: int) -> bool:
    """Whether all rows of a group take less memory than a batch and the readers of all columns, which must be open."""
    if group.num_columns != len(schema):
        return False  # nested
    row_bytes = max(known_row_bytes(schema), group.total_byte_size / max(group.num_rows, 1))
    open_bytes = sum(
        min(chunk.total_compressed_size, _PAGES_BYTES) + 2 * min(chunk.total_uncompressed_size, _OPEN_BYTES)
        for chunk in map(group.column, range(group.num_columns))
    )
    return bool(group.num_rows * row_bytes < open_bytes + n_rows * row_bytes)


def _column_by_column(file: pq.ParquetFile, index: int) -> pa.Table:
    reader = file.reader
    some = [
        reader.read_row_group(index, column_indices=[column], use_threads=False)
        for column in range(file.metadata.num_columns)
    ]
    return pa.Table.from_arrays(
        [table.column(0) for table in some], schema=pa.schema([table.field(0) for table in some])
    )


@contextmanager
def _opened(
    path: Location, metadata: pq.FileMetaData | None = None, repeating: Sequence[str] = ()
) -> Iterator[tuple[pq.ParquetFile, RangeFile | None]]:
    """Open a file; nothing is read before it is needed, and of an object not more than its footer and row groups."""
    remote = RangeFile(path, _MOST_AHEAD_BYTES) if isinstance(path, RemotePath) else None
    with pq.ParquetFile(
        path if remote is None else pa.PythonFile(remote, mode="r"),
        metadata=metadata,
        read_dictionary=list(repeating),
        buffer_size=_PAGES_BYTES if remote is None else 0,
        pre_buffer=False,
    ) as file:
        yield file, remote


def _repeating_texts(metadata: pq.FileMetaData, pieces: Sequence[int]) -> list[str]:
    """Return the text columns that are written as codes of a small dictionary in all these row groups."""
    columns = range(metadata.num_columns)
    return [
        metadata.schema.column(column).path
        for column in columns
        if metadata.schema.column(column).physical_type == "BYTE_ARRAY"
        and "." not in metadata.schema.column(column).path
        and pieces
        and all(_repeats(metadata.row_group(index).column(column)) for index in pieces)
    ]


def _repeats(chunk: pq.ColumnChunkMetaData) -> bool:
    is_coded = any(encoding in ("RLE_DICTIONARY", "PLAIN_DICTIONARY") for encoding in chunk.encodings)
    return is_coded and chunk.total_uncompressed_size < _DICTIONARY_BYTES_PER_VALUE * chunk.num_values


def _end(group: pq.RowGroupMetaData) -> int:
    """Position of the first byte behind a row group."""
    ends = []
    for index in range(group.num_columns):
        chunk = group.column(index)
        start = chunk.dictionary_page_offset if chunk.has_dictionary_page else chunk.data_page_offset
        ends.append(min(start, chunk.data_page_offset) + chunk.total_compressed_size)
    return max(ends, default=0)


PARQUET = ColumnarFormat("Parquet", _layout, _read, _head)
